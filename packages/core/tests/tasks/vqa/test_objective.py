"""The objective of visual question answering around a model whose answers are known."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn

from scanpath.errors import ConfigError
from scanpath.tasks.vqa.batch import NO_ANSWER, UNKNOWN, VQABatch
from scanpath.tasks.vqa.objective import VQAObjective
from scanpath.types import Attended, CoAttended, Objective, Output

BATCH = VQABatch(
    images=torch.zeros(2, 5, 7),
    image_index=torch.tensor([1, 0]),
    tokens=torch.tensor([[2, 3, 0], [4, 5, 6]]),
    answers=torch.tensor([[0, 0, 1, UNKNOWN], [2, 2, 2, NO_ANSWER]]),
    question_ids=torch.tensor([71, 31]),
    boxes=torch.zeros(2, 5, 4),
    region_mask=torch.ones(2, 5, dtype=torch.bool),
)
CHANCES = torch.tensor([[0.5, 0.3, 0.2], [0.1, 0.7, 0.2]])


class Known(nn.Module):
    """Answers with known probabilities and remembers what it was given."""

    def __init__(self) -> None:
        super().__init__()
        self.scores = nn.Parameter(CHANCES.log())
        self.given: tuple[object, ...] = ()

    def forward(self, *given: object) -> Output:
        self.given = given
        return Output(self.scores, {"regions": torch.ones(2, 1, 5)})


def model_arguments(batch: VQABatch) -> tuple[object, ...]:
    return batch.images, batch.tokens, batch.image_index, batch.region_mask, batch.boxes


def test_the_model_is_given_the_batch_in_its_order() -> None:
    model = Known()
    output = VQAObjective(model).answer(BATCH)
    assert all(one is other for one, other in zip(model.given, model_arguments(BATCH), strict=True))
    assert output.logits is model.scores
    assert set(output.maps) == {"regions"}


class Looking(Known):
    """Has looked already, and remembers what it was given."""

    def __init__(self, found: Attended | CoAttended | None) -> None:
        super().__init__()
        self.found = found

    def look(self, *given: object) -> tuple[None, Attended | CoAttended | None]:
        self.given = given
        return None, self.found


def test_presence_is_what_the_place_over_regions_says() -> None:
    told = Attended(torch.ones(2, 3), torch.ones(2, 1, 5), {"presence": torch.rand(2, 5)})
    silent = told._replace(extras={})
    for found in (told, CoAttended(told, silent)):
        model = Looking(found)
        assert VQAObjective(model).presence(BATCH) is told.extras["presence"]
        assert all(one is other for one, other in zip(model.given, model_arguments(BATCH), strict=True))
    for found in (silent, CoAttended(silent, told), None):
        assert VQAObjective(Looking(found)).presence(BATCH) is None


@pytest.mark.parametrize(
    ("loss", "first"),
    [("soft", -(2 * math.log(0.5) + math.log(0.3)) / 3), ("mode", -math.log(0.5))],
)
def test_loss_logs_and_gradient(loss: str, first: float) -> None:
    model = Known()
    objective = VQAObjective(model, loss=loss)
    value, logs = objective(BATCH, "vqa")
    assert value.item() == pytest.approx((first - math.log(0.2)) / 2, rel=1e-6)
    assert logs["loss"].item() == value.item()
    # the first says what two of four people said, the second what nobody did: (2 * 1/3 + 2 * 2/3) / 4 and 0
    assert logs["accuracy"].item() == pytest.approx(100 * 0.5 / 2)
    assert not any(log.requires_grad for log in logs.values())
    value.backward()
    target = torch.tensor([[2 / 3, 1 / 3, 0.0], [0.0, 0.0, 1.0]])
    if loss == "mode":
        target[0] = torch.tensor([1.0, 0.0, 0.0])
    torch.testing.assert_close(model.scores.grad, (CHANCES - target) / 2)


def test_a_drawn_answer_is_one_of_those_given() -> None:
    objective = VQAObjective(Known(), loss="sampled")
    torch.manual_seed(0)
    drawn = {round(objective(BATCH)[0].item(), 4) for _ in range(53)}
    assert drawn == {round(-(math.log(first) + math.log(0.2)) / 2, 4) for first in (0.5, 0.3)}


def test_it_has_one_turn_with_all_parameters() -> None:
    objective = VQAObjective(Known())
    assert isinstance(objective, Objective)
    assert objective.turns(0) == objective.turns(7) == ("vqa",)
    assert {turn: list(parameters) for turn, parameters in objective.optimised().items()} == {
        "vqa": [objective.model.scores]
    }


@pytest.mark.parametrize(
    ("loss", "sentence"),
    [("sotf", "there is no loss 'sotf'; did you mean 'soft'"), ("x", "no loss 'x'; known are soft, sampled, mode.")],
)
def test_an_unknown_loss_is_named(loss: str, sentence: str) -> None:
    with pytest.raises(ConfigError, match=sentence):
        VQAObjective(Known(), loss=loss)

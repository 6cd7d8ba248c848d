"""The loss is the cross entropy of the true class; pictures are changed while training alone."""

from __future__ import annotations

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from scanpath.tasks.classification.augmentation import Augmentation
from scanpath.tasks.classification.batch import PictureBatch
from scanpath.tasks.classification.objective import TURN, ClassificationObjective
from scanpath.types import Output


class Rows(nn.Module):
    """Scores the first pixels of a picture, and remembers what it saw."""

    def __init__(self) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.tensor(0.01))

    def forward(self, pictures: torch.Tensor) -> Output:
        self.seen = pictures
        return Output(self.scale * pictures.flatten(1)[:, :5].float(), {})


@pytest.fixture
def batch() -> PictureBatch:
    torch.manual_seed(0)
    return PictureBatch(
        [str(n) for n in range(31)], torch.randint(0, 256, (31, 3, 7, 7)).byte(), torch.randint(5, (31,))
    )


def test_loss_and_error(batch: PictureBatch) -> None:
    objective = ClassificationObjective(Rows())
    loss, logs = objective(batch, TURN)
    logits = objective.answer(batch).logits
    torch.testing.assert_close(loss, F.cross_entropy(logits, batch.labels))
    wrong = sum(row.argmax() != label for row, label in zip(logits, batch.labels, strict=True))
    assert logs["error"].item() == pytest.approx(100 * wrong.item() / 31)
    assert not logs["loss"].requires_grad
    loss.backward()
    assert objective.model.scale.grad is not None


def test_pictures_are_changed_in_training_only(batch: PictureBatch) -> None:
    objective = ClassificationObjective(Rows(), augmentation=Augmentation(pad=2))
    objective(batch, TURN)
    assert not torch.equal(objective.model.seen, batch.pictures)
    objective.eval()(batch, TURN)
    assert torch.equal(objective.model.seen, batch.pictures)
    objective.train().answer(batch)
    assert torch.equal(objective.model.seen, batch.pictures)


def test_one_turn_moves_everything() -> None:
    objective = ClassificationObjective(Rows())
    assert {turn: list(found) for turn, found in objective.optimised().items()} == {TURN: [objective.model.scale]}
    assert objective.turns(0) == objective.turns(7) == (TURN,)

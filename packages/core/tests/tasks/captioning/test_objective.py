from __future__ import annotations

import math

import pytest
import torch

from scanpath.hosts.caption_model import Seen, build_captioner
from scanpath.tasks.captioning.batch import CaptionBatch
from scanpath.tasks.captioning.objective import TURN, CaptionObjective

BATCH = CaptionBatch(
    images=torch.randn(2, 5, 6, generator=torch.Generator().manual_seed(0)),
    image_ids=torch.tensor([9, 4]),
    image_index=torch.tensor([1, 0, 1]),
    words=torch.tensor([[2, 5, 6, 3], [2, 7, 3, 0], [2, 3, 0, 0]]),
)


def built(loss: str = "word") -> CaptionObjective:
    torch.manual_seed(0)
    section = {"attention": "additive", "embedding_dim": 3, "hidden_dim": 7, "dropout": 0.0}
    model = build_captioner(section, vocabulary_size=9, feature_shape=(5, 6))
    return CaptionObjective(model, loss=loss)  # type: ignore[arg-type]


def test_the_loss_counts_words_and_ends_and_no_padding() -> None:
    objective = built()
    logits = objective.answer(BATCH).logits
    told = [(0, 0, 5), (0, 1, 6), (0, 2, 3), (1, 0, 7), (1, 1, 3), (2, 0, 3)]
    losses = [-torch.log_softmax(logits[row, place], -1)[word].item() for row, place, word in told]
    loss, logs = objective(BATCH)
    assert loss.item() == pytest.approx(math.fsum(losses) / 6, rel=1e-5)
    assert logs["perplexity"].item() == pytest.approx(math.exp(loss.item()), rel=1e-5)
    by_caption, _ = built("caption")(BATCH)
    assert by_caption.item() == pytest.approx(math.fsum(losses) / 3, rel=1e-5)
    seen = objective.see(BATCH).rows(BATCH.image_index)
    surprise = objective.surprise(seen, BATCH.words)
    assert surprise.shape == (3, 3)
    for (row, place, _), expected in zip(told, losses, strict=True):
        assert surprise[row, place].item() == pytest.approx(expected, rel=1e-5)


def test_a_hosts_own_loss_is_added_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    objective = built()
    plain, logs = objective(BATCH)
    assert "own_loss" not in logs
    rows: list[tuple[int, int]] = []

    def own_loss(seen: Seen, words: torch.Tensor) -> torch.Tensor:
        rows.append((len(seen.state.hidden), len(words)))
        return torch.tensor(2.5)

    monkeypatch.setattr(objective.model, "own_loss", own_loss)
    loss, logs = objective(BATCH)
    assert loss.item() == pytest.approx(plain.item() + 2.5, rel=1e-6)
    assert (logs["own_loss"].item(), logs["loss"].item()) == (2.5, pytest.approx(loss.item()))
    assert logs["perplexity"].item() == pytest.approx(math.exp(plain.item()), rel=1e-5)
    assert rows == [(3, 3)]


def test_what_stands_behind_a_caption_changes_nothing() -> None:
    objective = built()
    longer = BATCH._replace(words=torch.nn.functional.pad(BATCH.words, (0, 4)))
    torch.testing.assert_close(objective(longer)[0], objective(BATCH)[0])
    objective(longer)[0].backward()
    assert not objective.model.decoder.words.weight.grad[0].any()  # type: ignore[index]


def test_one_turn_moves_everything() -> None:
    objective = built()
    (name, parameters), *others = objective.optimised().items()
    assert (name, others, objective.turns(3)) == (TURN, [], (TURN,))
    assert len(list(parameters)) == len(list(objective.parameters()))

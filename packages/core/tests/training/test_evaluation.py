"""Evaluation: exact under any batch size, and training does not notice it."""

from __future__ import annotations

import pytest
import torch

from scanpath.training.evaluation import evaluate


@pytest.mark.parametrize(("size", "workers"), [(1, 0), (5, 0), (23, 0), (100, 0), (5, 1)])
def test_exact_for_any_batch_size(toy, size, workers):
    task = toy.ToyRegression(noisy=False)
    torch.manual_seed(0)
    objective = task.objective()
    found = evaluate(task, objective, "val", size=size, workers=workers)
    data = toy.ToyDataset("val", noisy=False)
    objective.eval()
    with torch.no_grad():
        slow = [(objective.answer(x[None]) - y).abs().mean().item() for x, y in zip(data.x, data.y, strict=True)]
    assert list(found.records) == sorted(map(str, range(23)))
    assert found.measures["items"] == 23
    assert found.measures["error"] == pytest.approx(sum(slow) / 23, rel=1e-6)
    assert found.seconds > 0


def test_training_is_not_disturbed(toy):
    task = toy.ToyRegression(dropout=0.5)
    objective = task.objective()
    objective.frozen.eval()
    torch.manual_seed(2)
    expected = torch.rand(3)
    torch.manual_seed(2)
    evaluate(task, objective, "val", size=5)
    assert torch.equal(torch.rand(3), expected)
    assert objective.training
    assert objective.dropout.training
    assert not objective.frozen.training


def test_modes_come_back_after_an_error(toy, monkeypatch):
    task = toy.ToyRegression()
    objective = task.objective()

    def fail(*_):
        raise KeyError("no")

    monkeypatch.setattr(task, "predict", fail)
    with pytest.raises(KeyError):
        evaluate(task, objective, "val", size=5)
    assert objective.training

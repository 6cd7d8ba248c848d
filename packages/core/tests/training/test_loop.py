"""What is due between steps; the loop at work is in test_trainer.py."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from scanpath.training import loop
from scanpath.training.interruption import Interruption
from scanpath.training.run_folder import RunFolder
from scanpath.training.settings import TrainingSettings
from scanpath.training.trainer import Trainer


@pytest.mark.parametrize(
    ("changes", "evaluated", "saved"),
    [
        ({}, [5, 10, 13], []),
        ({"evaluate_every": "end", "save_every": 4}, [13], [4, 8, 12]),
        ({"evaluate_every": 6, "save_every": 3}, [6, 12, 13], [3, 9]),
    ],
)
def test_what_follows_a_step(changes, evaluated, saved):
    settings = TrainingSettings.parse({"steps": 13, **changes})
    stream = SimpleNamespace(waited=0.0)
    session = SimpleNamespace(settings=settings, total=13, per_epoch=5, step=0, seconds=0.0, stream=stream)
    due = loop.Loop(None, session, None, None, Interruption())._due
    assert [step for step in range(1, 14) if due(step) == "evaluate"] == evaluated
    assert [step for step in range(1, 14) if due(step) == "save"] == saved


def test_starving_is_said_once(toy, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(loop, "PATIENT_SECONDS", 0.0)
    monkeypatch.setattr(loop, "STARVED", 0.0)
    settings = TrainingSettings.parse({"steps": 5, "batch_size": 5, "log_every": 1})
    folder = RunFolder.create(tmp_path / "run", settings.plain())
    Trainer(toy.ToyRegression(), settings, folder).fit()
    log = folder.log_path.read_text()
    assert log.count("the loop waits for data") == 1
    assert "(workers: 0): more workers" in log
    assert "the loop waits for data" in capsys.readouterr().err

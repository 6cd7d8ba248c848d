"""A run's weights go into the task at hand as into one that is read from the folder."""

from __future__ import annotations

from pathlib import Path

import torch

from scanpath.experiments.loading import load_run, read_config, with_weights
from scanpath.experiments.running import run_in
from scanpath.training.run_folder import RunFolder


def test_the_task_at_hand_gets_the_weights(config, tmp_path: Path) -> None:
    wanted = config()
    folder = run_in(wanted, tmp_path / "run").folder
    opened = RunFolder.open(folder)
    assert read_config(opened).plain() == wanted.plain()
    loaded = load_run(folder)
    task = wanted.create_task()
    at_hand = with_weights(opened, wanted, task)
    assert at_hand.task is task
    assert not at_hand.objective.training
    torch.testing.assert_close(at_hand.objective.state_dict(), loaded.objective.state_dict(), rtol=0, atol=0)
    assert at_hand.predictions_path("val") == folder / "predictions.json"
    assert at_hand.predictions_path("test") == folder / "predictions.test.json"

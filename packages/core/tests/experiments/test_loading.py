"""A run's weights go into the task at hand as into one that is read from the folder."""

from __future__ import annotations

from pathlib import Path

import torch

from scanpath.experiments.loading import load_run, read_config, with_weights
from scanpath.experiments.running import run_in
from scanpath.files import read_json
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


def test_predictions_lie_beside_those_of_other_splits_and_checkpoints(config, tmp_path: Path) -> None:
    loaded = load_run(run_in(config(), tmp_path / "run").folder)
    kept = loaded.predictions_path("val").read_bytes()
    records = loaded.evaluate("val").records
    (path,) = loaded.write_predictions("val", records, checkpoint="last")
    assert path == loaded.folder.path / "predictions.last.json"
    assert path.read_bytes() == kept == loaded.predictions_path("val").read_bytes()
    loaded.task.further_results = lambda records: {"beam3": len(records)}
    assert [one.name for one in loaded.write_predictions("test", records)] == [
        "predictions.test.json", "predictions.test.beam3.json"
    ]  # fmt: skip
    assert read_json(loaded.folder.path / "predictions.test.beam3.json") == len(records)

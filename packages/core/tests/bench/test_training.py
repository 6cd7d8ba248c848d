"""``scanpath train`` on official files and drawn features, run to its end."""

import json
from pathlib import Path

import pytest

from scanpath.bench.data import Sizes
from scanpath.bench.training import measure_training

SMALL = Sizes(questions=60, pictures=20, steps=4, batch=8, regions=3, width=5, workers=(1,))


def test_training_runs_to_its_end_and_every_figure_is_told(tmp_path):
    for extra in ("accelerate", "tensorboard", "torchdata"):
        pytest.importorskip(extra)
    lines = {line.what: line for line in measure_training(tmp_path, SMALL)}
    told = ["workers 1: training", "workers 1: waiting for data"]
    if Path("/proc/self/smaps_rollup").exists():
        told.append("workers 1: memory of all processes besides the page cache")
        told.append("workers 1: memory that a loader's process has alone")
    assert [*lines] == told
    assert all(line.value > 0 for line in lines.values())
    waiting = lines["workers 1: waiting for data"]
    assert waiting.met == (waiting.value < 5)
    assert waiting.value <= 100
    assert json.loads((tmp_path / "run-1" / "result.json").read_text())["steps"] == 4
    answered = json.loads((tmp_path / "run-1" / "predictions.json").read_text())
    assert len(answered) == int(0.483 * 60)

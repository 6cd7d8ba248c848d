"""The journal: records and TensorBoard's curves agree, and only the first process speaks."""

from __future__ import annotations

import math
import time

import pytest

from scanpath.training.journal import Journal
from scanpath.training.run_folder import RunFolder


@pytest.fixture
def folder(tmp_path) -> RunFolder:
    return RunFolder.create(tmp_path / "run", {})


def curve(folder: RunFolder, tag: str) -> list[tuple[int, float]]:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    events = EventAccumulator(str(folder.path))
    events.Reload()
    return [(event.step, event.value) for event in events.Scalars(tag)]


@pytest.mark.filterwarnings("ignore::DeprecationWarning:tensorboard")
def test_records_and_curves(folder):
    with Journal(folder, step=0, total=9, main=True) as journal:
        journal.show(1, 100.0)
        journal.write("train", 3, {"loss": 0.5, "odd": math.inf}, epoch=1)
        journal.write("train", 7, {"loss": 0.75}, epoch=1)
    time.sleep(1.1)  # TensorBoard reads event files in the order of the second that is in their names
    with Journal(folder, step=3, total=9, main=True) as journal:  # resumed from step 3
        journal.write("train", 7, {"loss": 0.25}, epoch=1)
        journal.say("aside", aloud=True)
    assert folder.metrics()[0] == {"split": "train", "step": 3, "epoch": 1, "loss": 0.5, "odd": None}
    assert curve(folder, "train/loss") == [(3, 0.5), (7, 0.25)]
    assert "aside" in folder.log_path.read_text()


def test_other_processes_are_silent(folder, capsys):
    before = sorted(folder.path.iterdir())
    with Journal(folder, step=0, total=9, main=False) as journal:
        journal.write("train", 3, {"loss": 0.5})
        journal.say("nothing", aloud=True)
    assert sorted(folder.path.iterdir()) == before
    assert capsys.readouterr() == ("", "")

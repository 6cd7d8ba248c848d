"""Editing as a task: what is learnt, measured and said."""

from __future__ import annotations

import pytest

from scanpath.errors import ConfigError, DataError, UnknownNameError
from scanpath_attention_rnn.tasks.editing import EditingTask


def test_the_headline_is_what_judges_see(section, judges):
    alone, judged = EditingTask(section), EditingTask({**section, "judges": judges})
    assert (alone.headline, judged.headline) == ("l1/cycle", "error/mean")
    for task in (alone, judged):
        assert task.headline in task.measure_names("test")
        assert "mask/inside" in task.measure_names("test")


def test_a_checkpoint_is_measured_by_its_records(section, judges, batch):
    task = EditingTask({**section, "judges": judges})
    objective = task.objective().eval()
    found = task.measures(task.predict(objective, batch), "test")
    assert list(found) == task.measure_names("test")
    assert 0 <= found["error/hair"] <= 100


def test_it_is_read_back_without_data(section, tmp_path):
    EditingTask(section).save(tmp_path)
    again = EditingTask.load({**section, "root": str(tmp_path / "nowhere")}, tmp_path)
    assert again.section.side == 16
    assert sum(one.numel() for one in again.objective().parameters()) > 1000


def test_splits_and_what_is_said_of_them(task):
    assert task.remarks("train") == ()
    assert len(task.fingerprint()["data"]) == 64
    with pytest.raises(UnknownNameError, match="no split 'tset' of faces; did you mean 'test'"):
        task.split("tset")


def test_what_cannot_be_measured_is_refused_before_training(section, judges, tmp_path):
    with pytest.raises(ConfigError, match="which tells Male"):
        EditingTask({**section, "judges": {"smile": judges["gender"]}}).objective()
    with pytest.raises(DataError, match=r"give task\.side=16"):
        EditingTask({**section, "side": 32}).batches("test", size=2)
    task = EditingTask({**section, "judges": {"smile": str(tmp_path / "gone")}})
    task.save(tmp_path)
    assert EditingTask.load(task.settings, tmp_path).objective().network is not None  # read back, as for a figure

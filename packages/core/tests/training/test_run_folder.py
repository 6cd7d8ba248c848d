"""Run folders: made once, never overwritten, readable while they are written."""

from __future__ import annotations

import json

import pytest

from scanpath.errors import RunError
from scanpath.training import checkpoints
from scanpath.training.run_folder import RunFolder

CONFIG = {"task": {"name": "toy"}, "seed": 3, "ö": [1, 2.5, None]}


@pytest.fixture
def folder(tmp_path) -> RunFolder:
    return RunFolder.create(tmp_path / "deep" / "run", CONFIG)


def test_what_was_asked_and_where(folder):
    opened = RunFolder.open(folder.path)
    assert opened.config == CONFIG
    assert opened.environment["versions"]["torch"]
    assert not opened.finished
    assert opened.metrics() == []


def test_a_run_is_never_overwritten(folder):
    with pytest.raises(RunError, match="holds a run already: resume it, or name another folder"):
        RunFolder.create(folder.path, CONFIG)


def test_nor_is_anything_else(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(RunError, match="is not empty and holds no run"):
        RunFolder.create(tmp_path, CONFIG)
    with pytest.raises(RunError, match=r"holds no run \(it has no config.yaml\)"):
        RunFolder.open(tmp_path)


def test_a_kill_while_beginning_leaves_no_run(tmp_path):
    for name in ("env.json", ".env.json.0a1b2c3d.part", ".config.yaml.0a1b2c3d.part"):
        (tmp_path / name).write_text("{")
    assert RunFolder.create(tmp_path, CONFIG).config == CONFIG


@pytest.mark.parametrize("text", ["- a list", "{", "\ud800"])
def test_a_broken_config_is_named(folder, text):
    (folder.path / "config.yaml").write_bytes(text.encode("utf-8", "surrogatepass"))
    with pytest.raises(RunError, match=r"config\.yaml"):
        _ = folder.config


def test_metrics_are_kept_up_to_a_step_and_a_cut_line_is_dropped(folder):
    for step in (2, 3, 5, 7):
        folder.add_metrics({"split": "train", "step": step, "loss": step / 3})
    with folder.metrics_path.open("a") as stream:
        stream.write('{"split": "train", "st')
    assert [record["step"] for record in folder.metrics()] == [2, 3, 5, 7]
    folder.keep_metrics_until(4)
    assert [record["step"] for record in folder.metrics()] == [2, 3]
    folder.add_metrics({"step": 4, "loss": None})
    assert [json.loads(line)["step"] for line in folder.metrics_path.read_text().splitlines()] == [2, 3, 4]


def test_a_changed_line_is_named(folder):
    folder.metrics_path.write_text('{"step": 1}\nrubbish\n{"step": 2}\n')
    with pytest.raises(RunError, match=r"line 2 of .* is not JSON"):
        folder.metrics()


def test_checkpoints_are_read_while_they_are_replaced_and_mended_by_the_writer(folder):
    target = folder.checkpoint_target("last")
    checkpoints.save(target, {}, {"finished": "budget"})
    assert folder.finished
    target.rename(target.with_name(".last.old"))  # as between the two renames of a write
    part = target.with_name(".last.0.part")
    part.mkdir()
    assert folder.finished
    assert folder.checkpoint("last").name == ".last.old"
    assert part.exists()
    folder.lock()
    assert folder.checkpoint("last") == target
    assert not part.exists()
    folder.unlock()
    assert not folder.has_checkpoint("best")


def test_the_log_has_times(folder):
    folder.log("begins")
    folder.log("ends")
    assert [line[19:] for line in folder.log_path.read_text().splitlines()] == [" begins", " ends"]

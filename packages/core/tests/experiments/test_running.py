"""Runs are reused, taken up bit for bit, and read back without their data."""

from __future__ import annotations

import json
import os
import shutil
import signal
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from scanpath.data.catalogue import open_split
from scanpath.data.vqa import read_results
from scanpath.errors import ConfigError, DataError, Interrupted, RunError, UnknownNameError
from scanpath.experiments import running
from scanpath.experiments.running import RunConfig, load_run, resume, run, run_in
from scanpath.tasks.vqa import VQATask


def weights(folder: Path) -> dict[str, torch.Tensor]:
    return load_file(folder / "checkpoints" / "last" / "model.safetensors")


@pytest.fixture(scope="module")
def finished(world: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that nothing may change."""
    recipe = {
        "steps": 7,
        "batch_size": 31,
        "evaluate_every": 3,
        "device": "cpu",
        "optimiser": {"name": "adam", "lr": 0.01},
    }
    model = {"region_dim": 11, "embedding_dim": 3, "question_dim": 13, "hidden_dim": 17}
    config = RunConfig.parse({"task": {"root": str(world), "model": model}, "training": recipe})
    return run(config, tmp_path_factory.mktemp("runs")).folder


def test_a_run_is_trained_once(config, world: Path, tmp_path: Path) -> None:
    said: list[str] = []
    first = run(config(), tmp_path, progress=said.append)
    assert first.folder == tmp_path / config().key()
    assert not first.reused
    assert 0 < first.measures["accuracy"] < 100
    assert {"accuracy/yes/no", "accuracy/number", "accuracy/other"} <= first.measures.keys()
    assert 31 * 5 - 31 < first.samples < 31 * 5 + 31
    before = {path: path.stat().st_mtime_ns for path in first.folder.rglob("*") if path.is_file()}
    second = run(config(), tmp_path, progress=said.append)
    assert second.reused
    assert (second.measures, second.samples, second.seconds) == (first.measures, first.samples, first.seconds)
    assert {path: path.stat().st_mtime_ns for path in first.folder.rglob("*") if path.is_file()} == before
    assert any("nothing to train" in sentence for sentence in said)


def test_the_folder_holds_the_official_predictions(finished: Path, world: Path) -> None:
    results = read_results(finished / "predictions.json")
    split = open_split("scenes", "val", world)
    assert sorted(results) == sorted(split.question_ids.tolist())
    names = {path.name for path in finished.iterdir()}
    assert {"config.yaml", "env.json", "metrics.jsonl", "log.txt", "result.json", "model.json", "report.html"} <= names
    assert {"vocabulary.json", "answers.json"} <= names


def test_another_split_is_measured_beside_the_first(config, tmp_path: Path, world: Path) -> None:
    first = run(config(), tmp_path)
    kept = (first.folder / "predictions.json").read_bytes()
    second = run(config(), tmp_path, split="test")
    assert (first.folder / "predictions.json").read_bytes() == kept
    results = read_results(first.folder / "predictions.test.json")
    assert len(results) == len(open_split("scenes", "test", world))
    assert json.loads((first.folder / "result.json").read_text())["measures"].keys() == {"val", "test"}
    assert second.split == "test"


def test_an_interrupted_run_ends_with_the_same_weights(config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = run_in(config(), tmp_path / "whole")
    forward, steps = VQATask.batches, []

    def counted(task: VQATask, split: str, **options: object):
        batches = forward(task, split, **options)
        collate = batches.collate

        def stopping(items: list) -> object:
            steps.append(split)
            if len(steps) == 3:
                os.kill(os.getpid(), signal.SIGTERM)
            return collate(items)

        return batches._replace(collate=stopping)

    monkeypatch.setattr(VQATask, "batches", counted)
    with pytest.raises(Interrupted):
        run_in(config(), tmp_path / "cut")
    assert steps == ["train"] * 3
    monkeypatch.undo()
    with pytest.raises(RunError, match="has no checkpoint 'best' yet"):
        load_run(tmp_path / "cut")
    said: list[str] = []
    again = resume(tmp_path / "cut", progress=said.append)
    assert any("goes on from where it was interrupted" in sentence for sentence in said)
    assert again.measures == whole.measures
    one, other = weights(whole.folder), weights(again.folder)
    assert all(torch.equal(one[name], other[name]) for name in one)
    assert one.keys() == other.keys()


def test_loaded_it_answers_as_it_was_measured_and_needs_no_data(finished: Path, tmp_path: Path) -> None:
    loaded = load_run(finished)
    assert not loaded.objective.training
    assert loaded.evaluate("val").measures == json.loads((finished / "result.json").read_text())["measures"]["val"]
    moved = tmp_path / "moved"
    shutil.copytree(finished, moved)
    text = (moved / "config.yaml").read_text()
    root = loaded.config.task.root
    (moved / "config.yaml").write_text(text.replace(root, str(tmp_path / "gone")))
    alone = load_run(moved)
    torch.testing.assert_close(alone.objective.state_dict(), loaded.objective.state_dict())
    with pytest.raises(DataError, match="scanpath data make scenes"):
        alone.evaluate("val")


def test_best_and_last_are_different_checkpoints(finished: Path) -> None:
    last = load_run(finished, checkpoint="last").objective.state_dict()
    assert all(torch.equal(last[name], tensor) for name, tensor in weights(finished).items())


def test_an_unknown_split_is_named(finished: Path) -> None:
    with pytest.raises(UnknownNameError, match="there is no split 'tset' of scenes; did you mean 'test'"):
        load_run(finished).evaluate("tset")


def test_an_unknown_split_is_refused_before_training(config, tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'test'"):
        run_in(config(), tmp_path / "run", split="tset")
    assert not (tmp_path / "run" / "checkpoints").exists()


def test_a_folder_with_another_run_is_refused(config, finished: Path) -> None:
    with pytest.raises(
        ConfigError, match=r"holds a run with task.model.region_dim = 11 \(and \d+ more\), asked for is 5"
    ):
        run_in(config(model={"region_dim": 5}), finished)


def test_a_folder_without_a_run_is_refused(config, tmp_path: Path) -> None:
    with pytest.raises(RunError, match="holds no run"):
        load_run(tmp_path)
    with pytest.raises(RunError, match="holds no run"):
        resume(tmp_path / "none")
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(RunError, match="is not empty and holds no run"):
        run_in(config(), tmp_path)


def test_changed_data_are_noticed(finished: Path, config, monkeypatch: pytest.MonkeyPatch) -> None:
    own = load_run(finished).config
    monkeypatch.setattr(VQATask, "fingerprint", lambda self: {"data": "other", "features": "same"})
    with pytest.raises(ConfigError, match="holds a run with fingerprint"):
        run_in(own, finished)


def test_damaged_vocabularies_are_named(finished: Path, tmp_path: Path) -> None:
    shutil.copytree(finished, tmp_path / "copy")
    (tmp_path / "copy" / "answers.json").write_text('{"answers": ["yes"]}')
    with pytest.raises(DataError, match=r"have \d+ words and 1 answers, its model was built for \d+ and \d+"):
        load_run(tmp_path / "copy")
    (tmp_path / "copy" / "answers.json").unlink()
    with pytest.raises(DataError, match=r"answers.json does not exist"):
        load_run(tmp_path / "copy")


def test_a_changed_configuration_is_named(finished: Path, tmp_path: Path) -> None:
    shutil.copytree(finished, tmp_path / "copy")
    path = tmp_path / "copy" / "config.yaml"
    path.write_text(path.read_text().replace("attention: dot", "attention: doot"))
    with pytest.raises(ConfigError, match=r"config.yaml: task.model: .*'doot'; did you mean 'dot'"):
        load_run(tmp_path / "copy")


def test_the_first_process_goes_first(config, monkeypatch: pytest.MonkeyPatch) -> None:
    accelerate = pytest.importorskip("accelerate")
    order: list[str] = []

    class State:
        def __init__(self, *, cpu: bool) -> None:
            order.append(f"cpu={cpu}")

        def main_process_first(self):
            import contextlib

            return contextlib.nullcontext()

    monkeypatch.setenv("WORLD_SIZE", "2")
    monkeypatch.setattr(accelerate, "PartialState", State)
    with running._first_process_first(config()):
        order.append("inside")
    assert order == ["cpu=True", "inside"]

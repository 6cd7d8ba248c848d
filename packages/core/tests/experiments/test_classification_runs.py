"""A run of classification: interrupted and resumed it ends with the bits of an undisturbed one, whatever is drawn."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from scanpath.errors import ConfigError, DataError, Interrupted
from scanpath.experiments.running import RunConfig, load_run, resume, run_in
from scanpath.experiments.tables.loading import load_table
from scanpath.experiments.tables.planning import make_plan
from scanpath.experiments.tables.reproducing import reproduce
from scanpath.files import read_json
from scanpath.tasks.classification import ClassificationTask
from scanpath.testing.files.idx import write_mnist

TABLE = """\
caption: Digits, with and without a place to look from
source: These tests
task: classification
measures:
  error/top1: {label: Error, higher_is_better: false}
  cost/relative_runtime: {label: Relative runtime, higher_is_better: false}
base:
  task: {model: {cnn_channels: [5, 7]}}
  training: {steps: 2, batch_size: 31, evaluate_every: end, device: cpu}
scales:
  smoke: {}
  small: {}
  paper: {missing: these are no digits}
columns:
  - {id: val, label: Val, measure: error/top1}
  - {id: test, label: Test, measure: error/top1, split: test}
  - {id: runtime, label: Runtime, measure: cost/relative_runtime}
rows:
  - {id: mean, label: Mean}
  - {id: looks, label: Looks, overrides: {task.model.attention: dot}}
claims:
  - {words: Looking helps, section: "1", compare: looks.test < mean.test}
"""


@pytest.fixture(scope="module")
def digits(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("digits")
    random = np.random.default_rng(0)
    for split, count in (("train", 120), ("test", 30)):
        images = random.integers(0, 256, (count, 28, 28), dtype=np.uint8)
        write_mnist(root / "mnist", split, images, np.arange(count, dtype=np.uint8) % 10)
    return root


def config(digits: Path, *, workers: int = 0, **task: Any) -> RunConfig:
    changes = {"pad": 2, "flip": True, "rotation": 10}
    section = {"name": "classification", "root": str(digits), "augmentation": changes, "model": {"dropout": 0.2}}
    training = {"steps": 6, "batch_size": 31, "evaluate_every": "end", "device": "cpu", "workers": workers}
    return RunConfig.parse({"task": {**section, **task}, "training": training})


def weights(folder: Path) -> dict[str, torch.Tensor]:
    return load_file(folder / "checkpoints" / "last" / "model.safetensors")


def test_an_interrupted_run_ends_with_the_same_weights(
    digits: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = run_in(config(digits), tmp_path / "whole")
    forward, steps = ClassificationTask.batches, []

    def counted(task: ClassificationTask, split: str, **options: object) -> Any:
        batches = forward(task, split, **options)

        def stopping(items: list) -> object:
            steps.append(split)
            if len(steps) == 3:
                os.kill(os.getpid(), signal.SIGTERM)
            return batches.collate(items)

        return batches._replace(collate=stopping)

    monkeypatch.setattr(ClassificationTask, "batches", counted)
    with pytest.raises(Interrupted):
        run_in(config(digits), tmp_path / "cut")
    assert steps == ["train"] * 3
    monkeypatch.undo()
    again = resume(tmp_path / "cut")
    assert again.measures == whole.measures
    one, other = weights(whole.folder), weights(again.folder)
    assert one.keys() == other.keys()
    assert all(torch.equal(one[name], other[name]) for name in one)


def test_it_is_measured_on_what_it_is_chosen_on_unless_told(digits: Path, tmp_path: Path) -> None:
    values = config(digits, hold_out=False).plain()
    values["training"] |= {"steps": 1, "evaluation_split": "test"}
    result = run_in(RunConfig.parse(values), tmp_path / "run")
    assert result.split == "test"
    assert [*read_json(result.folder / "result.json")["measures"]] == ["test"]


def test_a_loader_process_changes_nothing(digits: Path, tmp_path: Path) -> None:
    alone = run_in(config(digits), tmp_path / "alone")
    helped = run_in(config(digits, workers=1), tmp_path / "helped")
    assert alone.measures == helped.measures
    one, other = weights(alone.folder), weights(helped.folder)
    assert all(torch.equal(one[name], other[name]) for name in one)


def test_where_data_lie_is_no_part_of_the_key_and_what_is_told_is(digits: Path, tmp_path: Path) -> None:
    (tmp_path / "moved").symlink_to(digits)
    assert config(digits).key() == config(tmp_path / "moved").key()
    assert config(digits).key() != config(digits, labels="digit").key()


def test_a_loaded_run_needs_its_data_to_be_measured_only(digits: Path, tmp_path: Path) -> None:
    moved = tmp_path / "moved"
    moved.symlink_to(digits)
    result = run_in(config(moved), tmp_path / "run")
    moved.unlink()
    loaded = load_run(result.folder)
    assert not loaded.objective.training
    with pytest.raises(DataError, match="scanpath data fetch mnist"):
        loaded.evaluate("test")


def test_a_split_that_is_not_there_is_refused_before_training(digits: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="mnist has no val of its own"):
        run_in(config(digits, hold_out=False), tmp_path / "run")
    with pytest.raises(ConfigError, match=r"'vqa2' is a data set, which task\.name=vqa reads"):
        config(digits, data="vqa2")


def test_a_table_judges_its_errors_by_drawing_pictures_again(digits: Path, tmp_path: Path) -> None:
    file = tmp_path / "digits.yaml"
    file.write_text(TABLE)
    plan = make_plan(load_table(file), "smoke", seeds=1, rows=(), runs=tmp_path / "runs", root=digits)
    path = reproduce(plan, "own", out=tmp_path, workers=1, say=lambda _: None, progress=lambda *_: None).path
    result = read_json(path)
    (claim,) = result["claims"]
    assert (claim["verdict"], claim["links"][0]["margin"]) == ("open", "mean.test - looks.test > 0")
    for row in result["rows"]:
        cell = row["cells"]["test"]
        assert cell["low"] <= cell["value"] <= cell["high"]
        assert cell["low"] < cell["high"]  # one seed, so it is pictures that were drawn
        assert "versions" not in cell
        assert row["cells"]["runtime"]["value"] > 0
    page = path.with_suffix(".html").read_text()
    assert "The same pictures under every row" in page
    assert page.count("Where Looks looked, glimpse 1") == 4

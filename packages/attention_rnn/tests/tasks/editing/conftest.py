"""Faces of 16 x 16 pixels, and judges that have hardly learnt."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from scanpath.experiments.running import RunConfig, run_in
from scanpath_attention_rnn.data.faces import Faces
from scanpath_attention_rnn.tasks.editing import EditingTask

LABELS = {"hair": ["Black_Hair", "Blond_Hair", "Brown_Hair"], "gender": "Male", "smile": "Smiling"}
MODEL = {"width": 3, "kernel_size": 3, "blocks": 1, "critic_width": 3, "critic_layers": 3}


@pytest.fixture(scope="session")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The root of 24 training, 12 validation and 10 test faces."""
    root = tmp_path_factory.mktemp("tiny-faces")
    Faces(root).make(workers=1, train=24, val=12, test=10, side=16)
    return root


@pytest.fixture(scope="session")
def judges(root: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Folders of finished runs, by attribute; without pages, which would take most of the time."""
    folders = {}
    monkeypatch = pytest.MonkeyPatch()
    monkeypatch.setattr("scanpath.experiments.running.write_report", lambda *_, **__: None)
    for name, labels in LABELS.items():
        task = {"name": "classification", "data": "faces", "root": str(root), "labels": labels, "standardise": False}
        config = RunConfig.parse(
            {
                "task": {**task, "model": {"name": "small_cnn", "cnn_channels": [3, 5], "hidden_dim": 7}},
                "training": {"steps": 1, "batch_size": 12, "split": "val", "evaluation_split": "test", "device": "cpu"},
            }
        )
        folders[name] = str(run_in(config, tmp_path_factory.mktemp("judges") / name, split="test").folder)
    monkeypatch.undo()
    return folders


@pytest.fixture
def section(root: Path) -> dict[str, Any]:
    """The section of a tiny editor."""
    return {"name": "editing", "data": "faces", "root": str(root), "side": 16, "model": MODEL, "critic_steps": 2}


@pytest.fixture
def task(section: dict[str, Any]) -> EditingTask:
    return EditingTask(section)


@pytest.fixture
def batch(task: EditingTask):
    """The first five faces of test, with what each pixel shows."""
    return first_batch(task, "test", 5)


@pytest.fixture
def drawn(task: EditingTask):
    """Five training faces, with targets."""
    return first_batch(task, "train", 5, seed=3)


def first_batch(task: EditingTask, split: str, size: int, seed: int | None = None):
    batches = task.batches(split, size=size, seed=seed)
    batches.sampler.set_epoch(0)
    numbers = next(iter(batches.sampler))
    return batches.collate([batches.dataset[number] for number in numbers[:size]])

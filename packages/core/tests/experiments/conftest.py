"""A world of a few pictures, and a recipe that learns for a few steps on it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from scanpath.data.catalogue import make_dataset
from scanpath.experiments.running import RunConfig

MODEL = {"region_dim": 11, "embedding_dim": 3, "question_dim": 13, "hidden_dim": 17}


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("data")
    make_dataset("scenes", root, images=23, val_images=5, test_images=7, questions=11, workers=1)
    return root


@pytest.fixture
def config(world: Path) -> Callable[..., RunConfig]:
    """Build a configuration; keywords change its training section."""

    def build(*, model: dict | None = None, seed: int = 0, **training: object) -> RunConfig:
        recipe = {"steps": 5, "batch_size": 31, "evaluate_every": "end", "device": "cpu", **training}
        task = {"root": str(world), "model": {**MODEL, **(model or {})}}
        return RunConfig.parse({"task": task, "training": recipe, "seed": seed})

    return build

"""A run trained for two steps on a small world, for the verbs that want one."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from scanpath.data.catalogue import make_dataset
from scanpath.experiments.running import RunConfig, run_in

SMALL_MODEL = {"region_dim": 11, "embedding_dim": 3, "question_dim": 13, "hidden_dim": 17}
TWO_STEPS = {"steps": 2, "batch_size": 31, "evaluate_every": 1, "device": "cpu"}


@pytest.fixture(scope="session")
def run_world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The root of a data set of 23 training, 5 validation and 7 test pictures, 11 questions each."""
    torch.set_num_threads(1)
    root = tmp_path_factory.mktemp("world")
    make_dataset("scenes", root, images=23, val_images=5, test_images=7, questions=11, workers=1)
    return root


@pytest.fixture(scope="session")
def train_small(run_world: Path, tmp_path_factory: pytest.TempPathFactory):
    """A call that trains a model of a few options into a new folder, and returns the folder."""

    def train(**model: object) -> Path:
        folder = tmp_path_factory.mktemp("runs") / "mine [a]"
        task = {"root": str(run_world), "model": {**SMALL_MODEL, **model}}
        return run_in(RunConfig.parse({"task": task, "training": TWO_STEPS}), folder).folder

    return train


@pytest.fixture(scope="session")
def trained_folder(train_small) -> Path:
    return train_small(attention={"name": "multi_hop", "hops": 2})

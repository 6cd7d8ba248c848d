"""What several verbs want: a run trained for two steps on a small world, a folder of pictures, no network."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from scanpath.data.catalogue import make_dataset
from scanpath.data.images import encode_png
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


@pytest.fixture
def images(tmp_path: Path) -> Path:
    """Five pictures, of which one is cut short."""
    (tmp_path / "images").mkdir()
    for number in range(5):
        content = encode_png(np.random.default_rng(number).integers(0, 256, (40, 60, 3), np.uint8), "a test")
        name = tmp_path / "images" / f"COCO_val2014_{number + 20:012d}.png"
        name.write_bytes(content[:80] if number == 3 else content)
    return tmp_path / "images"


@pytest.fixture
def unreachable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No weights in torch's cache, and no network."""
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path / "hub"))

    def offline(*_words: object, **_options: object) -> None:
        raise OSError("no route")

    monkeypatch.setattr(torch.hub, "load_state_dict_from_url", offline)

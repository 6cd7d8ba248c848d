"""Recipes that train on the real CIFAR-100 go through on files of its official form, from one command."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from scanpath.data.cifar_writing import write_cifar, write_class_names
from scanpath.experiments.config import RunConfig
from scanpath.experiments.overrides import override
from scanpath.experiments.running import run_in
from scanpath.experiments.shipped import read_recipe
from scanpath.files import read_json
from scanpath.training.schedules import Rate

NAMES = ("cbam_resnet18", "cbam_resnet18_imagenet", "cbam_resnet18_warmup")
FEW = (
    "training.steps=2", "training.batch_size=12", "training.device=cpu",
    "training.evaluation_batch_size=20",
    "task.model.widths=[3, 5, 7, 11]", "task.model.reduction=2", "task.model.scorer.hidden=3",
)  # fmt: skip


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Lay 100 pictures to learn and 20 to test, each class a grey of its own."""
    folder = tmp_path_factory.mktemp("cifar") / "cifar-100-python"
    for split, count in (("train", 100), ("test", 20)):
        fine = np.arange(count, dtype=np.uint8)
        pictures = np.broadcast_to(2 * fine[:, None, None, None], (count, 3, 32, 32))
        write_cifar(folder, split, pictures, fine.tolist(), (fine // 5).tolist())
    write_class_names(folder, [f"class_{n}" for n in range(100)], [f"group_{n}" for n in range(20)])
    return folder.parent


@pytest.mark.parametrize("name", NAMES)
def test_it_goes_through_on_official_files(name: str, root: Path, tmp_path: Path) -> None:
    config = RunConfig.parse(override(read_recipe(name), (*FEW, f"task.root={root}")))
    result = run_in(config, tmp_path / "run")
    assert result.split == "test"
    assert set(result.measures) == {"error/top1", "error/top5"}
    said = read_json(result.folder / "predictions.json")
    assert len(said) == 20
    assert {entry["true"] for entry in said} == {f"class_{n}" for n in range(20)}
    model = read_json(result.folder / "model.json")
    assert (model["labels"], len(model["classes"]), model["picture_shape"]) == ("fine", 100, [3, 32, 32])


@pytest.mark.parametrize(
    ("name", "rates"),
    [
        ("cbam_resnet18", {0: 0.1, 149: 0.1, 150: 0.01, 224: 0.01, 225: 0.001, 299: 0.001}),
        ("cbam_resnet18_imagenet", {0: 0.1, 29: 0.1, 30: 0.01, 60: 0.001, 89: 0.001}),
        ("cbam_resnet18_warmup", {0: 0.1 / 391, 1: 0.1, 59: 0.1, 60: 0.02, 120: 0.004, 160: 0.0008, 199: 0.0008}),
    ],
)
def test_rates_are_those_of_its_source(name: str, rates: dict[int, float]) -> None:
    """At the first step of each epoch of 391 batches, as 50,000 pictures in batches of 128 have."""
    training = RunConfig.parse(read_recipe(name)).training
    rate = Rate(training.schedule, total=training.total_steps(391), per_epoch=391)
    for epoch, expected in rates.items():
        assert training.optimiser.lr * rate.at(391 * epoch) == pytest.approx(expected), epoch
    assert training.total_steps(391) == 391 * (max(rates) + 1)

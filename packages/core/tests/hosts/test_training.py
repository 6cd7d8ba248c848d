"""A few steps of each host on the generated world, as a recipe would train it."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from scanpath.data.catalogue import make_dataset
from scanpath.experiments.running import RunConfig, load_run, run

QUESTION = {"embedding_dim": 3, "question_dim": 14}
MODELS = [
    {"name": "mcb", "fusion_dim": 53, "attention": "mean", **QUESTION},
    {
        "name": "mcb",
        "fusion_dim": 53,
        "attention": {"name": "conv", "maps": 2, "hidden_dim": 7, "fused": {"name": "mcb", "output_dim": 67}},
        **QUESTION,
    },
    {
        "name": "mutan",
        "fusion_dim": 13,
        "x_dim": 11,
        "hidden_query_dim": 7,
        "attention": {"name": "dot", "maps": 2, "scale": 1.0, "fused": {"name": "mutan", "output_dim": 17}},
        **QUESTION,
    },
    {"name": "kazemi", "hidden_dim": 17, "attention": {"name": "conv", "maps": 2, "hidden_dim": 5}, **QUESTION},
]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.set_num_threads(1)
    root = tmp_path_factory.mktemp("data")
    make_dataset("scenes", root, images=11, val_images=5, test_images=3, questions=7, workers=1)
    return root


@pytest.mark.parametrize("model", MODELS, ids=lambda model: f"{model['name']}-{model['attention']}"[:17])
def test_a_recipe_trains_it(model: dict, world: Path, tmp_path: Path) -> None:
    training = {"steps": 3, "batch_size": 31, "evaluate_every": "end", "device": "cpu"}
    config = RunConfig.parse({"task": {"root": str(world), "model": model}, "training": training})
    done = run(config, tmp_path)
    assert 0 <= done.measures["accuracy"] <= 100
    loaded = load_run(done.folder)
    assert loaded.evaluate("val").measures["accuracy"] == pytest.approx(done.measures["accuracy"])

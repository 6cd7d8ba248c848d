"""A small world of pictures, and runs on it that learnt next to nothing, of every kind that the figures compare."""

from __future__ import annotations

import pytest

from scanpath.data.scenes.dataset import ScenesData
from scanpath.experiments.config import RunConfig
from scanpath.experiments.overrides import override
from scanpath.experiments.running import run
from scanpath.experiments.shipped import read_recipe

NARROW = (
    "task.data=scenes", "task.features=scenes_cnn", "task.question_length=null", "task.answers=null", "task.loss=soft",
    "task.model.embedding_dim=7", "task.model.question_dim=12", "task.model.hidden_dim=5", "task.model.length=none",
    "task.model.co_attention.hidden_dim=11", "training.steps=1", "training.batch_size=8",
    "training.schedule=constant", "training.evaluate_every=end", "training.device=cpu", "training.patience=null",
)  # fmt: skip
KINDS = {
    "latent": ("task.model.co_attention.positions=null",),
    "placed": ("task.model.co_attention.positions=64",),
    "traditional": ("task.model.co_attention.positions=null", "task.model.co_attention.latent=false"),
    "one": ("task.model.co_attention.positions=null", "task.model.co_attention.layers=1"),
}


TOLD = (
    "task.name=captioning", "task.model.embedding_dim=7", "task.model.hidden_dim=11", "task.longest=6",
    "task.word_minimum=2", "task.tokeniser=plain", "training.steps=2", "training.batch_size=8",
    "training.evaluate_every=1", "training.device=cpu",
)  # fmt: skip
CAPTIONERS = {
    "review": (
        "task.model.name=review_net", "task.model.steps=3",
        "task.model.attention={name: stacked_latent, hidden_dim: 5}",
    ),
    "soft": ("task.model.attention={name: additive, hidden_dim: 5}",),
    "plain": ("task.model.attention=null",),
}  # fmt: skip


@pytest.fixture(scope="session")
def world(tmp_path_factory):
    """Draw a few scenes."""
    root = tmp_path_factory.mktemp("world")
    ScenesData(root).make(workers=1, images=24, val_images=6, test_images=2, seed=7)
    return root


@pytest.fixture(scope="session")
def run_of(world, tmp_path_factory):
    """A call that trains a run of one kind under a seed for one step, once, and returns its folder."""
    folder, known = tmp_path_factory.mktemp("runs"), {}

    def train(kind, seed=0):
        if (kind, seed) not in known:
            own = (*NARROW, *KINDS[kind]) if kind in KINDS else (*CAPTIONERS[kind], *TOLD)
            changes = (*own, f"task.root={world}", f"seed={seed}")
            recipe = read_recipe("twin_stream" if kind in KINDS else "captioning")
            config = RunConfig.parse(override(recipe, changes))
            known[kind, seed] = run(config, folder).folder
        return known[kind, seed]

    return train

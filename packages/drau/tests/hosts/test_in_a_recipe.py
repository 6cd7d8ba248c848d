"""The networks by name: in a recipe, with their mistakes told, and learning from Scenes."""

from __future__ import annotations

import pytest

from scanpath.errors import ConfigError
from scanpath.tasks.vqa import VQATask
from scanpath.tasks.vqa.settings import ModelSettings
from scanpath_drau.hosts import JointLSTM

SIZES = {"embedding_dim": 3, "question_dim": 14}
UNITS = {"name": "dual_recurrent", "exchange": "tied", "positions": [64, 15], "joint_dim": 5, "hidden_dim": 7}


def test_a_host_that_looks_at_nothing_needs_no_word_about_it():
    assert ModelSettings.parse({"name": "joint_lstm"}).attention is None
    assert ModelSettings.parse({"name": "drau"}).attention == "dot"


@pytest.mark.parametrize(
    ("section", "words"),
    [
        ({"name": "joint_lstm", "attention": "dot"}, "the host 'joint_lstm' has no place for 'attention', it has none"),
        ({"name": "joint_lstm", "position": "raw"}, "unknown key 'position'; did you mean 'positions'"),
        ({"name": "drau", "fusion": "hadamar"}, "did you mean 'hadamard'"),
        ({"name": "drau", "co_attention": {**UNITS, "exchnge": "mean"}}, "did you mean 'exchange'"),
        ({"name": "drua"}, "did you mean 'drau'"),
    ],
)
def test_mistakes_are_told_at_once(section, words):
    with pytest.raises(ConfigError, match=words):
        ModelSettings.parse(section)


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    from scanpath.data.catalogue import make_dataset

    root = tmp_path_factory.mktemp("data")
    make_dataset("scenes", root, images=12, val_images=2, test_images=1, questions=6, workers=1)
    return str(root)


@pytest.mark.parametrize(
    ("features", "model"),
    [
        ("scenes_cnn", {"name": "drau", "co_attention": UNITS}),
        ("scenes_boxes", {"name": "drau", "co_attention": "dual_recurrent", "fusion": "mcb", "coordinates": "boxes"}),
        ("scenes_cnn", {"name": "drau", "attention": "rvau"}),
        ("scenes_cnn", {"name": "joint_lstm", "positions": "normalised", "hidden_dim": 5}),
        ("scenes_boxes", {"name": "joint_lstm", "hidden_dim": 5}),
    ],
)
def test_it_learns_from_scenes(world, features, model):
    model = {**SIZES, **model}
    settings = {"data": "scenes", "root": world, "features": features, "question_length": 15, "model": model}
    task = VQATask({**settings, "loss": "sampled"})
    batches = task.batches("train", size=9, seed=0)
    batch = batches.collate(batches.dataset.__getitems__(next(iter(batches.sampler))))
    objective = task.objective()
    loss, _ = objective(batch)
    loss.backward()
    assert all(parameter.grad.isfinite().all() for parameter in objective.parameters() if parameter.requires_grad)
    records = task.predict(objective.eval(), batch)
    assert len(records) == len(batch.tokens) >= 9
    looks = not isinstance(objective.model, JointLSTM)
    assert all(("likeness" in record) == looks for record in records.values())

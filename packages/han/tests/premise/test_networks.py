"""What networks see: norms of features before anything is added to them, and the presence that the mechanism reads."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
import torch

from scanpath.errors import ConfigError, RunError
from scanpath.predict import Model
from scanpath.tasks.vqa.model import ModelSection
from scanpath.tasks.vqa.settings import ModelSettings
from scanpath_han.premise import networks

TINY = {"embedding_dim": 3, "question_dim": 7, "hidden_dim": 5, "cnn_channels": [5, 7], "region_dim": 6}


@pytest.fixture
def built(words):
    """A call that builds a model of pictures or of stored features."""

    def call(shape=None, **options):
        section = ModelSection(
            model=ModelSettings.parse({**TINY, "attention": {"name": "hard", "k": 3}, **options}),
            answers=len(words.answers),
            vocabulary_size=len(words.words),
            region_shape=shape,
            backbone=None,
        )
        return Model(section.build(), words, section)

    return call


def test_norms_are_of_the_features_and_presence_is_of_eq_5(built, words, subject):
    model = built(coordinates="grid", region_layers=1)  # neither of which the norms know
    images = torch.cat([networks.pixels(picture) for picture in subject.pictures[:2]])
    questions, index = subject.split.questions[:3], torch.tensor([0, 1, 1])
    looks = networks.Network(model.module, words, "").look(images, questions, index)
    with torch.no_grad():
        cells = model.module.image.cnn(images)
        regions = model.module.image(images)
        asked = model.module.question(torch.from_numpy(words.encode(questions))).vector
        joint = model.module.attention.embed(regions[index], asked)
    torch.testing.assert_close(looks.norms, cells.square().sum(-1).sqrt())
    torch.testing.assert_close(looks.presences.flatten(1), joint.square().sum(-1).sqrt())
    assert looks.presences.shape == (3, 19, 19)


def test_stored_features_are_measured_as_they_are(built, words):
    model, features = built([4, 5, 9]), torch.randn(2, 4, 5, 9).half()
    looks = networks.Network(model.module, words, "").look(features, ["what shape"], torch.tensor([1]))
    torch.testing.assert_close(looks.norms, features.float().norm(dim=-1))
    assert looks.presences.shape == (1, 4, 5)


def test_what_has_no_presence_has_norms(built, words):
    model = built([4, 5, 9], attention="single_hop")
    looks = networks.Network(model.module, words, "").look(torch.randn(1, 4, 5, 9), ["what"], torch.tensor([0]))
    assert looks.presences is None
    assert looks.norms.shape == (1, 4, 5)


def test_boxes_are_refused(nothing):
    with pytest.raises(ConfigError, match=r"features \(36, 9\), expected a grid"):
        nothing.look(torch.zeros(1, 36, 9), [], torch.zeros(0, dtype=torch.int64))


def test_the_contrast_of_a_picture_by_hand():
    """Black, the right half white: each is half a unit from the middle in all three channels."""
    picture = np.zeros((16, 16, 3), dtype=np.uint8)
    assert networks.contrast(picture).abs().max() == 0
    picture[:, 8:] = 255
    torch.testing.assert_close(networks.contrast(picture), torch.full((1, 8, 8, 1), 0.5))
    picture[:] = 0
    picture[:2, :2] = 255  # the first of 64 cells
    found = networks.contrast(picture).flatten()
    torch.testing.assert_close(found, torch.tensor([63 / 64, *[1 / 64] * 63]))


def test_seeds_draw_networks_apart_and_each_again(words, subject):
    images = networks.pixels(subject.pictures[0])
    asked = (images, subject.split.questions[:1], torch.tensor([0]))
    one, again, other = (networks.untrained(seed, words).look(*asked) for seed in (0, 0, 1))
    torch.testing.assert_close(one.presences, again.presences, rtol=0, atol=0)
    assert not torch.allclose(one.norms, other.norms)
    assert one.presences.shape == one.norms.shape == (1, 10, 10)


def test_fitting_the_norms_changes_no_weight_and_centres_what_they_give(words, subject):
    images = torch.cat([networks.pixels(picture) for picture in subject.pictures])
    plain, fitted = networks.untrained(0, words), networks.fit_norms(networks.untrained(0, words), images)
    for one, other in zip(plain.model.parameters(), fitted.model.parameters(), strict=True):
        torch.testing.assert_close(one, other, rtol=0, atol=0)
    first = fitted.model.image.cnn.blocks[0]
    with torch.no_grad():
        given = first[1](first[0](images.float() / 255 - 0.5)).transpose(0, 1).flatten(1)  # (channels, numbers)
    torch.testing.assert_close(given.mean(1), torch.zeros(len(given)), rtol=0, atol=1e-3)
    assert not fitted.model.training


def test_a_papers_preset_is_a_backbone_too():
    made = networks.backbone_named("preset:han", "random")
    assert (made.name, made.input_size[0], made.preprocessing.length) == ("resnet101", 320, "sample")


def test_a_backbone_has_its_size_and_its_weights(subject):
    plain, learnt = networks.backbone_named("scenes_cnn@32", "random"), networks.backbone_named("scenes_cnn@32")
    assert networks.features(learnt)(subject.pictures[0]).shape == (1, 4, 4, 64)
    assert plain.sha256 != learnt.sha256


def test_weights_that_are_not_here_are_told_and_not_fetched(tmp_path, monkeypatch):
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path))
    assert networks.lacking("scenes_cnn") is None
    said = networks.lacking("resnet101")
    assert "resnet101-" in said
    assert said.endswith("and give --weights resnet101=FILE.")
    (tmp_path / "checkpoints").mkdir()
    (tmp_path / "checkpoints" / said.split("/")[-1].split()[0]).touch()
    assert networks.lacking("resnet101") is None


def test_a_saved_model_is_loaded_as_it_was(built, tmp_path, subject):
    model = built()
    model.save_pretrained(tmp_path / "mine")
    group = networks.trained(tmp_path / "mine")
    assert (group.name, group.kind, group.identity) == ("hard, k 3, end to end", "trained", "mine")
    (network,) = group.networks
    assert network.origin == "mine"
    images, asked = group.see(subject.pictures[0]), ([subject.split.questions[0]], torch.tensor([0]))
    expected = networks.Network(model.module, model.vocabularies, "").look(images, *asked)
    torch.testing.assert_close(network.look(images, *asked).presences, expected.presences, rtol=0, atol=0)


def test_a_folder_that_holds_nothing(tmp_path):
    with pytest.raises(RunError, match="holds neither a run"):
        networks.trained(tmp_path)


@pytest.mark.parametrize("samples", [None, 48000])
def test_what_a_run_says_of_itself(built, samples):
    model = built(attention={"name": "hard", "fraction": 0.16, "aggregator": {"hidden_dim": 5, "name": "relation"}})
    task, training = SimpleNamespace(data="scenes-cp"), SimpleNamespace(samples=samples)
    model.run = SimpleNamespace(config=SimpleNamespace(task=task, training=training, seed=2))
    tail = ", 48,000 samples" if samples else ""
    said = "hard, fraction 0.16, aggregator relation (hidden_dim 5), end to end, trained on scenes-cp"
    assert networks.words_for(model) == said + tail

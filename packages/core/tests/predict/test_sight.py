"""What a model sees: the features it was trained on, the pixels at their training size, or what it is handed."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from scanpath.errors import ConfigError, DataError, RunError, ShapeError
from scanpath.features.backbones import create_backbone
from scanpath.features.labelled import draw_labelled
from scanpath.features.preprocessing import Preprocessing
from scanpath.predict import Model
from scanpath.predict.sight import Sight

QUESTION = "what color is the large circle?"


def test_features_of_others_are_handed_over(untrained, pixels: np.ndarray) -> None:
    model = untrained(shape=(5, 7), backbone=None, coordinates="boxes", origin="butd")
    boxes = np.tile([0.1, 0.2, 0.3, 0.4], (6, 1))
    said = model.predict(pixels, QUESTION, features=np.ones((6, 7), np.float16), boxes=boxes)
    assert said.maps["regions"].shape == (1, 6)  # another number of boxes than a training picture's
    np.testing.assert_allclose(said.boxes, boxes, rtol=1e-6)
    with pytest.raises(ConfigError, match="butd was trained on features of unknown origin"):
        model.predict(pixels, QUESTION)
    with pytest.raises(ShapeError, match=r"features \(6, 8\) were given, butd expects \(5, 7\)"):
        model.predict(pixels, QUESTION, features=np.ones((6, 8)))
    with pytest.raises(ShapeError, match=r"boxes \(5, 4\) were given for 6 regions"):
        model.predict(pixels, QUESTION, features=np.ones((6, 7)), boxes=boxes[:5])
    with pytest.raises(DataError, match=r"boxes beyond \[0, 1\] were given: divide x by the picture's width"):
        model.predict(pixels, QUESTION, features=np.ones((6, 7)), boxes=100 * boxes)
    with pytest.raises(DataError, match="the features that were given hold NaN"):
        model.predict(pixels, QUESTION, features=np.full((6, 7), np.nan), boxes=boxes)
    with pytest.raises(ShapeError, match="expects none: it sees the picture itself"):
        untrained(shape=None).predict(pixels, QUESTION, features=np.ones((6, 7)))


def test_pictures_end_to_end_are_brought_to_the_training_size(untrained, pixels: np.ndarray) -> None:
    said = untrained(shape=None, picture_size=[20, 28]).predict(pixels, QUESTION)
    assert said.maps["regions"].shape == (1, 5, 7)
    np.testing.assert_array_equal(said.picture, pixels)  # is drawn as it came
    assert untrained(shape=None).predict(pixels, QUESTION).maps["regions"].shape == (1, 10, 14)  # of an older run


def test_other_weights_or_another_size_of_the_backbone_are_refused(untrained, pixels: np.ndarray) -> None:
    model = untrained(origin="runs/a")
    other = model.section.model_copy(update={"backbone": {**model.section.backbone, "sha256": "0" * 64}})
    with pytest.raises(RunError, match="runs/a was trained on features of 'scenes_cnn' with other weights than the"):
        Model(model.module, model.vocabularies, other, origin="runs/a").predict(pixels, QUESTION)
    with pytest.raises(ShapeError, match=r"gives features \(8, 8, 64\), the model was trained on \(4, 4, 64\)"):
        untrained(shape=(4, 4, 64)).predict(pixels, QUESTION)


def test_a_picture_is_brought_to_the_backbone_as_those_of_the_training_were(untrained, pixels: np.ndarray) -> None:
    model = untrained()
    way = Preprocessing(fit="crop", length="location")
    facts = {**model.section.backbone, **way.facts}
    seen = Sight(model.section.model_copy(update={"backbone": facts}), origin="a", device="cpu").see(pixels)
    backbone = create_backbone("scenes_cnn", preprocessing=way)
    expected = backbone.describe([backbone.prepare(pixels)]).features.half()
    torch.testing.assert_close(seen.images, expected)
    assert not torch.equal(expected, model._sight.see(pixels).images)


def test_a_picture_may_have_fewer_boxes_than_there_can_be(untrained) -> None:
    picture = draw_labelled(1, seed=61, split="test").pictures[0].permute(1, 2, 0).numpy()
    said = untrained(shape=(12, 64), backbone="scenes_boxes", coordinates="boxes").predict(picture, QUESTION)
    assert said.boxes.shape[0] == said.maps["regions"].shape[1] < 12
    with pytest.raises(ShapeError, match="the model was trained on \\(12, 65\\)"):
        untrained(shape=(12, 65), backbone="scenes_boxes").predict(picture, QUESTION)

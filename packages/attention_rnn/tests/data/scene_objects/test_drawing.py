"""A picture is the same everywhere, its class is its largest object's, and light changes colours but hides nothing."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest

from scanpath.data.scenes.randomness import Draws
from scanpath_attention_rnn.data.scene_objects import drawing
from scanpath_attention_rnn.data.scene_objects.drawing import CLASSES, GROUPS, draw_light, draw_object, group_of

PINNED = "c0dac0d1"


def test_pixels_are_pinned():
    """Equal on every platform; a change here makes another set: raise options.VERSION with it."""
    digest = hashlib.sha256()
    for number in range(len(CLASSES)):
        picture = draw_object(number, Draws(3, 1, number))
        assert (picture.shape, picture.dtype) == ((32, 32, 3), np.uint8)
        digest.update(picture.tobytes())
    assert digest.hexdigest()[:8] == PINNED


def test_there_are_twenty_classes_in_five_groups():
    assert len(set(CLASSES)) == 20
    assert [GROUPS[group_of(number)] for number in range(20)] == [name.split()[1] for name in CLASSES]


@pytest.mark.parametrize("number", [0, 7, 19])
def test_the_largest_object_is_the_classes_and_lies_whole_in_the_picture(number, monkeypatch):
    laid = []
    real = drawing.lay

    def seen(canvas, shape, color, **where):
        laid.append((shape, *(where[key] for key in ("radius", "x", "y"))))
        return real(canvas, shape, color, **where)

    monkeypatch.setattr(drawing, "lay", seen)
    beside, turns = [], 30
    for seed in range(turns):
        laid.clear()
        draw_object(number, Draws(seed))
        *others, (shape, radius, x, y) = laid  # the last lies on top
        assert shape == CLASSES[number].split()[1]
        assert radius <= min(x, y) <= max(x, y) <= 64 - radius
        assert all(other[1] < radius for other in others)
        beside.append(len(others))
    assert set(beside) == {0, 1, 2, 3}


def test_light_has_a_brightness_a_colour_and_a_side():
    lights = np.stack([draw_light(Draws(seed)) for seed in range(200)]).astype(float)  # (N, 32, 32, 3)
    assert lights.min() > 5
    assert lights.max() < 200
    middle = lights[:, 15:17, 15:17].mean((1, 2))  # (N, 3)
    assert middle.mean(1).min() < 55 < 105 < middle.mean(1).max()
    assert (np.ptp(middle, axis=1) / middle.mean(1)).mean() > 0.05
    across = lights[:, :, -1].mean((1, 2)) / lights[:, :, 0].mean((1, 2))
    down = lights[:, -1].mean((1, 2)) / lights[:, 0].mean((1, 2))
    assert abs(np.corrcoef(across, down)[0, 1]) < 0.3
    assert min(across.std(), down.std()) > 0.1

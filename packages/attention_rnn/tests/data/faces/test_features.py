"""Each feature paints where it is said to be."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from scanpath.data.scenes.randomness import Draws
from scanpath_attention_rnn.data.faces.drawing import Canvas
from scanpath_attention_rnn.data.faces.features import draw_brows, draw_eyes, draw_mouth, draw_nose
from scanpath_attention_rnn.data.faces.people import draw_person
from scanpath_attention_rnn.data.faces.shapes import Plane

PLANE = Plane.of(97, scale=0.3, x=0.0, y=0.0, roll=0.0)
PERSON = replace(draw_person(Draws(2)), glasses=False, yaw=0.0, smiling=False, male=False, make_up=1.0, arch=1.0)


def painted(draw, person):
    canvas = Canvas(np.full((97, 97, 3), 128.0))
    draw(canvas, PLANE, person)
    return (canvas.pixels != 128).any(axis=2)


@pytest.mark.parametrize(
    ("draw", "low", "high"),
    [(draw_eyes, -0.4, 0.2), (draw_brows, -0.5, -0.1), (draw_nose, -0.1, 0.6), (draw_mouth, 0.6, 1)],
)
def test_features_lie_at_their_height_and_on_both_sides(draw, low, high):
    where = painted(draw, PERSON)
    assert where.any()
    assert PLANE.v[where].min() > low
    assert PLANE.v[where].max() < high
    assert PLANE.u[where].min() < 0 < PLANE.u[where].max()


def test_brows_of_men_are_thicker_and_lower():
    man, woman = painted(draw_brows, replace(PERSON, male=True)), painted(draw_brows, PERSON)
    assert man.sum() > 1.3 * woman.sum()
    assert PLANE.v[man].mean() > PLANE.v[woman].mean()


def test_glasses_are_around_the_eyes():
    with_them = painted(draw_eyes, replace(PERSON, glasses=True))
    assert with_them.sum() > painted(draw_eyes, PERSON).sum() + 100

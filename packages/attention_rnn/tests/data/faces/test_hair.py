"""Hair leaves the face free, and ends where its style does."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from scanpath.data.scenes.randomness import Draws
from scanpath_attention_rnn.data.faces.drawing import Canvas
from scanpath_attention_rnn.data.faces.hair import draw_back_hair, draw_front_hair
from scanpath_attention_rnn.data.faces.people import draw_person
from scanpath_attention_rnn.data.faces.shapes import Plane

PLANE = Plane.of(97, scale=0.15, x=0.0, y=0.0, roll=0.0)
PERSON = replace(draw_person(Draws(2)), yaw=0.0, parting=0.0, volume=0.1, bangs=False)


def painted(draw, person):
    canvas = Canvas(np.full((97, 97, 3), 1.0))
    draw(canvas, PLANE, person, np.zeros((97, 97)))
    return (canvas.pixels != 1).any(axis=2)


@pytest.mark.parametrize(("style", "end"), [("short", 0.05), ("bob", 1.25), ("long", 2.6)])
def test_styles_end_where_they_do(style, end):
    where = painted(draw_front_hair, replace(PERSON, style=style))
    assert PLANE.v[where].max() == pytest.approx(end, abs=0.12)
    face = np.hypot(PLANE.u / 0.7, PLANE.v / 0.8) < 1
    assert not (where & face).any()
    assert painted(draw_back_hair, replace(PERSON, style=style)).any() == (style != "short")


def test_bangs_fall_over_the_brow():
    brow = (np.abs(PLANE.u) < 0.3) & (np.abs(PLANE.v + 0.62) < 0.06)
    assert painted(draw_front_hair, replace(PERSON, bangs=True))[brow].all()
    assert not painted(draw_front_hair, PERSON)[brow].any()

"""Faces show who they are of: in the mask's pixels, and where they say so."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import numpy as np
import pytest

from scanpath.data.scenes.randomness import Draws
from scanpath_attention_rnn.data.faces.drawing import PARTS, clouds, draw_face
from scanpath_attention_rnn.data.faces.people import draw_person

HAIR, MOUTH, SKIN = (PARTS.index(part) for part in ("hair", "mouth", "skin"))


def drawn(person, side=64):
    return draw_face(person, Draws(3), side)


@pytest.fixture(scope="module")
def person():
    return replace(draw_person(Draws(5)), male=False, smiling=False, style="long", beard=0.0, glasses=False, yaw=0.0)


def changed(one, other, most=0):
    return np.abs(drawn(one)[0].astype(int) - drawn(other)[0]).max(axis=2) > most


def within(where):
    """Leave out what has a neighbour outside."""
    return where & np.roll(where, 1, 0) & np.roll(where, -1, 0) & np.roll(where, 1, 1) & np.roll(where, -1, 1)


@pytest.mark.parametrize(("number", "digest"), [(5, "42737a67bd4fc6a6"), (2, "734ff27ced69026a")])
def test_the_same_pixels_everywhere(number, digest):
    """Pinned, of a woman and a man with a beard: a change of what is drawn raises VERSION."""
    picture, parts = drawn(draw_person(Draws(number)), 37)
    assert (picture.shape, picture.dtype, parts.shape) == ((37, 37, 3), np.uint8, (37, 37))
    assert hashlib.sha256(picture.tobytes() + parts.tobytes()).hexdigest()[:16] == digest


def test_another_colour_changes_the_hair_alone(person):
    other = replace(person, hair_colour=(224.0, 188.0, 110.0))
    person = replace(person, hair_colour=(30.0, 26.0, 28.0))
    where, hair = changed(person, other, 24), drawn(person)[1] == HAIR
    assert (where & hair).sum() > 0.98 * hair.sum()
    assert not (changed(person, other) & within(~hair)).any()


def test_a_smile_changes_the_lower_face_and_the_eyes(person):
    where = changed(person, replace(person, smiling=True, open_mouth=True), 12)
    rows = np.flatnonzero(where.any(axis=1))
    hair = drawn(person)[1] == HAIR
    assert 15 < where.sum() < 400
    assert not (where & within(hair)).any()
    assert rows.max() > 40
    smiling = drawn(replace(person, smiling=True, open_mouth=False))[1] == MOUTH
    closed = drawn(person)[1] == MOUTH
    width = [np.ptp(np.flatnonzero(mouth.any(axis=0))) for mouth in (smiling, closed)]
    assert width[0] > 1.4 * width[1]


def test_a_gender_shows_in_several_places(person):
    man = replace(person, male=True, make_up=0.0)
    where = changed(person, man, 24)
    parts = drawn(person)[1]
    assert (where & (parts == PARTS.index("eyes"))).any()
    assert (where & (parts == MOUTH)).any()
    assert (drawn(man)[1] == SKIN).sum() > (parts == SKIN).sum() + 20  # jaw and neck
    bearded = replace(man, beard=0.8)
    assert changed(man, bearded, 12).sum() > 60


def test_long_hair_covers_more_than_short(person):
    counted = [(drawn(replace(person, style=style))[1] == HAIR).sum() for style in ("short", "bob", "long")]
    assert counted == sorted(counted)
    assert counted[2] > 1.5 * counted[0]


def test_clouds_are_interpolated():
    found = clouds(Draws(1), 24, 3)
    corners = Draws(1).bytes(16).reshape(4, 4) / 127.5 - 1
    row, column = 13, 5
    high, wide = (13.5 / 8, 5.5 / 8)
    expected = sum(corners[i, j] * (1 - abs(high - i)) * (1 - abs(wide - j)) for i in (1, 2) for j in (0, 1))
    assert found[row, column] == pytest.approx(expected)
    assert np.abs(found).max() <= 1

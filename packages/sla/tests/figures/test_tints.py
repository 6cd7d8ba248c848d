"""Tints: blue where the first map is large, red where the last one is, both where both are, grey elsewhere."""

from __future__ import annotations

import numpy as np
from PIL import Image

from scanpath_sla.figures.tints import FIRST, LAST, LINE, beside, sheet, tinted


def test_tints_by_hand():
    picture = np.full((8, 8, 3), 100, dtype=np.uint8)
    first, last = np.zeros((4, 4)), np.zeros((4, 4))
    first[0, 0], last[3, 3], first[0, 3], last[0, 3] = 1, 1, 1, 1
    drawn = np.asarray(tinted(picture, first, last)).astype(int)
    for place, tint in ((drawn[0, 0], FIRST), (drawn[7, 7], LAST), (drawn[0, 7], np.add(FIRST, LAST) / 2)):
        assert np.abs(place - (0.25 * 100 + 0.75 * np.asarray(tint))).max() <= 1
    assert np.abs(drawn[7, 0] - 100).max() <= 1


def test_maps_that_are_even_leave_the_picture_grey():
    picture = np.random.default_rng(0).integers(0, 255, (8, 8, 3), dtype=np.uint8)
    drawn = np.asarray(tinted(picture, np.ones((4, 4)), np.ones((4, 4))))
    assert (drawn == drawn[..., :1]).all()


def test_a_picture_keeps_its_colours_beside_its_tints():
    picture = np.random.default_rng(0).integers(0, 255, (8, 11, 3), dtype=np.uint8)
    tints = tinted(picture, np.eye(4), np.eye(4))
    both = np.asarray(beside(picture, tints))
    assert both.shape == (8, 22, 3)
    assert (both[:, :11] == picture).all()
    assert (both[:, 11:] == np.asarray(tints)).all()


def test_sheets_have_rows_and_columns():
    tile = Image.new("RGB", (100, 50), "black")
    one, seven = sheet([(tile, ["a"])]), sheet([(tile, ["a", "b"])] * 7, columns=3)
    assert one.width < 150
    assert seven.width > 300
    assert 3 * 50 < seven.height < 4 * 100


def test_words_that_are_too_wide_go_on_below():
    tile = Image.new("RGB", (100, 50), "black")
    short, long = (np.asarray(sheet([(tile, [words])])) for words in ("corner", "the object in the top left corner"))
    assert long.shape[0] - short.shape[0] == 2 * LINE
    assert all((long[62 + LINE * line : 62 + LINE * (line + 1)] < 200).any() for line in range(3))

"""Sheets: where each tile lies, what is outlined, rows without tiles."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from scanpath.report.overlay import magnify, outline
from scanpath_attention_rnn.figures import sheet


@pytest.fixture
def picture():
    return np.random.default_rng(0).integers(0, 255, (30, 30, 3), dtype=np.uint8)


@pytest.fixture
def target():
    found = np.zeros((30, 30), dtype=bool)
    found[10:20, 5:9] = True
    return found


def plain(colour, side=40):
    return Image.new("RGB", (side, side), colour)


def block(*rows, words=()):
    return sheet.Block(plain("red"), "name", words, rows)


def row(*colours, name="row", right=None):
    return sheet.Row(name, right, "words", dict(zip(("one", "two"), map(plain, colours), strict=False)))


def test_pictures_are_enlarged_and_outlined(picture, target):
    found = np.asarray(sheet.shown(picture, target))
    np.testing.assert_array_equal(found, outline(magnify(picture, sheet.SIDE), target))
    np.testing.assert_array_equal(np.asarray(sheet.over(picture, np.ones((3, 3)), target)).shape, found.shape)


def test_heat_goes_from_the_least_to_the_largest_value(target):
    values = np.arange(9.0).reshape(3, 3)
    found = np.asarray(sheet.heat(values, (30, 30)))
    assert found[0, 0].sum() < 20  # the dark end of the colours
    assert found[-1, -1].sum() > 600
    np.testing.assert_array_equal(found[0, 0], found[9, 9])  # a cell is a block
    assert (found.sum(2)[5, 5::10] > 0).tolist() == [True] * 3
    np.testing.assert_array_equal(np.asarray(sheet.heat(7 * values - 2, (30, 30))), found)
    outlined = np.asarray(sheet.heat(values, (30, 30), target))
    assert (outlined != found).any()


def test_tiles_lie_behind_their_picture_under_their_heads():
    blocks = [block(row("blue", "lime"), row("lime", "blue")), block(row("blue", "blue"), words=["a", "b"])]
    found = sheet.blocks_sheet("title", "note", ["one", "two"], blocks)
    assert found.width == sheet.width_of(40, 2)
    pixels = np.asarray(found)
    reds, blues = (np.argwhere((pixels == colour).all(2)) for colour in ((255, 0, 0), (0, 0, 255)))
    assert len(reds) == 2 * 1600
    assert len(blues) == 4 * 1600
    assert reds[:, 1].min() == sheet.MARGIN
    left = sheet.MARGIN + 40 + sheet.BETWEEN
    assert (blues[:, 1].min(), blues[:, 1].max()) == (left, left + 40 + sheet.GAP + 39)
    assert blues[:, 0].min() == reds[:, 0].min()  # the first row stands beside its picture
    assert pixels[-sheet.MARGIN :].min() == 255


def test_a_tile_stands_under_its_head_whatever_stands_before_it():
    alone = sheet.Row("row", None, "words", {"two": plain("blue")})
    found = np.asarray(sheet.blocks_sheet("t", "n", ["one", "two"], [block(alone)]))
    blues = np.argwhere((found == (0, 0, 255)).all(2))
    assert blues[:, 1].min() == sheet.MARGIN + 40 + sheet.BETWEEN + 40 + sheet.GAP


def test_a_row_without_tiles_is_a_line():
    heads, tile = ["one"], row("blue")
    one = sheet.blocks_sheet("t", "n", heads, [block(tile, tile)])
    more = sheet.blocks_sheet("t", "n", heads, [block(tile, tile, row(), row())])
    assert more.height - one.height == 2 * (sheet.LINE + sheet.GAP)


def test_what_is_right_is_marked():
    drawn = [
        np.asarray(sheet.blocks_sheet("t", "n", ["one"], [block(row("white", right=right))])).astype(int)
        for right in (None, True, False)
    ]
    for mark, (_, colour) in sheet.MARKS.items():
        found = [bool((abs(one - colour).sum(2) < 60).any()) for one in drawn]  # of thin strokes, smoothed
        assert found == [False, mark, not mark]


def test_what_stands_above_pushes_the_blocks_down():
    blocks, width = [block(row("blue"))], sheet.width_of(40, 1)
    without = sheet.blocks_sheet("t", "n", ["one"], blocks)
    found = sheet.blocks_sheet("t", "n", ["one"], blocks, above=plain("green", width))
    assert (found.width, found.height - without.height) == (width, width + sheet.GAP)
    assert (np.asarray(found) == (0, 128, 0)).all(2).sum() == width**2


def test_a_long_note_is_broken_into_lines():
    short = sheet.tiles_sheet("t", "n", ["one"], [[(plain("blue"), "c")]])
    long = sheet.tiles_sheet("t", "n " * 40, ["one"], [[(plain("blue"), "c")]])
    assert long.width == short.width
    assert (long.height - short.height) % sheet.LINE == 0 < long.height - short.height


def test_tiles_have_captions_and_stay_in_their_columns():
    tiles = [[(plain("blue"), "caption"), (plain("red"), "very long " * 20)]] * 2
    found = np.asarray(sheet.tiles_sheet("t", "n", ["one", "two"], tiles))
    blues = np.argwhere((found == (0, 0, 255)).all(2))
    assert len(blues) == 2 * 1600
    assert found[:, -sheet.MARGIN :].min() == 255
    below = blues[:, 0].max() + 1
    assert found[below : below + sheet.LINE, sheet.MARGIN : sheet.MARGIN + 40].min() < 100

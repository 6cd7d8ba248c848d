"""The drawing has a row a picture and a column a network, and maps of any grid."""

from __future__ import annotations

import numpy as np

from scanpath.report.overlay import overlay
from scanpath_han.premise import drawing


def drawn(names, seed=0):
    random = np.random.default_rng(seed)
    pictures = list(random.integers(0, 255, (3, 20, 20, 3), dtype=np.uint8))
    masks = np.zeros((3, 20, 20), dtype=bool)
    masks[:, 4:9, 4:9] = True
    maps = {name: list(random.random((3, side, side))) for side, name in enumerate(names, start=2)}
    return pictures, masks, maps, drawing.draw_norms(pictures, masks, maps, {name: [0.25, 0.5, 0.75] for name in names})


def test_a_column_a_network_and_a_row_a_picture():
    *_, one = drawn(["a"])
    *_, two = drawn(["a", "b"])
    assert two.width - one.width == drawing.SIDE + drawing.GAP
    assert one.width == 2 * drawing.MARGIN + 2 * drawing.SIDE + drawing.GAP
    assert one.height == 2 * drawing.MARGIN + drawing.HEAD * drawing.LINE + 6 + 3 * (
        drawing.SIDE + drawing.LINE + drawing.GAP
    )


def test_each_map_lies_at_its_place():
    pictures, masks, maps, sheet = drawn(["a", "b"])
    tile = overlay(pictures[2], maps["b"][2], target=masks[2], method="nearest", short_side=drawing.SIDE)
    left = drawing.MARGIN + 2 * (drawing.SIDE + drawing.GAP)
    top = drawing.MARGIN + drawing.HEAD * drawing.LINE + 6 + 2 * (drawing.SIDE + drawing.LINE + drawing.GAP)
    np.testing.assert_array_equal(
        np.asarray(sheet.crop((left, top, left + drawing.SIDE, top + drawing.SIDE))), np.asarray(tile)
    )


def test_a_long_name_is_cut_to_its_column():
    *_, plain = drawn([""])
    *_, named = drawn([" ".join(["longer"] * 50)])
    assert plain.size == named.size
    below = drawing.MARGIN + drawing.HEAD * drawing.LINE + 6
    differs = (np.asarray(plain) != np.asarray(named)).any(2)
    assert differs[:below].any()
    assert not differs[below:].any()
    assert not differs[:, plain.width - drawing.MARGIN :].any()

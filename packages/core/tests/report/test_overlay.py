"""Overlays, pixel by pixel where that can be said."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from scanpath.errors import ShapeError
from scanpath.report import overlay

H, W = 7, 11
GREY = np.full((H, W, 3), 100, dtype=np.uint8)


def test_normalise_stretches_and_leaves_even_maps_alone():
    assert overlay.normalise(np.array([[2.0, 4.0], [3.0, 2.0]])).tolist() == [[0.0, 1.0], [0.5, 0.0]]
    assert not overlay.normalise(np.full((3, 5), 1 / 15)).any()
    assert not overlay.normalise(np.full((3, 5), 0.2) + 1e-9 * np.eye(3, 5)).any()  # rounding is no pattern
    with pytest.raises(ShapeError, match="NaN"):
        overlay.normalise(np.array([[1.0, np.nan]]))


def test_enlarge_keeps_each_cell_at_its_place():
    cells = np.array([[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]])
    blocks = overlay.enlarge(cells, (2 * 5, 3 * 5), "nearest")
    assert np.array_equal(blocks, cells.repeat(5, axis=0).repeat(5, axis=1))
    smooth = overlay.enlarge(cells, (2 * 5, 3 * 5))
    assert np.allclose(smooth[2::5, 2::5], cells)  # at the centre of a cell its own weight
    assert smooth[2, 4] == pytest.approx(0.4)  # two fifths of the way to its neighbour


def test_boxes_show_the_largest_weight():
    boxes = np.array([[0, 0, 0.5, 1], [0.25, 0, 1, 0.5]])
    plane = overlay.paint_boxes(np.array([0.3, 0.7]), boxes, (4, 8))
    expected = np.zeros((4, 8), dtype=np.float32)
    expected[:, :4] = 0.3
    expected[:2, 2:] = 0.7
    assert np.array_equal(plane, expected)
    assert overlay.paint_boxes(np.array([0.7]), np.array([[0.5, 0.5, 0.5, 0.5]]), (4, 8)).sum() == pytest.approx(0.7)
    with pytest.raises(ShapeError, match="expected"):
        overlay.paint_boxes(np.ones(3), boxes, (4, 8))


def test_magnify_is_a_whole_factor():
    picture = np.arange(2 * 3 * 3, dtype=np.uint8).reshape(2, 3, 3)
    large = overlay.magnify(picture, 5)
    assert large.shape == (6, 9, 3)
    assert np.array_equal(large[::3, ::3], picture)
    assert overlay.magnify(picture, 2) is not picture
    assert overlay.magnify(picture, 2).shape == picture.shape


def test_outline_is_outside_of_the_object():
    target = np.zeros((H, W), dtype=bool)
    target[3, 5] = True
    drawn = overlay.outline(GREY, target, width=1)
    assert (drawn[3, 5] == 100).all()
    assert (drawn[2, 5] == 255).all()
    assert (drawn[1, 5] == 20).all()
    assert (drawn[0, 0] == 100).all()
    assert (GREY == 100).all()  # the given picture stays as it was
    with pytest.raises(ShapeError, match="do not fit"):
        overlay.outline(GREY, np.zeros((3, 5), dtype=bool))


def test_overlay_is_bright_where_the_weight_is():
    weights = np.zeros((H, W))
    weights[2, 3] = 1
    drawn = np.asarray(overlay.overlay(GREY, weights, method="nearest", short_side=H)).astype(int)
    assert drawn.shape == (H, W, 3)
    assert drawn[2, 3].sum() > 1.5 * drawn[5, 5].sum()
    rest = np.delete(drawn.reshape(-1, 3), 2 * W + 3, axis=0)
    assert (rest == rest[0]).all()
    assert (rest[0] < 100).all()


def test_an_even_map_leaves_the_picture_unmarked():
    even = np.asarray(overlay.overlay(GREY, np.full((2, 3), 1 / 6), short_side=H))
    assert np.array_equal(even, GREY)


def test_overlay_over_boxes_and_wrong_shapes():
    boxes = np.array([[0, 0, 0.5, 1], [0.5, 0, 1, 1]])
    drawn = np.asarray(overlay.overlay(GREY, np.array([0.0, 1.0]), boxes=boxes, short_side=H)).astype(int)
    assert drawn[3, 9].sum() > drawn[3, 1].sum()
    with pytest.raises(ShapeError, match="together with boxes"):
        overlay.overlay(GREY, np.ones(3))
    with pytest.raises(ShapeError, match="uint8"):
        overlay.overlay(GREY.astype(np.float32), np.ones((2, 3)))


def test_strip_lays_maps_side_by_side():
    maps = np.random.default_rng(0).random((3, 2, 3))
    sheet = overlay.strip(GREY, maps, ("a", "b", "c"), short_side=H)
    assert sheet.size == (4 * W + 3 * 8, H + overlay.CAPTION)
    pixels = np.asarray(sheet)
    assert np.array_equal(pixels[:H, :W], GREY)
    second = np.asarray(overlay.overlay(GREY, maps[1], short_side=H))
    assert np.array_equal(pixels[:H, 2 * (W + 8) : 2 * (W + 8) + W], second)
    with pytest.raises(ShapeError, match="one a map"):
        overlay.strip(GREY, maps, ("a",))


def test_save_maps_writes_the_picture_and_the_raw_weights(tmp_path):
    maps = np.random.default_rng(0).random((2, 2)).astype(np.float32)
    boxes = np.array([[0, 0, 0.5, 1], [0.5, 0, 1, 1]])
    target = np.eye(H, W, dtype=bool)
    drawn, raw = overlay.save_maps(tmp_path / "look.jpeg", GREY, maps, ("hop 1", "hop 2"), boxes=boxes, target=target)
    assert (drawn.name, raw.name) == ("look.png", "look.npz")
    with Image.open(drawn) as image:
        assert image.format == "PNG"
    with np.load(raw, allow_pickle=False) as arrays:
        assert np.array_equal(arrays["maps"], maps)
        assert arrays["names"].tolist() == ["hop 1", "hop 2"]
        assert np.array_equal(arrays["boxes"], boxes)
        assert np.array_equal(arrays["target"], target)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["look.npz", "look.png"]

from __future__ import annotations

import hashlib

import numpy as np
import pytest

from scanpath.data.scenes.drawing import RGB, draw_ground, draw_picture, lay
from scanpath.data.scenes.options import COLORS, SHAPES, SceneOptions
from scanpath.data.scenes.randomness import Draws
from scanpath.data.scenes.world import Thing, draw_scene, scene_draws


def test_pixels_are_pinned() -> None:
    """Equal on every platform; a change here makes another world: raise options.VERSION with it."""
    digest = hashlib.sha256()
    for options, split in ((SceneOptions(), "train"), (SceneOptions(world="hard", seed=3, image_size=97), "test")):
        for index in range(13):
            draws = scene_draws(options, split, index)
            things = draw_scene(draws, options)
            for pixels in draw_picture(things, draws, options.image_size, options.shapes, options.colors):
                assert pixels.dtype == np.uint8
                digest.update(pixels.tobytes())
    assert digest.hexdigest() == PINNED


PINNED = "dce7c6a5e5043ba161580a28cb0280f56652ac3acaf49667f3abde3c9f1458b9"


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("radius", [10, 16])
def test_shapes_cover_about_equally_much_and_have_their_colour(shape: str, radius: int) -> None:
    thing = Thing(SHAPES.index(shape), COLORS.index("yellow"), 0, 61, 64, radius)
    picture, labels = draw_picture([thing], Draws(3), 64)
    mask = labels == 1
    assert set(np.unique(labels)) == {0, 1}
    assert 1.2 < mask.sum() / (radius / 2) ** 2 < 3.2  # a full circle of that radius has 3.14
    reach = np.hypot(*(np.argwhere(mask) + 0.5 - [32, 30.5]).T).max()
    assert 0.85 * radius / 2 < reach < 1.15 * radius / 2 + 0.5
    difference = picture[mask].astype(int).mean(axis=0) - RGB["yellow"]
    assert abs(difference).max() < 45
    assert mask[32, 30] == (shape != "ring")


def test_a_shape_moves_by_half_pixels_without_changing() -> None:
    sums = {(x, y): draw_picture([Thing(1, 0, 1, x, y, 16)], Draws(3), 64)[1].sum() for x in (60, 61) for y in (70, 71)}
    assert max(sums.values()) - min(sums.values()) <= 0.2 * max(sums.values())


def laid(shape: str, turn: int) -> np.ndarray:
    """How many quarters of the pixels of a canvas a shape in its middle covers, (64, 64)."""
    cover = np.zeros((64, 64), dtype=int)
    where, found = lay(np.zeros((64, 64, 3), dtype=np.int64), shape, np.ones(3), x=64, y=64, radius=30, turn=turn)
    cover[where] = found
    return cover


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("turn", [30, 45, 77])
def test_a_shape_may_be_turned(shape: str, turn: int) -> None:
    upright, turned = laid(shape, 0), laid(shape, turn)
    assert abs(int(turned.sum()) - int(upright.sum())) < 0.08 * upright.sum()  # whole quarters of pixels
    np.testing.assert_array_equal(laid(shape, turn + 360), turned)
    same = int(abs(turned - upright).sum()) < 0.02 * upright.sum()
    assert same == (shape in ("circle", "ring"))
    quarter = laid(shape, 90)
    np.testing.assert_array_equal(quarter, np.rot90(upright, -1))  # clockwise


def test_a_diamond_is_a_square_turned_by_an_eighth() -> None:
    square, diamond = laid("square", 45) >= 2, laid("diamond", 0) >= 2
    assert (square != diamond).sum() < 0.1 * diamond.sum()


def test_objects_at_the_edge_are_drawn() -> None:
    for x, y in ((10, 10), (118, 10), (10, 118), (118, 118)):
        assert draw_picture([Thing(0, 0, 0, x, y, 9)], Draws(3), 64)[1].sum() > 40


def test_ground_is_soft_grey() -> None:
    for seed in range(13):
        ground = draw_ground(Draws(seed), 64)
        assert ground.shape == (64, 64, 3)
        assert ground.min() > 40
        assert ground.max() < 200
        assert abs(np.diff(ground, axis=0)).max() <= 8
        assert np.ptp(ground.mean(axis=(0, 1))) <= 2 * 9 + 1

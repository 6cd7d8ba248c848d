from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from scanpath.data.images import encode_png
from scanpath.data.scenes.randomness import Draws
from scanpath_attention_rnn.data.digits import grounds
from scanpath_attention_rnn.data.digits.digits import Pool, read_pool
from scanpath_attention_rnn.data.digits.photographs import Photographs


def test_black() -> None:
    found = grounds.black(13)
    assert (found.shape, found.dtype, found.any()) == ((13, 13, 3), np.uint8, False)


def test_scraps_are_seventeen_coloured_squares() -> None:
    """Of digits that are all ink, a scrap is a full square: by its size and its tint each is found again."""
    full = Pool(np.full((10, 28, 28), 255, np.uint8), tuple(range(11)), "of a test")
    side = 1_000  # so wide that no two meet
    found = grounds.scraps(side, full, Draws(2))
    rows, columns = np.nonzero(found.any(axis=2))
    squares = 0
    while len(rows):
        y, x = rows[0], columns[0]
        size = int((found[y, x : x + 20] == found[y, x]).all(axis=1).sum())
        assert 2 <= size <= 15
        assert (found[y : y + size, x : x + size] == found[y, x]).all()
        assert (
            min(np.ptp(found[y, x].astype(int) - rgb) for rgb in grounds.COLORS.values()) <= 20
        )  # one tint, perhaps cut
        found[y : y + size, x : x + size] = 0
        rows, columns = np.nonzero(found.any(axis=2))
        squares += 1
    assert squares == 17


def test_scraps_of_digits_add_up_and_end_at_white() -> None:
    full = Pool(np.full((10, 28, 28), 255, np.uint8), tuple(range(11)), "of a test")
    crowded = grounds.scraps(15, full, Draws(4))
    assert (crowded == 255).mean() > 0.5
    thin = [grounds.scraps(100, read_pool(None), Draws(seed)) for seed in range(20)]
    share = np.mean([ground.any(axis=2).mean() for ground in thin])
    assert 0.02 < share < 0.17  # 17 * 75 pixels, less the empty corners of digits
    assert len({ground.tobytes() for ground in thin}) == 20


def test_noise_is_half_a_normal_distribution() -> None:
    """Of 30,000 values; a share of half strays by 0.003, the mean square by 8; five of these are allowed."""
    found = grounds.noise(100, Draws(1)).astype(float)
    assert found.shape == (100, 100, 3)
    assert abs((found > 0).mean() - 0.494) < 0.015  # what is below half a level is 0 as well
    assert abs((found**2).mean() - 32**2 / 2) < 40
    assert abs(np.corrcoef(found[..., 0].ravel(), found[..., 1].ravel())[0, 1]) < 0.05
    assert not np.array_equal(found, grounds.noise(100, Draws(2)))


@pytest.fixture
def gradient(tmp_path: Path) -> Photographs:
    """A photograph of 151x251 whose red tells the row and whose green tells the column."""
    rows, columns = np.mgrid[:151, :251].astype(np.uint8)
    (tmp_path / "a.png").write_bytes(encode_png(np.stack([rows, columns, 0 * rows], axis=-1), "testing"))
    return Photographs(tmp_path, ("a.png",), "of a test")


def test_a_photograph_is_cut_to_a_square_and_not_stretched(gradient: Photographs) -> None:
    sizes, tops, lefts = [], [], []
    for seed in range(200):
        found = grounds.photograph(100, gradient, Draws(seed)).astype(int)
        assert found.shape == (100, 100, 3)
        (top, left), (bottom, right) = found[0, 0, :2], found[-1, -1, :2]
        assert abs((bottom - top) - (right - left)) <= 2
        sizes.append(bottom - top + 1)
        tops.append(top)
        lefts.append(left)
    assert min(sizes) >= 99
    assert max(sizes) > 145
    assert min(tops) <= 1
    assert max(tops) > 35
    assert min(lefts) <= 1
    assert max(lefts) > 140


def test_a_small_photograph_is_enlarged(gradient: Photographs) -> None:
    found = grounds.photograph(224, gradient, Draws(3)).astype(int)
    assert found.shape == (224, 224, 3)
    assert (found[0, 0, 0], found[-1, -1, 0]) == (0, 150)  # all of its height
    assert found[-1, -1, 1] - found[0, 0, 1] == 150


def test_every_photograph_comes(photographs: Path) -> None:
    from scanpath_attention_rnn.data.digits.photographs import list_photographs

    known, draws = list_photographs(photographs), Draws(1)
    assert len({grounds.photograph(30, known, draws)[0, 0].tobytes() for _ in range(9)}) > 3

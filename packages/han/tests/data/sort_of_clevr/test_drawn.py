"""What a cell is taught, typed by hand from a drawn picture and held against the pixels of others."""

from __future__ import annotations

import numpy as np
import torch

from scanpath_han.data.sort_of_clevr.drawn import Drawn, draw, places
from scanpath_han.data.sort_of_clevr.options import SortOfCLEVROptions
from scanpath_han.data.sort_of_clevr.world import COLORS, Thing, draw_picture, draw_things, picture_draws

THINGS = [
    Thing("circle", 7, 7), Thing("rectangle", 14, 15), Thing("rectangle", 29, 30),
    Thing("circle", 44, 59), Thing("rectangle", 69, 69), Thing("circle", 60, 5),
]  # fmt: skip


def test_cells_shapes_and_offsets_by_hand() -> None:
    found = places([THINGS])
    assert found.cells.tolist() == [[0, 5, 11, 17, 24, 4]]
    assert found.circles.tolist() == [[1, 0, 0, 1, 0, 1]]
    fifteenths = [[0, 0], [14, -14], [14, -14], [14, 14], [4, 4], [-14, -4]]  # the middle pixel's middle is the cell's
    torch.testing.assert_close(found.offsets[0], torch.tensor(fifteenths) / 15)


def test_places_are_those_of_the_pixels() -> None:
    """An object's middle pixel, found again from its cell and offset, has its colour: no middle is ever hidden."""
    data = draw(13, seed=31, split="test")
    for picture, *columns in zip(data.pictures, *data.places, strict=True):
        for color, cell, circle, (dx, dy) in zip(
            COLORS.values(), *(column.tolist() for column in columns), strict=True
        ):
            x, y = ((15 * (index + (1 + offset) / 2) - 0.5) for index, offset in ((cell % 5, dx), (cell // 5, dy)))
            assert abs(x - round(x)) < 1e-4
            assert abs(y - round(y)) < 1e-4
            assert tuple(picture[:, round(y), round(x)].tolist()) == color
            assert circle in {0.0, 1.0}


def test_pictures_are_those_of_the_data_set_of_that_seed() -> None:
    things = draw_things(picture_draws(SortOfCLEVROptions(seed=31), "test", 2))
    data = draw(3, seed=31, split="test")
    assert np.array_equal(data.pictures[2].permute(1, 2, 0).numpy(), draw_picture(things)[0])
    assert torch.equal(data.places.of(torch.tensor([2])).offsets, places([things]).offsets)


def test_the_checksum_is_of_pictures_and_places() -> None:
    data = draw(2, seed=31, split="test")
    assert data.checksum() == draw(2, seed=31, split="test").checksum()
    assert data.checksum() != draw(2, seed=31, split="train").checksum()
    assert data.checksum() != Drawn(data.pictures, data.places._replace(circles=1 - data.places.circles)).checksum()

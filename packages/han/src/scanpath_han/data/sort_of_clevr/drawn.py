"""Pictures of Sort-of-CLEVR with the cell, the shape and the place of every object: what its backbone learns from."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np
import torch
from torch import Tensor

from scanpath.progress import track
from scanpath_han.data.sort_of_clevr.backbone import GRID
from scanpath_han.data.sort_of_clevr.options import SortOfCLEVROptions
from scanpath_han.data.sort_of_clevr.world import IMAGE_SIZE, Thing, draw_picture, draw_things, picture_draws

CELL = IMAGE_SIZE // GRID
"""Pixels along a cell's side."""


class Places(NamedTuple):
    """Of N pictures, what stands where; the six objects are in the order of their colours."""

    cells: Tensor
    """The cell that an object's centre lies in, row by row, int64 (N, 6)."""
    circles: Tensor
    """1 of a circle, 0 of a rectangle, (N, 6)."""
    offsets: Tensor
    """Of the centre from the middle of its cell, x and y in half cells, so in [-1, 1], (N, 6, 2)."""

    def of(self, rows: Tensor) -> Places:
        """Take some of the pictures."""
        return Places(*(column[rows] for column in self))


def places(scenes: Sequence[Sequence[Thing]]) -> Places:
    """Place the objects of some pictures in their cells."""
    middles = torch.tensor([[(thing.x, thing.y) for thing in things] for things in scenes])  # pixels, (N, 6, 2)
    columns, rows = (middles // CELL).unbind(-1)
    return Places(
        cells=rows * GRID + columns,
        circles=torch.tensor([[float(thing.shape == "circle") for thing in things] for things in scenes]),
        offsets=(2 * (middles % CELL) + 1 - CELL) / CELL,
    )


class Drawn(NamedTuple):
    """Pictures, and what stands where in them."""

    pictures: Tensor
    """uint8 (N, 3, 75, 75)."""
    places: Places

    def checksum(self) -> str:
        """Return the SHA-256 of pictures and places, in hexadecimal."""
        digest = hashlib.sha256()
        for column in (self.pictures, *self.places):
            digest.update(column.contiguous().numpy().data)
        return digest.hexdigest()


def draw(count: int, *, seed: int, split: Literal["train", "test"]) -> Drawn:
    """Draw the first ``count`` pictures of a split, as the data set of ``seed`` has them."""
    options = SortOfCLEVROptions(seed=seed)
    scenes = [draw_things(picture_draws(options, split, index)) for index in range(count)]
    pictures = np.empty((count, 3, IMAGE_SIZE, IMAGE_SIZE), dtype=np.uint8)
    for picture, things in zip(pictures, track(scenes, f"drawing {split} pictures"), strict=True):
        picture[:] = draw_picture(things)[0].transpose(2, 0, 1)
    return Drawn(torch.from_numpy(pictures), places(scenes))

"""What stands where in a picture, and the picture: whole numbers alone, so pixels are equal on every platform."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from scanpath.data.scenes.randomness import Draws
from scanpath_han.data.sort_of_clevr.options import SortOfCLEVROptions

IMAGE_SIZE = 75
RADIUS = 5
"""Of a circle, and half of a square's side, to the middle of the last pixel."""

COLORS: Mapping[str, tuple[int, int, int]] = MappingProxyType(
    {
        "red": (255, 0, 0),
        "green": (0, 255, 0),
        "blue": (0, 0, 255),
        "orange": (255, 156, 0),
        "gray": (128, 128, 128),
        "yellow": (255, 255, 0),
    }
)
SHAPES = ("rectangle", "circle")

_SPLITS = ("train", "val", "test")
_OFFSETS = np.arange(-RADIUS, RADIUS + 1)
_STAMPS: Mapping[str, npt.NDArray[np.bool_]] = MappingProxyType(
    {
        "rectangle": np.ones((2 * RADIUS + 1, 2 * RADIUS + 1), dtype=bool),
        "circle": _OFFSETS[:, None] ** 2 + _OFFSETS**2 <= RADIUS**2,
    }
)


class Thing(NamedTuple):
    """One object; its colour is its place among :data:`COLORS`."""

    shape: str
    x: int
    """The column of its middle pixel."""
    y: int
    """The row of its middle pixel."""

    def distance(self, other: Thing) -> int:
        """Return the square of the distance between two middles."""
        return (self.x - other.x) ** 2 + (self.y - other.y) ** 2


def picture_draws(options: SortOfCLEVROptions, split: str, index: int) -> Draws:
    """Return the stream that decides everything about one picture."""
    return Draws(options.seed, _SPLITS.index(split), index)


def draw_things(draws: Draws) -> list[Thing]:
    """Draw one object of each colour: a place far enough from the earlier ones, then a shape, each as likely.

    Middles lie at least twice the radius from each other, so corners of two squares may meet; no middle is ever hidden.
    """
    things: list[Thing] = []
    for _ in COLORS:
        while True:
            x, y = (RADIUS + draws.below(IMAGE_SIZE - 2 * RADIUS) for _ in range(2))
            thing = Thing(SHAPES[0], x, y)
            if all(thing.distance(other) >= (2 * RADIUS) ** 2 for other in things):
                break
        things.append(thing._replace(shape=SHAPES[draws.below(len(SHAPES))]))
    return things


def draw_picture(things: Sequence[Thing]) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
    """Draw the objects in their order on white ground.

    Returns:
        the picture, (75, 75, 3), and its label map, (75, 75): 0 ground, i + 1 object i.
    """
    picture = np.full((IMAGE_SIZE, IMAGE_SIZE, 3), 255, dtype=np.uint8)
    labels = np.zeros((IMAGE_SIZE, IMAGE_SIZE), dtype=np.uint8)
    for number, (thing, color) in enumerate(zip(things, COLORS.values(), strict=True), start=1):
        window = np.s_[thing.y - RADIUS : thing.y + RADIUS + 1, thing.x - RADIUS : thing.x + RADIUS + 1]
        picture[window][_STAMPS[thing.shape]] = color
        labels[window][_STAMPS[thing.shape]] = number
    return picture, labels

"""What stands where in a picture, drawn from a seed: whole numbers, lengths in half pixels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from scanpath.data.scenes.options import FIRST_IMAGE, SIZES, SceneOptions
from scanpath.data.scenes.randomness import Draws

FEWEST, MOST = 6, 8

#: Radii by size, each drawn evenly: about 5 and 8 pixels, give or take a tenth.
RADII = {"small": (9, 11), "large": (15, 17)}

#: What at least lies between two objects' circles.
GAP = 4

#: One object in this many is large, on average two in five: with more, eight would not find room.
_LARGE, _OF = 2, 5

Column = npt.NDArray[np.int16]


class Thing(NamedTuple):
    """One object; attributes are numbers in the option's tuples."""

    shape: int
    color: int
    size: int
    x: int
    y: int
    radius: int


@dataclass(frozen=True)
class Scenes:
    """N scenes in columns of K = ``MOST`` places, each (N, K); a place without an object holds -1 everywhere."""

    shape: Column
    color: Column
    size: Column
    x: Column
    y: Column
    radius: Column

    def __len__(self) -> int:
        """Count the scenes."""
        return len(self.shape)

    def things(self, scene: int) -> list[Thing]:
        """Return the objects of one scene."""
        columns = (self.shape, self.color, self.size, self.x, self.y, self.radius)
        rows = zip(*(column[scene].tolist() for column in columns), strict=True)
        return [Thing(*row) for row in rows if row[0] >= 0]

    @classmethod
    def of(cls, scenes: Sequence[Sequence[Thing]]) -> Scenes:
        """Put lists of objects into columns."""
        table = np.full((len(scenes), MOST, len(Thing._fields)), -1, dtype=np.int16)
        for row, things in enumerate(scenes):
            table[row, : len(things)] = things
        return cls(*np.moveaxis(table, -1, 0))

    @classmethod
    def joined(cls, parts: Sequence[Scenes]) -> Scenes:
        """Put parts one after the other."""
        names = ("shape", "color", "size", "x", "y", "radius")
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


def draw_scene(draws: Draws, options: SceneOptions) -> list[Thing]:
    """Draw attributes evenly and independently, then places until nothing overlaps."""
    while True:
        looks = [_draw_look(draws, options) for _ in range(FEWEST + draws.below(MOST - FEWEST + 1))]
        for _ in range(4):
            things = _place(draws, looks, 2 * options.image_size)
            if things is not None:
                return things


def _draw_look(draws: Draws, options: SceneOptions) -> tuple[int, int, int, int]:
    size = int(draws.below(_OF) < _LARGE)
    low, high = RADII[SIZES[size]]
    shape, color = draws.below(len(options.shapes)), draws.below(len(options.colors))
    return shape, color, size, low + draws.below(high - low + 1)


def _place(draws: Draws, looks: Sequence[tuple[int, int, int, int]], extent: int) -> list[Thing] | None:
    """Find a place for every object, the largest first; None if one finds none in some sixty tries."""
    placed: dict[int, Thing] = {}
    for number in sorted(range(len(looks)), key=lambda number: -looks[number][3]):
        shape, color, size, radius = looks[number]
        for _ in range(60):
            x, y = (radius + 1 + draws.below(extent - 2 * radius - 1) for _ in range(2))
            if all(
                (x - other.x) ** 2 + (y - other.y) ** 2 >= (radius + other.radius + GAP) ** 2
                for other in placed.values()
            ):
                placed[number] = Thing(shape, color, size, x, y, radius)
                break
        else:
            return None
    return [placed[number] for number in range(len(looks))]


def scene_draws(options: SceneOptions, split: str, index: int) -> Draws:
    """Return the stream that decides everything about one picture."""
    return Draws(options.seed, list(FIRST_IMAGE).index(split), index)

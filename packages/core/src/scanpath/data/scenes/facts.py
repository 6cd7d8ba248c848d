"""What is true in many scenes at once: who matches a description, who is near whom, on which side, in which corner.

Letters: N scenes, K places for objects, D descriptions. Lengths are half pixels. What a person could not judge by eye
is left open: a relation counts only if it holds by :data:`CLEAR` half pixels.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from scanpath.data.scenes.options import SIZES, SceneOptions
from scanpath.data.scenes.world import Scenes

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

CLEAR = 6
DIRECTIONS = ("left", "right", "above", "below")
OPPOSITE = (1, 0, 3, 2)
PLACES = ("top left", "top right", "bottom left", "bottom right")

_FAR = 1 << 20
_PLURALS = {"cross": "crosses"}


class Description(NamedTuple):
    """A noun phrase's meaning: what is not said is None."""

    size: int | None = None
    color: int | None = None
    shape: int | None = None

    @property
    def said(self) -> frozenset[str]:
        """Which attributes are said."""
        return frozenset(name for name, value in self._asdict().items() if value is not None)

    def text(self, options: SceneOptions, *, plural: bool = False) -> str:
        """Write the phrase: ``large red circle``, ``red object``."""
        words = [] if self.size is None else [SIZES[self.size]]
        words += [] if self.color is None else [options.colors[self.color]]
        noun = "object" if self.shape is None else options.shapes[self.shape]
        return " ".join([*words, _PLURALS.get(noun, f"{noun}s") if plural else noun])


def descriptions(options: SceneOptions) -> tuple[Description, ...]:
    """List every description that says at least one attribute."""
    parts: tuple[list[int | None], ...] = (
        [None, *range(len(SIZES))],
        [None, *range(len(options.colors))],
        [None, *range(len(options.shapes))],
    )
    return tuple(Description(*values) for values in itertools.product(*parts))[1:]


class Facts:
    """Facts about N scenes; each is worked out when first asked for."""

    def __init__(self, scenes: Scenes, options: SceneOptions) -> None:
        """Remember the scenes."""
        self.scenes, self.options = scenes, options
        self.rows = np.arange(len(scenes))
        self.present: Bools = scenes.shape >= 0
        self.x, self.y = scenes.x.astype(np.int64), scenes.y.astype(np.int64)
        self.attributes: Mapping[str, Ints] = {
            "color": scenes.color.astype(np.int64),
            "shape": scenes.shape.astype(np.int64),
            "size": scenes.size.astype(np.int64),
        }

    @functools.cached_property
    def number_of(self) -> Mapping[Description, int]:
        """The number of each description."""
        return {description: number for number, description in enumerate(descriptions(self.options))}

    @functools.cached_property
    def match(self) -> Bools:
        """Does a description fit an object, (N, D, K)?"""
        columns = []
        for description in self.number_of:
            fits = self.present.copy()
            for name in description.said:
                fits &= self.attributes[name] == getattr(description, name)
            columns.append(fits)
        return np.stack(columns, axis=1)

    @functools.cached_property
    def count(self) -> Ints:
        """How many objects a description fits, (N, D)."""
        count: Ints = self.match.sum(axis=2)
        return count

    def members(self, description: Description) -> Bools:
        """Return which objects a description fits, (N, K)."""
        fits: Bools = self.match[:, self.number_of[description]]
        return fits

    def only(self, description: Description) -> Ints:
        """Return the one object that a description fits, (N,), or -1."""
        members = self.members(description)
        return np.where(members.sum(axis=1) == 1, members.argmax(axis=1), -1)

    @functools.cached_property
    def _distances(self) -> Ints:
        """Squared distances between centres, (N, K, K); far for an object and itself and for empty places."""
        squares = (self.x[:, :, None] - self.x[:, None]) ** 2 + (self.y[:, :, None] - self.y[:, None]) ** 2
        absent = ~(self.present[:, :, None] & self.present[:, None]) | np.eye(self.x.shape[1], dtype=bool)
        return np.where(absent, _FAR, squares)

    @functools.cached_property
    def nearest(self) -> Ints:
        """The object nearest to each object, (N, K), or -1.

        It must be nearest by a clear margin from centre to centre and also by the gap to its edge, so that small and
        large neighbours are judged alike.
        """
        lengths = whole_roots(self._distances)
        gaps = lengths - self.scenes.radius[:, None].astype(np.int64)
        best = lengths.argmin(axis=2)
        two = np.sort(lengths, axis=2)[:, :, :2]
        clear = (two[..., 1] - two[..., 0] >= CLEAR) & (gaps.argmin(axis=2) == best) & self.present
        return np.where(clear, best, -1)

    @functools.cached_property
    def side(self) -> Bools:
        """Is the second object clearly on a side of the first, (N, direction, K, K)?"""
        right = self.x[:, None] - self.x[:, :, None]  # [n, i, j]: how far j lies right of i
        below = self.y[:, None] - self.y[:, :, None]
        both = self.present[:, :, None] & self.present[:, None]
        return np.stack([way >= CLEAR for way in (-right, right, -below, below)], axis=1) & both[:, None]

    def farthest(self, members: Bools, direction: int) -> Ints:
        """Return the member that lies farthest in a direction, clearly before any other, (N,), or -1."""
        along = (-self.x, self.x, -self.y, self.y)[direction]
        return clearly_first(np.where(members, -along, _FAR))

    @functools.cached_property
    def corner(self) -> Ints:
        """The object nearest to each corner, clearly, and within its quarter of the picture, (N, 4), or -1."""
        extent = 2 * self.options.image_size
        found = []
        for place, (y, x) in enumerate(itertools.product((0, extent), repeat=2)):
            squares = (self.x - x) ** 2 + (self.y - y) ** 2
            first = clearly_first(whole_roots(np.where(self.present, squares, _FAR)))
            found.append(np.where(self.quarter[self.rows, first] == place, first, -1))
        return np.stack(found, axis=1)

    @functools.cached_property
    def quarter(self) -> Ints:
        """The quarter of the picture that each object lies in, clearly, (N, K), or -1."""
        right, below = self.x - self.options.image_size, self.y - self.options.image_size
        clear = self.present & (np.minimum(abs(right), abs(below)) >= CLEAR)
        return np.where(clear, 2 * (below > 0) + (right > 0), -1)

    def attribute(self, name: str, objects: Ints) -> Ints:
        """Return an attribute of one object a scene, (N,); -1 where ``objects`` is -1."""
        return np.where(objects >= 0, self.attributes[name][self.rows, objects], -1)


def whole_roots(squares: Ints) -> Ints:
    """Return square roots rounded down; exact, since IEEE square roots are correctly rounded."""
    return np.sqrt(squares.astype(np.float64)).astype(np.int64)


def clearly_first(values: Ints) -> Ints:
    """Return where the least of each row is if it is clearly less than the next, and present, (N,), or -1."""
    two = np.sort(values, axis=1)[:, :2]
    clear = (two[:, 0] < whole_roots(np.asarray(_FAR))) & (two[:, 1] - two[:, 0] >= CLEAR)
    return np.where(clear, values.argmin(axis=1), -1)

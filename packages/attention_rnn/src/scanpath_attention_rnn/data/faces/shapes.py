"""How much of each pixel a shape covers: ovals and bent lenses with soft edges, by exact operations alone.

Only sums, products, quotients, square roots and comparisons of 64 bits are used, which are the same on every machine.
"""

from __future__ import annotations

from typing import NamedTuple, Self

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


class Plane(NamedTuple):
    """The pixels of a picture in a face's own measure: half widths to the right of its middle, and down."""

    u: Floats
    """(side, side)."""
    v: Floats
    unit: float
    """Pixels of a half width."""

    @classmethod
    def of(cls, side: int, *, scale: float, x: float, y: float, roll: float) -> Self:
        """Lay a plane over a picture; arguments as of :class:`~scanpath_attention_rnn.data.faces.people.Person`."""
        rows, columns = np.meshgrid(np.arange(side) + 0.5, np.arange(side) + 0.5, indexing="ij")
        unit = scale * side
        right, down = (columns / side - 0.5 - x) / scale, (rows / side - 0.53 - y) / scale
        cosine, sine = (1 - roll * roll) / (1 + roll * roll), 2 * roll / (1 + roll * roll)
        return cls(cosine * right + sine * down, cosine * down - sine * right, unit)

    def cover(self, distance: Floats) -> Floats:
        """Turn distances from an edge, below 0 inside, into parts of pixels that are covered."""
        return np.clip(0.5 - distance * self.unit, 0.0, 1.0)

    def moved(self, right: float, down: float) -> Plane:
        """Return the plane whose middle lies elsewhere."""
        return Plane(self.u - right, self.v - down, self.unit)


def oval(plane: Plane, right: float, down: float, wide: float, high: float, *, square: float = 0.0) -> Floats:
    """Return distances from the edge of an oval.

    Args:
        plane: where.
        right: of its middle.
        down: of its middle.
        wide: half its width.
        high: half its height.
        square: from 0, an ellipse, to 1, one of the fourth power.
    """
    x, y = (plane.u - right) / wide, (plane.v - down) / high
    round_ = np.sqrt(x * x + y * y)
    if not square:
        steep = np.sqrt(x * x / (wide * wide) + y * y / (high * high)) / np.maximum(round_, 1e-6)
        return (round_ - 1) / np.maximum(steep, 1e-6)
    squarish = np.sqrt(np.sqrt(x * x * x * x + y * y * y * y))
    return ((1 - square) * round_ + square * squarish - 1) * min(wide, high)


def lens(plane: Plane, right: float, down: float, wide: float, thick: float, *, bend: float = 0.0) -> Floats:
    """Return distances from the edge of a bent lens, such as a lip: pointed ends, ``thick`` to each side in its middle.

    Args:
        plane: where.
        right: of its middle.
        down: of its middle.
        wide: half its width.
        thick: half its thickness.
        bend: how far its ends lie below its middle; above 0 like a brow, below 0 like a smile.
    """
    x = (plane.u - right) / wide
    along = x * x
    return np.abs(plane.v - down - bend * along) - thick * (1 - along)


def smaller(*distances: Floats) -> Floats:
    """Return the distances from what lies in all shapes."""
    found = distances[0]
    for other in distances[1:]:
        found = np.maximum(found, other)
    return found


def larger(*distances: Floats) -> Floats:
    """Return the distances from what lies in any shape."""
    found = distances[0]
    for other in distances[1:]:
        found = np.minimum(found, other)
    return found

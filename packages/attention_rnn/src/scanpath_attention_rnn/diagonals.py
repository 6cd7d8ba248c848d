"""Where the cells of each diagonal lie: what a sweep over a map from corner to corner steps through."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple


class Diagonal(NamedTuple):
    """Cells (i, d - i) for i from ``first`` to before ``end``, which depend on those of the diagonal before alone."""

    number: int
    """d, from 0."""
    start: int
    """How many cells lie on the diagonals before."""
    first: int
    end: int
    left: int
    """Raster index of the first cell in the left stream's map; the next lies W - 1 cells on."""
    right: int
    """The same in the right stream's map, which is mirrored; the next lies W + 1 cells on."""

    @property
    def cells(self) -> int:
        """Count them."""
        return self.end - self.first


@lru_cache(maxsize=128)
def diagonals(rows: int, columns: int) -> tuple[Diagonal, ...]:
    """List the rows + columns - 1 diagonals of a map, from its top left corner on.

    From one to the next the first row stays or moves down by one, and so does the end. So every cell's neighbours, on
    its left in the same row and above it, are rows of the diagonal before or lie beyond the edge.
    """
    found, start = [], 0
    for number in range(rows + columns - 1):
        first, end = max(0, number - columns + 1), min(rows, number + 1)
        left = first * columns + number - first
        right = first * columns + columns - 1 - (number - first)
        found.append(Diagonal(number, start, first, end, left, right))
        start += end - first
    return tuple(found)

"""Rows of different lengths that stand behind each other: which places are theirs."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[Any]
"""Whole numbers of any width."""
Starts = npt.NDArray[np.int64]


def ragged(starts: Starts, rows: Ints) -> tuple[Starts, Starts]:
    """Find the items of some rows among those of all.

    Args:
        starts: where each row's items begin, and the end of the last, (N + 1,).
        rows: which rows, (n,).

    Returns:
        the places of their items, and where each of the n rows begins among these, (n + 1,).
    """
    rows = np.arange(len(starts) - 1)[rows]
    return runs(starts[rows], starts[rows + 1] - starts[rows])


def runs(firsts: Starts, lengths: Starts) -> tuple[Starts, Starts]:
    """Count on from each of ``firsts``, (n,), as often as ``lengths`` says.

    Returns:
        all numbers, and where each run begins among them, (n + 1,).
    """
    begins = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    return np.repeat(firsts - begins[:-1], lengths) + np.arange(begins[-1]), begins

"""What an import reads: rows of a bundle in a fixed order, each with its place, so that reading can go on anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from scanpath.errors import DataError

Array = npt.NDArray[Any]

Place = list[int]
"""Where to go on behind a row; what the numbers mean is the source's own affair."""

START: Place = [0, 0, 0]


class Row(NamedTuple):
    """One picture."""

    image_id: int
    features: Array
    """(K, D) or (H, W, D)."""
    boxes: Array | None
    """x1, y1, x2, y2 in [0, 1], (K, 4)."""


class Found(NamedTuple):
    """What stands at a place: a picture, or the reason why there is none."""

    where: str
    """In words: "line 17 of FILE"."""
    row: Row | str
    behind: Place


class Source(Protocol):
    """A bundle of features."""

    files: list[Path]

    @property
    def facts(self) -> dict[str, Any]:
        """Kind, files by name and length, and whatever else decides what is read; short enough for an index."""
        ...

    @property
    def remarks(self) -> tuple[str, ...]:
        """Sentences on what is not read of the files; more may be known once they are read."""
        ...

    @property
    def values(self) -> int:
        """About how many numbers all features are."""
        ...

    @property
    def steps(self) -> int:
        """What :meth:`done` counts up to."""
        ...

    def done(self, place: Place) -> int:
        """Say how much lies before a place."""
        ...

    def read(self, place: Place) -> Iterator[Found]:
        """Read what lies behind a place, :data:`START` for all.

        Raises:
            DataError: a file is not what it was taken for, so that no row behind can be found.
        """
        ...


def file_facts(kind: str, files: list[Path]) -> dict[str, Any]:
    """Describe a bundle by its kind and its files' names and lengths."""
    return {"kind": kind, "files": [[file.name, file.stat().st_size] for file in files]}


def unit_boxes(corners: Array, width: float, height: float, *, slack: float = 1.0) -> Array:
    """Divide corners in pixels (K, 4) by the picture's size; what rounding put outside by less than a pixel is clipped.

    Args:
        corners: x1, y1, x2, y2.
        width: of the picture.
        height: of the picture.
        slack: pixels by which a box may stand out.

    Raises:
        DataError: a corner that is not finite, a box that leaves the picture, or ends before it begins.
    """
    if not np.isfinite(corners).all():
        raise DataError("a corner of a box is not a finite number")
    size = np.array([width, height, width, height], dtype=np.float64)
    out = (corners < -slack) | (corners > size + slack)
    if out.any():
        box = int(np.flatnonzero(out.any(-1))[0])
        told = ", ".join(f"{corner:g}" for corner in corners[box])
        raise DataError(f"box {box} ({told}) lies outside the picture of {width:g}x{height:g}")
    if (corners[:, 2:] < corners[:, :2]).any():
        raise DataError("a box ends before it begins: expected x1 <= x2 and y1 <= y2")
    unit: Array = (corners / size).clip(0, 1).astype(np.float32)
    return unit


def regions_last(features: Array) -> Array:
    """Bring a picture's features to (K, D) or (H, W, D).

    Three axes are (D, H, W), as every published grid has them; of two, the longer one is D.

    Raises:
        DataError: another number of axes, or two of one length, which say nothing.
    """
    if features.ndim == 3:
        return np.ascontiguousarray(features.transpose(1, 2, 0))
    if features.ndim != 2 or features.shape[0] == features.shape[1]:
        raise DataError(
            f"the features are {features.shape}, expected (D, H, W), (D, K) or (K, D) with more numbers than regions"
        )
    return features if features.shape[0] < features.shape[1] else np.ascontiguousarray(features.T)

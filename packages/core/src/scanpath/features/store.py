"""Stored features of many pictures, found by image id and read from the page cache; nothing is ever unpickled.

A folder has an ``index.json`` and one of two forms. *One array*, for features of one size that are computed in place:
``features.npy`` (N, *S, D) and, for features of boxes, ``boxes.npy`` (N, K, 4). *Shards*, for what comes as a stream:
safetensors files of whole pictures (:mod:`scanpath.features.shards`) with any number of regions a picture, in half
precision, bfloat16, single precision or eight bits (:mod:`scanpath.features.encoding`), and a table of the pictures.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from scanpath.errors import DataError
from scanpath.features.encoding import as_tensor, widen
from scanpath.features.index import INDEX, REMAKE, ShardedIndex, StoreIndex, read_index
from scanpath.features.reading import (
    ARRAY,
    BOXES,
    Check,
    Pages,
    check_arrays,
    check_shards,
    checksum,
    open_arrays,
    open_shards,
)
from scanpath.files import folder_written_atomically, write_json

__all__ = ["ARRAY", "BOXES", "INDEX", "FeatureStore", "Regions", "StoreIndex", "checksum", "write_store"]

Array = npt.NDArray[Any]
Ids = npt.NDArray[np.int64]


class Regions(NamedTuple):
    """What a model is given of N pictures."""

    features: Tensor
    """(N, *S, D); pictures with fewer regions than the most of the N are filled up with zeros."""
    boxes: Tensor | None = None
    """x1, y1, x2, y2 in [0, 1], float32 (N, K, 4); None for a grid."""
    mask: Tensor | None = None
    """True where a region is real, (N, K); None: all are."""


class FeatureStore:
    """Features of the pictures of one split, found by image id.

    Opening reads the index and maps the table of pictures; no features are touched. A store may be used from forked
    and spawned processes.

    Attributes:
        folder: where it lies.
        index: its description, as in ``index.json``.
        image_ids: the picture of each row, int64 (N,).
        shape: shape of one picture's features, (*S, D); with a varying number of regions, (the most of any, D).
        variable: whether pictures have different numbers of regions.
        has_boxes: whether regions have boxes.
    """

    def __init__(self, folder: Path, index: StoreIndex | ShardedIndex, pages: Pages) -> None:
        self.folder = folder
        self.index = index
        self.shape = index.shape
        self.variable = isinstance(index, ShardedIndex) and index.variable
        self.has_boxes = index.boxes
        self.image_ids: Ids = pages.image_ids
        self._pages = pages
        ordered = bool((self.image_ids[1:] > self.image_ids[:-1]).all())
        self._order = None if ordered else np.argsort(self.image_ids, kind="stable")
        self._sorted = self.image_ids if self._order is None else self.image_ids[self._order]
        if (self._sorted[1:] == self._sorted[:-1]).any():
            raise DataError(f"{folder / INDEX} lists an image id twice: {REMAKE}.")

    @classmethod
    def open(cls, folder: Path | str) -> FeatureStore:
        """Open a store, checking the index and the forms and lengths of its files (contents: :meth:`verify`).

        Raises:
            DataError: the folder holds no store, or one that is cut short, foreign or inconsistent.
        """
        folder = Path(folder)
        index = read_index(folder / INDEX)
        opened = open_shards(folder, index) if isinstance(index, ShardedIndex) else open_arrays(folder, index)
        return cls(folder, index, opened)

    def __reduce__(self) -> tuple[Any, tuple[Path]]:
        """Travel to another process as a path: the files are mapped there, not copied."""
        return FeatureStore.open, (self.folder,)

    def __len__(self) -> int:
        """Count the pictures."""
        return len(self.image_ids)

    def __repr__(self) -> str:
        size = "x".join(map(str, self.shape))
        most = "up to " if self.variable else ""
        return f"FeatureStore({str(self.folder)!r}, {len(self)} pictures, {most}{size} {self.index.dtype})"

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type of what :meth:`read` gives: eight bits are widened to float16, bfloat16 to float32."""
        return np.dtype({"int8": "float16", "bfloat16": "float32"}.get(self.index.dtype, self.index.dtype))

    @property
    def bytes(self) -> int:
        """How much of the disk the features take, boxes and tables aside."""
        item = {"int8": 1, "float32": 4}.get(self.index.dtype, 2)
        return int(self._pages.starts[-1]) * self.shape[-1] * item

    def rows(self, image_ids: Sequence[int] | Ids) -> Ids:
        """Find the rows of pictures.

        Args:
            image_ids: any number of image ids, in any order, repeated or not.

        Returns:
            Their rows, int64, in the given order.

        Raises:
            DataError: pictures that the store does not have; the sentence names the first ones and the count.
        """
        wanted = np.asarray(image_ids, dtype=np.int64)
        places = np.searchsorted(self._sorted, wanted).clip(max=len(self) - 1)
        missing = self._sorted[places] != wanted
        if missing.any():
            absent = np.unique(wanted[missing])
            raise DataError(
                f"{self.folder} has no features for {len(absent)} pictures, the first being "
                f"{', '.join(map(str, absent[:3]))}: are they features of another split? "
                "Extract them with scanpath features extract."
            )
        found: Ids = places if self._order is None else self._order[places]
        return found

    def read(self, rows: Sequence[int] | Ids) -> Array:
        """Copy rows out of the files: (n, *S, D), float16 or float32; see :meth:`gather`."""
        features = self.gather(rows).features
        return (features.float() if features.dtype == torch.bfloat16 else features).numpy()

    def gather(self, rows: Sequence[int] | Ids) -> Regions:
        """Copy rows with their boxes out of the files.

        Returns:
            Features as they are stored; those of eight bits as float16.
        """
        chosen = np.arange(len(self))[np.asarray(rows, dtype=np.int64)]  # refuses rows that are not there
        starts = self._pages.starts
        counts = starts[chosen + 1] - starts[chosen]
        most = int(counts.max(initial=0)) if self.variable else int(np.prod(self.shape[:-1]))
        copied, boxes = self._copy(chosen, counts, most)
        features = as_tensor(copied, self.index.dtype)
        if not self.variable:
            features = features.view(len(chosen), *self.shape)
        real = torch.from_numpy(np.arange(most) < counts[:, None]) if self.variable else None
        return Regions(features, None if boxes is None else torch.from_numpy(boxes), real)

    @property
    def boxes(self) -> Array | None:
        """The boxes of all pictures, (N, K, 4) as in :class:`Regions`; None for a grid.

        Raises:
            DataError: pictures have different numbers of regions: :meth:`gather` gives theirs.
        """
        if not self.has_boxes:
            return None
        if self.variable:
            raise DataError(f"the pictures of {self.folder} have different numbers of boxes: read them with gather().")
        parts = (self._pages.part(number).boxes for number in range(len(self._pages.first_images) - 1))
        return np.concatenate([part for part in parts if part is not None]).reshape(len(self), -1, 4)

    def _copy(self, rows: Ids, counts: Ids, most: int) -> tuple[Array, Array | None]:
        """Copy features (n, most, D), as they are stored or widened to float16, and boxes (n, most, 4)."""
        pages, first = self._pages, self._pages.part(0)
        made = np.zeros if self.variable else np.empty
        item = first.features.dtype if first.scales is None else np.dtype(np.float16)
        features = made((len(rows), most, self.shape[-1]), item)
        boxes = None if first.boxes is None else made((len(rows), most, 4), np.float32)
        parts = np.searchsorted(pages.first_images, rows, side="right") - 1
        breaks = np.flatnonzero(np.diff(parts)) + 1
        for run in np.split(np.arange(len(rows)), breaks) if len(rows) else ():
            number, span = int(parts[run[0]]), slice(run[0], run[-1] + 1)
            begins = pages.starts[rows[span]] - pages.starts[pages.first_images[number]]
            part = pages.part(number)
            if part.scales is not None:
                widen(features[span], part.features, part.scales, begins, counts[span])
            else:
                _fill(features[span], part.features, begins, counts[span], together=not self.variable)
            if part.boxes is not None and boxes is not None:
                _fill(boxes[span], part.boxes, begins, counts[span], together=not self.variable)
        return features, boxes

    def verify(self) -> None:
        """Read everything and compare it with the checksums.

        Raises:
            DataError: the first file, or block of rows, whose contents have changed since they were written.
        """
        for check in self.checks():
            if not check.whole:
                raise DataError(f"{check.what} damaged: {REMAKE}.")

    def checks(self) -> Iterator[Check]:
        """Compare the files with their checksums, one at a time."""
        if isinstance(self.index, ShardedIndex):
            return check_shards(self.folder, self.index)
        return check_arrays(self.folder, self.index)


def _fill(target: Array, column: Array, firsts: Ids, counts: Ids, *, together: bool) -> None:
    """Copy pictures' regions to the front of their rows.

    Args:
        target: (n, most, ...), contiguous.
        column: (R, ...) of one part.
        firsts: where each picture's regions begin, (n,).
        counts: how many each has, (n,).
        together: whether all pictures of the part have ``most``, so that numpy copies them in one call.
    """
    most = target.shape[1]
    if together:
        pictures = column.reshape(len(column) // most, -1)
        np.take(pictures, firsts // most, axis=0, out=target.reshape(len(target), -1), mode="clip")
        return
    for row, (first, count) in enumerate(zip(firsts.tolist(), counts.tolist(), strict=True)):
        target[row, :count] = column[first : first + count]


def write_store(
    folder: Path,
    image_ids: Sequence[int] | Ids,
    features: Array,
    *,
    boxes: Array | None = None,
    backbone: dict[str, Any] | None = None,
    data: dict[str, Any] | None = None,
    block: int = 1024,
) -> FeatureStore:
    """Write features that fit in memory as a store of one array, atomically, and open it.

    Args:
        folder: where to; what is there is replaced.
        image_ids: the picture of each row, each once.
        features: (N, *S, D), float16 or float32.
        boxes: for features of boxes, (N, K, 4) as x1, y1, x2, y2 in [0, 1].
        backbone: where the features come from, for the record.
        data: where the pictures come from, for the record.
        block: rows under one checksum.
    """
    index = StoreIndex(
        shape=features.shape[1:],
        dtype=str(features.dtype),  # type: ignore[arg-type]  # any other type is refused by the model
        backbone=backbone or {},
        data=data or {},
        boxes=boxes is not None,
        block=block,
        sha256=[checksum(features[first : first + block]) for first in range(0, len(features), block)],
        image_ids=np.asarray(image_ids).tolist(),
    )
    if len(index.image_ids) != len(features):
        raise DataError(f"{len(index.image_ids)} image ids for {len(features)} rows of features: give one id a row.")
    with folder_written_atomically(folder) as part:
        np.save(part / ARRAY, np.ascontiguousarray(features), allow_pickle=False)
        if boxes is not None:
            np.save(part / BOXES, np.ascontiguousarray(boxes, dtype=np.float32), allow_pickle=False)
        write_json(part / INDEX, index.model_dump())
        FeatureStore.open(part)
    return FeatureStore.open(folder)

"""Stored features: one memory-mapped array of a split's pictures and an index that tells where it comes from.

A folder holds ``features.npy`` (N, *S, D), ``index.json`` and, for features of boxes, ``boxes.npy`` (N, K, 4). Rows
are read from the page cache, so many processes share one copy; nothing is ever unpickled.
"""

from __future__ import annotations

import hashlib
import tokenize
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from scanpath.errors import DataError
from scanpath.files import folder_written_atomically, write_json

Array = npt.NDArray[Any]
Ids = npt.NDArray[np.int64]

ARRAY, INDEX, BOXES = "features.npy", "index.json", "boxes.npy"

ImageId = Annotated[int, Field(ge=-(2**63), lt=2**63)]


class StoreIndex(BaseModel):
    """What ``index.json`` holds: the pictures of the rows, the array's form and checksums, and its origin."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal["scanpath-features/1"] = "scanpath-features/1"
    shape: tuple[int, ...] = Field(min_length=2)
    """Shape of one picture's features, (*S, D)."""
    dtype: Literal["float16", "float32"]
    backbone: dict[str, Any] = {}
    """Name, weights' checksum and preprocessing of what made the features."""
    data: dict[str, Any] = {}
    """Name, split and checksum of the pictures."""
    versions: dict[str, str] = {}
    boxes: bool = False
    block: int = Field(gt=0)
    """Rows under one checksum."""
    sha256: list[str]
    """One checksum for every ``block`` rows of the array, the last one maybe of fewer."""
    image_ids: list[ImageId] = Field(min_length=1)
    """The picture of each row."""


class FeatureStore:
    """Features of the pictures of one split, found by image id.

    Opening reads the index and the array's header only. A store may be used from forked and spawned processes.

    Attributes:
        folder: where it lies.
        index: its description, as in ``index.json``.
        image_ids: the picture of each row, int64 (N,).
        shape: shape of one picture's features, (*S, D).
        boxes: the regions' boxes as x1, y1, x2, y2 in [0, 1], float32 (N, K, 4), or None for a grid.
    """

    def __init__(self, folder: Path, index: StoreIndex, array: Array, boxes: Array | None) -> None:
        self.folder = folder
        self.index = index
        self.shape = index.shape
        self.boxes = boxes
        self.image_ids: Ids = np.asarray(index.image_ids, dtype=np.int64)
        self._array = array
        self._order = np.argsort(self.image_ids, kind="stable")
        self._sorted = self.image_ids[self._order]
        if (self._sorted[1:] == self._sorted[:-1]).any():
            raise DataError(f"{folder / INDEX} lists an image id twice: {_REMAKE}.")

    @classmethod
    def open(cls, folder: Path | str) -> FeatureStore:
        """Open a store, checking the index and the arrays' forms and lengths (contents: :meth:`verify`).

        Raises:
            DataError: the folder holds no store, or one that is cut short, foreign or inconsistent.
        """
        folder = Path(folder)
        index = _read_index(folder / INDEX)
        rows = len(index.image_ids)
        if len(index.sha256) != -(-rows // index.block):
            raise DataError(f"{folder / INDEX} has {len(index.sha256)} checksums for {rows} rows: {_REMAKE}.")
        array = _map_array(folder / ARRAY, (rows, *index.shape), index.dtype)
        boxes = _map_array(folder / BOXES, (rows, index.shape[0], 4), "float32") if index.boxes else None
        return cls(folder, index, array, boxes)

    def __reduce__(self) -> tuple[Any, tuple[Path]]:
        """Travel to another process as a path: the array is mapped there, not copied."""
        return FeatureStore.open, (self.folder,)

    def __len__(self) -> int:
        """Count the pictures."""
        return len(self.image_ids)

    def __repr__(self) -> str:
        size = "x".join(map(str, self.shape))
        return f"FeatureStore({str(self.folder)!r}, {len(self)} pictures, {size} {self.index.dtype})"

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type of the stored numbers, float16 or float32."""
        return np.dtype(self.index.dtype)

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
        found: Ids = self._order[places]
        return found

    def read(self, rows: Sequence[int] | Ids) -> Array:
        """Copy rows out of the file: (n, *S, D), in the stored type."""
        return np.take(np.asarray(self._array), np.asarray(rows, dtype=np.int64), axis=0)

    def verify(self) -> None:
        """Read everything and compare it with the checksums.

        Raises:
            DataError: a block of rows whose contents have changed since they were written.
        """
        for number, expected in enumerate(self.index.sha256):
            first = number * self.index.block
            if checksum(self._array[first : first + self.index.block]) != expected:
                last = min(first + self.index.block, len(self)) - 1
                raise DataError(f"rows {first} to {last} of {self.folder / ARRAY} are damaged: {_REMAKE}.")


_REMAKE = "delete the folder and make the features again with scanpath features extract"


def checksum(rows: Array) -> str:
    """Return the SHA-256 of an array's bytes, in C order, in hexadecimal."""
    return hashlib.sha256(np.ascontiguousarray(rows).data).hexdigest()


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
    """Write features that fit in memory as a store, atomically, and open it.

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


def _read_index(path: Path) -> StoreIndex:
    try:
        return StoreIndex.model_validate_json(path.read_bytes())
    except OSError as error:
        raise DataError(
            f"{path.parent} holds no features ({INDEX}: {error.strerror}): name a folder that "
            "scanpath features extract has made; scanpath features list shows them."
        ) from None
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"])) or "the file"
        raise DataError(f"{path} is no index of features ({place}: {first['msg']}): {_REMAKE}.") from None


def _map_array(path: Path, shape: tuple[int, ...], dtype: str) -> Array:
    """Map an array that must have this form and exactly the file's length."""
    try:
        array = np.lib.format.open_memmap(path, mode="r")
        size = path.stat().st_size
    except (OSError, ValueError, TypeError, OverflowError, SyntaxError, EOFError, tokenize.TokenError) as error:
        raise DataError(f"{path} cannot be read as an array ({error}): {_REMAKE}.") from None
    if array.shape != shape or array.dtype != np.dtype(dtype) or not array.flags.c_contiguous:
        raise DataError(
            f"{path} holds {array.shape} {array.dtype}, where the index beside it expects {shape} {dtype}: {_REMAKE}."
        )
    if size != array.offset + array.nbytes:
        raise DataError(f"{path} has {size} bytes, expected {array.offset + array.nbytes}: {_REMAKE}.")
    return array

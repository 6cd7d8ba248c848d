"""The two forms of a store behind one way to read: regions of all pictures in a row, in one part or in many."""

from __future__ import annotations

import hashlib
import tokenize
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from scanpath.errors import DataError
from scanpath.features.index import REMAKE, ShardedIndex, StoreIndex
from scanpath.features.shards import Field, file_bytes, map_tensors
from scanpath.files import sha256

Array = npt.NDArray[Any]
Ints = npt.NDArray[np.int64]

ARRAY, BOXES = "features.npy", "boxes.npy"
TABLE = "images.safetensors"


def shard_name(number: int) -> str:
    """Name a shard's file."""
    return f"features-{number:05d}.safetensors"


def table_fields(images: int) -> tuple[Field, ...]:
    """Describe the table of pictures: their ids, and where each one's regions begin among all."""
    return Field("image_ids", "int64", (images,)), Field("starts", "int64", (images + 1,))


class Part(NamedTuple):
    """Some pictures' regions, R in all, mapped."""

    features: Array
    """(R, D), as stored."""
    scales: Array | None
    """(R,)."""
    boxes: Array | None
    """(R, 4)."""


class Pages(NamedTuple):
    """All that a store's folder holds; a part is mapped when it is first asked for."""

    image_ids: Ints
    """(N,)."""
    starts: Ints
    """Where each picture's regions begin among all, (N + 1,)."""
    first_images: Ints
    """The first picture of each part, and N behind the last."""
    part: Callable[[int], Part]


class Check(NamedTuple):
    """Something that has a checksum."""

    what: str
    """Reads before "damaged": "rows 3 to 5 of FILE are"."""
    whole: bool


def open_arrays(folder: Path, index: StoreIndex) -> Pages:
    """Map a store of one array, checking the forms and lengths of its files."""
    rows = len(index.image_ids)
    if len(index.sha256) != -(-rows // index.block):
        raise DataError(f"{folder / 'index.json'} has {len(index.sha256)} checksums for {rows} rows: {REMAKE}.")
    array = _map_array(folder / ARRAY, (rows, *index.shape), index.dtype)
    boxes = _map_array(folder / BOXES, (rows, index.shape[0], 4), "float32") if index.boxes else None
    each = int(np.prod(index.shape[:-1]))
    part = Part(array.reshape(-1, index.shape[-1]), None, None if boxes is None else boxes.reshape(-1, 4))
    ids = np.asarray(index.image_ids, dtype=np.int64)
    return Pages(ids, np.arange(rows + 1) * each, np.array([0, rows]), lambda _: part)


def open_shards(folder: Path, index: ShardedIndex) -> Pages:
    """Map the table of a store of shards, and check that every shard is there in its full length."""
    table = map_tensors(folder / TABLE, table_fields(index.images), remake=REMAKE)
    starts = table["starts"]
    counts = np.diff(starts)
    first_images = np.cumsum([0, *(shard.images for shard in index.shards)])
    regions = np.cumsum([0, *(shard.regions for shard in index.shards)])
    each = int(np.prod(index.shape[:-1]))
    fits = counts.min() >= 1 and counts.max() == each and (index.variable or counts.min() == each)
    if not fits or starts[0] != 0 or (starts[first_images] != regions).any():
        raise DataError(f"{folder / TABLE} does not go with the index beside it: {REMAKE}.")
    fields = [index.form.fields(shard.images, shard.regions) for shard in index.shards]
    for number, described in enumerate(fields):
        path = folder / shard_name(number)
        try:
            found = path.stat().st_size
        except OSError as error:
            raise DataError(f"{path} is missing ({error.strerror}): {REMAKE}.") from None
        if found != file_bytes(described):
            raise DataError(f"{path} has {found} bytes, expected {file_bytes(described)}: {REMAKE}.")
    mapped: dict[int, Part] = {}

    def part(number: int) -> Part:
        if number not in mapped:
            tensors = map_tensors(folder / shard_name(number), fields[number], remake=REMAKE)
            mapped[number] = Part(tensors["features"], tensors.get("scales"), tensors.get("boxes"))
        return mapped[number]

    return Pages(table["image_ids"], starts, first_images, part)


def check_arrays(folder: Path, index: StoreIndex) -> Iterator[Check]:
    """Compare a store of one array with its checksums, block by block."""
    rows = len(index.image_ids)
    array = _map_array(folder / ARRAY, (rows, *index.shape), index.dtype)
    for number, expected in enumerate(index.sha256):
        first = number * index.block
        last = min(first + index.block, rows) - 1
        yield Check(f"rows {first} to {last} of {folder / ARRAY} are", checksum(array[first : last + 1]) == expected)


def check_shards(folder: Path, index: ShardedIndex) -> Iterator[Check]:
    """Compare the files of a store of shards with their checksums."""
    yield Check(f"{folder / TABLE} is", sha256(folder / TABLE) == index.table_sha256)
    for number, facts in enumerate(index.shards):
        path = folder / shard_name(number)
        yield Check(f"{path} is", sha256(path) == facts.sha256)


def checksum(rows: Array) -> str:
    """Return the SHA-256 of an array's bytes, in C order, in hexadecimal."""
    return hashlib.sha256(np.ascontiguousarray(rows).data).hexdigest()


def _map_array(path: Path, shape: tuple[int, ...], dtype: str) -> Array:
    """Map an array that must have this form and exactly the file's length."""
    try:
        array = np.lib.format.open_memmap(path, mode="r")
        size = path.stat().st_size
    except (OSError, ValueError, TypeError, OverflowError, SyntaxError, EOFError, tokenize.TokenError) as error:
        raise DataError(f"{path} cannot be read as an array ({error}): {REMAKE}.") from None
    if array.shape != shape or array.dtype != np.dtype(dtype) or not array.flags.c_contiguous:
        raise DataError(
            f"{path} holds {array.shape} {array.dtype}, where the index beside it expects {shape} {dtype}: {REMAKE}."
        )
    if size != array.offset + array.nbytes:
        raise DataError(f"{path} has {size} bytes, expected {array.offset + array.nbytes}: {REMAKE}.")
    return np.asarray(array)

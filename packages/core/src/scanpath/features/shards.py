"""One shard of a store: a safetensors file that holds whole pictures, and is fully described before it is written.

Source of the file format: https://github.com/huggingface/safetensors#format. A shard's header follows from the numbers
of its pictures and regions alone, so a reader compares bytes with the header that it expects and parses nothing.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from scanpath.errors import DataError

Array = npt.NDArray[Any]

Stored = Literal["float16", "bfloat16", "float32", "int8"]

#: Name -> (safetensors' word, numpy's type). numpy has no bfloat16: its bits are held as unsigned integers.
KINDS: Mapping[str, tuple[str, str]] = {
    "float16": ("F16", "<f2"),
    "bfloat16": ("BF16", "<u2"),
    "float32": ("F32", "<f4"),
    "int8": ("I8", "|i1"),
    "int64": ("I64", "<i8"),
}

ALIGNMENT = 64


class Field(NamedTuple):
    """One tensor of a file."""

    name: str
    kind: str
    """A key of :data:`KINDS`."""
    shape: tuple[int, ...]

    @property
    def dtype(self) -> np.dtype[Any]:
        """How numpy holds it."""
        return np.dtype(KINDS[self.kind][1])

    @property
    def bytes(self) -> int:
        """How long it is."""
        return self.dtype.itemsize * math.prod(self.shape)


class Form(NamedTuple):
    """What all shards of a store have in common."""

    dtype: Stored
    width: int
    """D."""
    boxes: bool

    def fields(self, images: int, regions: int) -> tuple[Field, ...]:
        """Describe a shard of so many pictures with so many regions in all."""
        fields = [Field("image_ids", "int64", (images,)), Field("starts", "int64", (images + 1,))]
        if self.dtype == "int8":
            fields.append(Field("scales", "float32", (regions,)))
        if self.boxes:
            fields.append(Field("boxes", "float32", (regions, 4)))
        return (*fields, Field("features", self.dtype, (regions, self.width)))


def header(fields: Iterable[Field]) -> bytes:
    """Return a file's first bytes: the header's length and the header, padded so that the tensors are aligned."""
    described: dict[str, Any] = {"__metadata__": {"format": "scanpath-features/2"}}
    begin = 0
    for field in fields:
        described[field.name] = {
            "dtype": KINDS[field.kind][0],
            "shape": list(field.shape),
            "data_offsets": [begin, begin + field.bytes],
        }
        begin += field.bytes
    text = json.dumps(described, separators=(",", ":")).encode()
    text += b" " * (-(8 + len(text)) % ALIGNMENT)
    return len(text).to_bytes(8, "little") + text


def file_bytes(fields: tuple[Field, ...]) -> int:
    """Return the length of the file that holds these tensors."""
    return len(header(fields)) + sum(field.bytes for field in fields)


def write_tensors(path: Path, fields: tuple[Field, ...], parts: Mapping[str, Iterable[Array]]) -> str:
    """Write a file, synced to the disk, and return its SHA-256 in hexadecimal.

    Args:
        path: the file; one that is there is replaced, and it is not whole before this returns.
        fields: what it holds.
        parts: each tensor as arrays that follow each other, so that nothing need be joined in memory.
    """
    digest = hashlib.sha256()
    with path.open("wb") as stream:
        for content in _contents(fields, parts):
            stream.write(content)
            digest.update(content)
        stream.flush()
        os.fsync(stream.fileno())
        written = stream.tell()
    if written != file_bytes(fields):
        raise ValueError(f"{path}: {written} bytes were given for {file_bytes(fields)}.")
    return digest.hexdigest()


def _contents(fields: tuple[Field, ...], parts: Mapping[str, Iterable[Array]]) -> Iterable[bytes | memoryview]:
    yield header(fields)
    for field in fields:
        for part in parts[field.name]:
            yield np.ascontiguousarray(part, dtype=field.dtype).reshape(-1).view(np.uint8).data


def map_tensors(path: Path, fields: tuple[Field, ...], *, remake: str) -> dict[str, Array]:
    """Map the tensors of a file that must hold exactly these.

    Raises:
        DataError: a file that is missing, of another length or form; ``remake`` ends its sentence.
    """
    first = header(fields)
    try:
        content = np.memmap(path, dtype=np.uint8, mode="r")
    except (OSError, ValueError) as error:
        raise DataError(f"{path} cannot be mapped ({error}): {remake}.") from None
    if len(content) != file_bytes(fields) or content[: len(first)].tobytes() != first:
        raise DataError(
            f"{path} is not the file that the index describes ({len(content)} bytes, expected {file_bytes(fields)}, "
            f"or other tensors): {remake}."
        )
    begin, found = len(first), {}
    for field in fields:
        found[field.name] = np.asarray(content[begin : begin + field.bytes]).view(field.dtype).reshape(field.shape)
        begin += field.bytes
    return found

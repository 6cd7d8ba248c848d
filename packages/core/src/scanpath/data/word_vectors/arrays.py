"""Word vectors as npz: one array of floats (N, D) and one of N texts, under whatever names.

The arrays are streamed out of the archive side by side in blocks. Arrays of Python objects, which are pickles, are
refused.
"""

from __future__ import annotations

import math
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from scanpath.data.word_vectors.gathering import WIDEST, Gatherer, WordVectors
from scanpath.errors import DataError

_BLOCK = 1 << 18  # bytes of a block
_LONGEST = 1 << 16  # bytes of a word
_HEADERS = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}
_SAVE = "save it with numpy.savez(path, words=array of str, vectors=array of float32)"


class _Member(NamedTuple):
    name: str
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    by_columns: bool


def read_npz(path: Path, words: Sequence[str], dim: int | None) -> WordVectors:
    """Pick the vectors of ``words`` out of an npz.

    Args:
        path: the file.
        words: wanted.
        dim: how many numbers a vector is to have; None takes any.

    Raises:
        DataError: no such archive, or other arrays than texts and floats of equal length.
    """
    with zipfile.ZipFile(path) as archive:
        texts, vectors = _chosen(archive, path, dim)
        found = vectors.shape[1]
        gatherer = Gatherer(words, found, str(path))
        rows = max(1, _BLOCK // max(texts.dtype.itemsize, vectors.dtype.itemsize * found))
        begin = 0
        for tokens, block in zip(
            _blocks(archive, texts, rows, path), _blocks(archive, vectors, rows, path), strict=True
        ):
            for place, token in enumerate(_bytes(tokens)):
                if gatherer.wants(token):
                    gatherer.keep(token, block[place], f"row {begin + place:,}")
            begin += len(tokens)
    return gatherer.result()


def width_of_npz(path: Path, dim: int | None) -> int:
    """Return D, the numbers of a vector; arguments and errors as of reading it."""
    with zipfile.ZipFile(path) as archive:
        return _chosen(archive, path, dim)[1].shape[1]


def _header(archive: zipfile.ZipFile, name: str, path: Path) -> _Member:
    with archive.open(name) as stream:
        return _Member(name, *_read_header(stream, name, path))


def _read_header(stream: IO[bytes], name: str, path: Path) -> tuple[tuple[int, ...], np.dtype[Any], bool]:
    try:
        read = _HEADERS[np.lib.format.read_magic(stream)]
        shape, by_columns, dtype = read(stream)
    except (KeyError, ValueError) as error:
        raise DataError(f"{path} holds {name!r}, which is no array ({error}): {_SAVE}.") from None
    if dtype.hasobject:
        raise DataError(f"{path} holds Python objects in {name!r}, which only a pickle gives back: {_SAVE}.")
    return shape, dtype, by_columns


def _chosen(archive: zipfile.ZipFile, path: Path, dim: int | None) -> tuple[_Member, _Member]:
    """Find the array of words and that of vectors."""
    members = [_header(archive, name, path) for name in archive.namelist()]
    texts = [one for one in members if len(one.shape) == 1 and one.dtype.kind in "US"]
    vectors = [one for one in members if len(one.shape) == 2 and one.dtype.kind == "f"]
    if len(texts) != 1 or len(vectors) != 1:
        holds = ", ".join(f"{one.name.removesuffix('.npy')} {one.dtype} {one.shape}" for one in members) or "nothing"
        raise DataError(f"{path} holds {holds}, expected one array of words (N,) and one of floats (N, D): {_SAVE}.")
    ((text,), (vector,)) = texts, vectors
    if text.shape[0] != vector.shape[0]:
        raise DataError(f"{path} holds {text.shape[0]:,} words and {vector.shape[0]:,} vectors: {_SAVE}.")
    if vector.by_columns:
        raise DataError(f"{path} holds its vectors column by column: save numpy.ascontiguousarray(vectors) instead.")
    if not 1 <= vector.shape[1] <= WIDEST or not 1 <= text.dtype.itemsize <= _LONGEST:
        raise DataError(
            f"{path} claims vectors of {vector.shape[1]:,} numbers and words of {text.dtype.itemsize:,} bytes, "
            f"expected 1 to {WIDEST:,} and 1 to {_LONGEST:,}: give an npz of word vectors."
        )
    if dim not in (None, vector.shape[1]):
        raise DataError(
            f"{path} has vectors of {vector.shape[1]} numbers, where {dim} were asked for: give the other file."
        )
    return text, vector


def _blocks(archive: zipfile.ZipFile, member: _Member, rows: int, path: Path) -> Iterator[npt.NDArray[Any]]:
    """Stream an array, so many rows at a time."""
    row = member.dtype.itemsize * math.prod(member.shape[1:])
    with archive.open(member.name) as stream:
        _read_header(stream, member.name, path)
        left = member.shape[0]
        while left:
            count = min(rows, left)
            content = stream.read(count * row)
            if len(content) < count * row:
                missing = left - len(content) // row
                raise DataError(f"{path} ends within {member.name!r}, {missing:,} rows too early: fetch it again.")
            yield np.frombuffer(content, dtype=member.dtype).reshape(count, *member.shape[1:])
            left -= count


def _bytes(texts: npt.NDArray[Any]) -> list[bytes]:
    return (
        texts.tolist() if texts.dtype.kind == "S" else [word.encode(errors="surrogatepass") for word in texts.tolist()]
    )

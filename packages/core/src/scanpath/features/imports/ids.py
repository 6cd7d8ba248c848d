"""Which picture a row of an h5 bundle is of: from JSON, .npy, .npz, or the pickle that such bundles come with.

A pickle is never unpickled: its instructions are read one by one (:mod:`scanpath.data.pickles`).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from scanpath.data.pickles import parse_table
from scanpath.errors import DataError
from scanpath.features.imports.npz import read_array
from scanpath.files import read_json

Ids = npt.NDArray[np.int64]

LARGEST = 2**28
KEYS = ("image_ids", "ids")


def read_ids(path: Path, rows: int) -> Ids:
    """Read the picture of each row.

    Args:
        path: ``{image id: row}`` or a list of ids in JSON or a pickle, or an array in .npy or .npz (``image_ids``).
        rows: how many rows the bundle has.

    Returns:
        int64 (rows,); -1 for a row that no picture is told of.

    Raises:
        DataError: the file cannot be read, or does not go with the rows.
    """
    found = _contents(path)
    if isinstance(found, Mapping):
        return _by_row(path, found, rows)
    ids = _whole(path, found)
    if len(ids) != rows:
        raise DataError(f"{path} has {len(ids)} image ids for {rows} rows: it belongs to another file.")
    return ids


def _contents(path: Path) -> Any:
    if path.suffix == ".json":
        return read_json(path)
    if path.suffix in {".pkl", ".pickle"}:
        return read_plain_pickle(path)
    if path.suffix == ".npz":
        return _first_array(path)
    if path.suffix == ".npy":
        try:
            return np.load(path, allow_pickle=False)
        except (OSError, ValueError, EOFError) as error:
            raise DataError(f"{path} cannot be read as an array ({error}): save the ids with numpy.save.") from None
    raise DataError(f"{path} holds no image ids that are known here: give .json, .npy, .npz or .pkl.")


def _first_array(path: Path) -> Any:
    for key in KEYS:
        try:
            return read_array(path, key)
        except DataError as error:
            told = error
    raise DataError(f"{path} has no array {' or '.join(map(repr, KEYS))} ({told}): save one with numpy.savez.")


def _whole(path: Path, values: Any) -> Ids:
    numbers = np.asarray(values)
    if numbers.ndim != 1 or numbers.dtype.kind not in "iu":
        raise DataError(f"{path} holds {numbers.shape} {numbers.dtype}, expected one whole number a row.")
    return numbers.astype(np.int64)


def _by_row(path: Path, table: Mapping[Any, Any], rows: int) -> Ids:
    ids = np.full(rows, -1, dtype=np.int64)
    for image, row in table.items():
        if not str(image).isdecimal() or not isinstance(row, int) or isinstance(row, bool):
            raise DataError(f"{path} says {image!r}: {row!r}, expected an image id and its row.")
        if not 0 <= row < rows or int(image) >= 2**63:
            raise DataError(f"{path} puts the image {image} in row {row}, of {rows}: it belongs to another file.")
        if ids[row] >= 0:
            raise DataError(f"{path} puts the images {ids[row]} and {image} in the same row {row}.")
        ids[row] = int(image)
    return ids


def read_plain_pickle(path: Path) -> dict[Any, Any] | list[Any]:
    """Read a dictionary or a list of whole numbers and names from a pickle, without unpickling.

    Raises:
        DataError: the file holds anything else; nothing of it was run.
    """
    try:
        size = path.stat().st_size
        content = path.read_bytes() if size <= LARGEST else b""
    except OSError as error:
        raise DataError(f"{path} cannot be read ({error.strerror}): check the path.") from None
    if size > LARGEST:
        raise DataError(f"{path} has {size} bytes, too many for a table of image ids: name its .json instead.")
    return parse_table(content, path)


def ids_beside(path: Path) -> Path | None:
    """Find the table that came with an h5 file: ``train36_imgid2idx.pkl`` of ``train36.hdf5``; plainer forms first."""
    for ending in (".json", ".npy", ".npz", ".pkl"):
        beside = path.with_name(f"{path.stem}_imgid2idx{ending}")
        if beside.is_file():
            return beside
    return None

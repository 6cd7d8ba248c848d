"""Which picture a row of an h5 bundle is of: from JSON, .npy, .npz, or the pickle that such bundles come with.

A pickle is never unpickled: its opcodes are read one by one, and only those that make a dictionary or a list of numbers
and names are known here. Everything that could call something is refused where it stands.
"""

from __future__ import annotations

import pickletools
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import numpy.typing as npt

from scanpath.errors import DataError
from scanpath.features.imports.npz import read_array
from scanpath.files import read_json

Ids = npt.NDArray[np.int64]

LARGEST = 2**28
KEYS = ("image_ids", "ids")
NUMBERS = frozenset({"INT", "BININT", "BININT1", "BININT2", "LONG", "LONG1", "LONG4"})
NAMES = frozenset({"UNICODE", "BINUNICODE", "SHORT_BINUNICODE", "STRING", "BINSTRING", "SHORT_BINSTRING"})
PUTS = frozenset({"PUT", "BINPUT", "LONG_BINPUT"})
GETS = frozenset({"GET", "BINGET", "LONG_BINGET"})
IGNORED = frozenset({"PROTO", "FRAME"})


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
    machine = _Machine(path)
    try:
        for opcode, argument, place in pickletools.genops(content):
            machine.step(opcode.name, argument, place)
    except (ValueError, IndexError, KeyError, TypeError, OverflowError, UnicodeDecodeError) as error:
        raise DataError(f"{path} is no whole pickle ({error}): {_CONVERT}.") from None
    return machine.result()


_CONVERT = (
    "where you trust it, convert it yourself: "
    """python -c "import json, pickle, sys; json.dump(pickle.load(open(sys.argv[1], 'rb')), open('ids.json', 'w'))" """
).rstrip()


class _Mark:
    """Stands on the stack where a group begins."""


class _Machine:
    """A pickle's stack machine, without every opcode that imports, calls or builds."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stack: list[Any] = []
        self._memo: dict[int, Any] = {}
        self._builders: Mapping[str, Callable[[], None]] = {
            "MARK": lambda: self._stack.append(_Mark),
            "EMPTY_DICT": lambda: self._stack.append({}),
            "EMPTY_LIST": lambda: self._stack.append([]),
            "DICT": lambda: self._stack.append(_pairs(self._group())),
            "LIST": lambda: self._stack.append(self._group()),
            "SETITEM": lambda: self._update([self._stack.pop(-2), self._stack.pop()]),
            "SETITEMS": lambda: self._update(self._group()),
            "APPEND": lambda: self._extend([self._stack.pop()]),
            "APPENDS": lambda: self._extend(self._group()),
            "MEMOIZE": lambda: self._memo.__setitem__(len(self._memo), self._stack[-1]),
            "STOP": lambda: None,
        }

    def step(self, name: str, argument: Any, place: int | None) -> None:
        """Do one opcode."""
        if (name in NUMBERS and isinstance(argument, int) and not isinstance(argument, bool)) or (
            name in NAMES and isinstance(argument, str)
        ):
            self._stack.append(argument)
        elif name in PUTS:
            self._memo[int(argument)] = self._stack[-1]
        elif name in GETS:
            self._stack.append(self._memo[int(argument)])
        elif name in self._builders:
            self._builders[name]()
        elif name not in IGNORED:
            self._refuse(name, place)

    def result(self) -> dict[Any, Any] | list[Any]:
        """Return what is left when the pickle stops."""
        if len(self._stack) != 1 or not isinstance(self._stack[0], dict | list):
            raise DataError(f"{self._path} holds no table of image ids: {_CONVERT}.")
        found: dict[Any, Any] | list[Any] = self._stack[0]
        return found

    def _group(self) -> list[Any]:
        begin = len(self._stack) - 1 - self._stack[::-1].index(_Mark)
        group = self._stack[begin + 1 :]
        del self._stack[begin:]
        return group

    def _update(self, flat: list[Any]) -> None:
        target = self._stack[-1]
        if not isinstance(target, dict):
            raise TypeError("pairs for what is no dictionary")
        target.update(_pairs(flat))

    def _extend(self, items: list[Any]) -> None:
        target = self._stack[-1]
        if not isinstance(target, list):
            raise TypeError("items for what is no list")
        target.extend(items)

    def _refuse(self, name: str, place: int | None) -> NoReturn:
        raise DataError(
            f"{self._path} holds more than image ids and rows (opcode {name} at byte {place}), and nothing is "
            f"unpickled here: {_CONVERT}."
        )


def _pairs(flat: list[Any]) -> dict[Any, Any]:
    return dict(zip(flat[::2], flat[1::2], strict=True))


def ids_beside(path: Path) -> Path | None:
    """Find the table that came with an h5 file: ``train36_imgid2idx.pkl`` of ``train36.hdf5``; plainer forms first."""
    for ending in (".json", ".npy", ".npz", ".pkl"):
        beside = path.with_name(f"{path.stem}_imgid2idx{ending}")
        if beside.is_file():
            return beside
    return None

"""Three layouts of features in HDF5 that people have on their disks; read a row at a time.

* *rows*: ``image_features`` (N, K, D) and ``spatial_features`` (N, K, 6) = x1, y1, x2, y2, w, h divided by the size of
  the picture, with a table of image ids beside the file. Source: https://github.com/hengyuan-hu/bottom-up-attention-vqa
* *names*: one data set a picture, named by its id, (D, K). Source: the DRAU authors' ``trainval_36.h5``.
* *grids*: ``features`` (N, D, H, W) and ``ids`` (N,). Source: https://github.com/Cyanogenoid/pytorch-vqa
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from scanpath.errors import DataError, missing_extra
from scanpath.features.imports.ids import ids_beside, read_ids
from scanpath.features.imports.sources import Array, Found, Place, Row, file_facts, regions_last, unit_boxes
from scanpath.files import sha256

CACHE = 2**25
"""A chunk may hold several rows: it is unpacked once."""
FEATURES, PLACES, GRIDS, IDS = "image_features", "spatial_features", "features", "ids"
SLACK = 0.01
"""By how much a box may stand out of [0, 1]: a pixel of a small picture."""
SIGNATURE = b"\x89HDF\r\n\x1a\n"
REFUSED = (OSError, RuntimeError, ValueError, KeyError, TypeError, MemoryError)


class Layout(NamedTuple):
    """How the rows of one open file are read."""

    name: str
    rows: int
    values: int
    where: Callable[[int], str]
    read: Callable[[int], Row]


class H5:
    """HDF5 files of any of the three layouts, read one after the other; a place is (file, row, 0).

    Args:
        files: in the order in which they are read.
        tables: their tables of image ids, for the layout that needs them; by default what lies beside each.

    Raises:
        MissingExtraError: h5py is not installed.
        DataError: a file is no HDF5, has none of the layouts, or no table of image ids where it needs one.
    """

    def __init__(self, files: list[Path], tables: Sequence[Path] = ()) -> None:
        if tables and len(tables) != len(files):
            raise DataError(f"{len(tables)} tables of image ids were given for {len(files)} files: give one each.")
        self.files = files
        self._tables: list[Path | None] = [*tables] or [ids_beside(file) for file in files]
        self.remarks: tuple[str, ...] = ()
        self._layouts = [_open(file, table) for file, table in zip(files, self._tables, strict=True)]

    @property
    def facts(self) -> dict[str, Any]:
        """The files, and their tables of image ids."""
        kinds = sorted({layout.name for layout in self._layouts})
        tables = [None if table is None else sha256(table) for table in self._tables]
        return file_facts(f"h5 {' and '.join(kinds)}", self.files) | {"ids": tables}

    @property
    def values(self) -> int:
        """Numbers of all rows."""
        return sum(layout.values for layout in self._layouts)

    @property
    def steps(self) -> int:
        """Rows of all files."""
        return sum(layout.rows for layout in self._layouts)

    def done(self, place: Place) -> int:
        """Rows before a place."""
        return sum(layout.rows for layout in self._layouts[: place[0]]) + place[1]

    def read(self, place: Place) -> Iterator[Found]:
        """Read rows; one that is no picture says why."""
        for number in range(place[0], len(self.files)):
            layout = self._layouts[number]
            for row in range(place[1] if number == place[0] else 0, layout.rows):
                try:
                    found: Row | str = layout.read(row)
                except DataError as error:
                    found = str(error)
                except REFUSED:  # in words of the library's inside
                    found = "it cannot be read: the file is damaged there, or packed by a filter that is not installed"
                yield Found(f"{layout.where(row)} of {self.files[number].name}", found, [number, row + 1, 0])


def _open(path: Path, table: Path | None) -> Layout:
    try:
        import h5py
    except ImportError:
        raise missing_extra("h5py", purpose=f"reading {path.name}", extra="h5") from None
    try:
        file = h5py.File(path, "r", rdcc_nbytes=CACHE)
        names = [*file]
    except REFUSED as error:
        reason = _reason(path, error)
        raise DataError(f"{path} is no whole HDF5 file ({reason}): fetch it again, or check the path.") from None
    if FEATURES in names:
        return _rows(file, path, table)
    if {GRIDS, IDS} <= {*names}:
        return _grids(file, path)
    if names and all(name.isdecimal() for name in names):
        return _named(file, path, names)
    raise DataError(
        f"{path} holds {', '.join(map(repr, names[:5])) or 'nothing'}, expected {FEATURES!r} and {PLACES!r}, or "
        f"{GRIDS!r} and {IDS!r}, or data sets named by image ids: is it another kind of bundle?"
    )


def _reason(path: Path, error: Exception) -> str:
    """Say why a file could not be opened; the library's own words are of its inside."""
    if isinstance(error, BlockingIOError):
        return "another program is still writing it"
    try:
        with path.open("rb") as stream:
            begins = stream.read(len(SIGNATURE)) == SIGNATURE
    except OSError as trouble:
        return (trouble.strerror or type(trouble).__name__).lower()
    return "it was cut short or damaged" if begins else "it begins as none does"


def _dataset(file: Any, name: str, path: Path, axes: tuple[int, ...]) -> Any:
    """Take a data set that lies in the file itself: links and external storage could lead anywhere on the disk.

    Raises:
        DataError: no numbers with so many axes, or a link.
    """
    import h5py

    if not isinstance(file.get(name, getlink=True), h5py.HardLink):
        raise DataError(f"{path} has no {name!r}, or a link that leads out of the file: it is not followed.")
    found = file[name]
    if not isinstance(found, h5py.Dataset) or found.dtype.kind not in "fiu" or found.ndim not in axes:
        shape = getattr(found, "shape", "a group")
        raise DataError(f"{path} holds {shape} under {name!r}, expected numbers with {axes[-1]} axes.")
    if found.external or found.is_virtual:
        raise DataError(
            f"{path} keeps {name!r} in other files, which are not followed: copy it into one with h5repack."
        )
    return found


def _rows(file: Any, path: Path, table: Path | None) -> Layout:
    features = _dataset(file, FEATURES, path, (3,))
    places = _dataset(file, PLACES, path, (3,)) if PLACES in [*file] else None
    count, regions, width = features.shape
    if places is not None and (places.shape[:2] != (count, regions) or places.shape[2] < 4):
        raise DataError(f"{path} has {PLACES} {places.shape} for {FEATURES} {features.shape}: they do not go together.")
    if table is None:
        raise DataError(
            f"{path} does not tell which picture a row is of: name the table that came with it with --ids "
            f"({path.stem}_imgid2idx.pkl, or the same as .json, .npy or .npz)."
        )
    ids = read_ids(table, count)

    def read(row: int) -> Row:
        if ids[row] < 0:
            raise DataError(f"{table.name} tells no picture for it")
        corners = None if places is None else unit_boxes(places[row, :, :4], 1, 1, slack=SLACK)
        return Row(int(ids[row]), features[row], corners)

    return Layout("rows", count, count * regions * width, lambda row: f"row {row}", read)


def _grids(file: Any, path: Path) -> Layout:
    features, ids = _dataset(file, GRIDS, path, (3, 4)), _dataset(file, IDS, path, (1,))
    if ids.dtype.kind not in "iu" or len(ids) != len(features):
        raise DataError(f"{path} has {len(ids)} {ids.dtype} under {IDS!r} for {len(features)} rows of features.")
    known: Array = ids[:]

    def read(row: int) -> Row:
        if known[row] < 0:
            raise DataError(f"its image id is {known[row]}")
        return Row(int(known[row]), regions_last(features[row]), None)

    return Layout("grids", len(features), int(np.prod(features.shape)), lambda row: f"row {row}", read)


def _named(file: Any, path: Path, names: list[str]) -> Layout:
    ordered = sorted(names, key=lambda name: (int(name), name))
    first = int(np.prod(_dataset(file, ordered[0], path, (2, 3)).shape))

    def read(row: int) -> Row:
        name = ordered[row]
        if len(name) > 18:
            raise DataError("the name is too long for an image id")
        return Row(int(name), regions_last(_dataset(file, name, path, (2, 3))[()]), None)

    return Layout("names", len(names), len(names) * first, lambda row: f"data set {ordered[row]}", read)

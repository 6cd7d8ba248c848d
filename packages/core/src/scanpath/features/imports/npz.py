"""One ``.npz`` a picture, features under the key ``x``: grids as MCB's and MUTAN's, regions as MCAN's and OpenVQA's.

Sources: https://github.com/akirafukui/vqa-mcb (preprocess), ``x`` is (D, H, W); https://github.com/MILVLAB/openvqa,
``x`` is (D, K), ``bbox`` (K, 4) are corners in pixels, ``image_w`` and ``image_h`` the picture's size, ``num_bbox`` is
K; its files for GQA say ``width`` and ``height``. A file is named after its picture.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
import tokenize
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple, cast

import numpy as np
from numpy.lib.format import MAGIC_PREFIX, read_array as read_stream

from scanpath.errors import DataError
from scanpath.features.imports.sources import Array, Found, Place, Row, file_facts, regions_last, unit_boxes

KEY, BOXES = "x", "bbox"
SIZES = (("image_w", "image_h"), ("width", "height"))
COUNTS = ("num_bbox", "num_boxes")
LARGEST = 2**30
"""No picture has a gibibyte of features: what claims to is refused before it is unpacked."""


class NPZ:
    """A list of ``.npz`` files in the order of their names; a place is (file, 0, 0)."""

    def __init__(self, files: list[Path]) -> None:
        self.files = sorted(files, key=lambda file: (file.name, file))

    @property
    def facts(self) -> dict[str, Any]:
        """How many files, and a checksum of their names and lengths: there may be 100,000."""
        listed = file_facts("npz", self.files)["files"]
        return {"kind": "npz", "files": len(listed), "sha256": hashlib.sha256(json.dumps(listed).encode()).hexdigest()}

    @property
    def remarks(self) -> tuple[str, ...]:
        """What the first file that can be read holds besides."""
        for file in self.files[:10]:
            try:
                ignored = read_picture(file).ignored
            except DataError:
                continue
            if not ignored:
                break
            why = f", since boxes need {SIZES[0][0]!r} and {SIZES[0][1]!r}, and 'x' of two axes" * (BOXES in ignored)
            return (f"{file.name} also holds {', '.join(map(repr, ignored))}: not read{why}.",)
        return ()

    @property
    def values(self) -> int:
        """As many as half precision needs bytes, uncompressed."""
        return sum(file.stat().st_size for file in self.files) // 4

    @property
    def steps(self) -> int:
        """How many files."""
        return len(self.files)

    def done(self, place: Place) -> int:
        """Files before a place."""
        return place[0]

    def read(self, place: Place) -> Iterator[Found]:
        """Read files; one that is no picture says why."""
        for number in range(place[0], len(self.files)):
            file = self.files[number]
            try:
                picture = read_picture(file)
                found: Row | str = Row(image_of(file.name), picture.features, picture.boxes)
            except DataError as error:
                found = str(error)
            yield Found(file.name, found, [number + 1, 0, 0])


class NPZPicture(NamedTuple):
    """What is read of a file."""

    features: Array
    """(K, D) or (H, W, D)."""
    boxes: Array | None
    """x1, y1, x2, y2 in [0, 1], (K, 4)."""
    ignored: list[str]
    """The other keys."""


def read_picture(file: Path) -> NPZPicture:
    """Read a picture's features, and its boxes where they are told with the size of the picture.

    Raises:
        DataError: as of :func:`read_array`, or boxes that do not go with the features.
    """
    with _opened(file) as archive:
        names = [name.removesuffix(".npy") for name in archive.namelist()]
        x = _array(archive, KEY)
        size = next((pair for pair in SIZES if {*pair} <= {*names}), None)
        if BOXES not in names or size is None or x.ndim != 2:
            return NPZPicture(regions_last(x), None, [name for name in names if name != KEY])
        corners = _array(archive, BOXES)
        width, height = (_number(archive, name) for name in size)
        counts = {name: _number(archive, name) for name in COUNTS if name in names}
    if corners.ndim != 2 or corners.shape[1] != 4:
        raise DataError(f"{BOXES!r} is {corners.shape}, expected (K, 4)")
    regions = _by_regions(x, len(corners))
    kept = _without_padding(regions, counts)
    ignored = [name for name in names if name not in (KEY, BOXES, *size, *counts)]
    return NPZPicture(regions[:kept], unit_boxes(corners[:kept], width, height), ignored)


def _by_regions(x: Array, regions: int) -> Array:
    """Bring (D, K) or (K, D) to (K, D), K being known; a square is (D, K), as the format has it."""
    if regions not in x.shape:
        raise DataError(f"{KEY!r} is {x.shape} for {regions} boxes, expected one axis of as many")
    return np.ascontiguousarray(x.T) if x.shape[1] == regions else x


def _without_padding(regions: Array, counts: Mapping[str, float]) -> int:
    """Return how many regions are real: those behind the count that is told must be zeros."""
    for name, count in counts.items():
        if count > len(regions) or count != int(count):
            raise DataError(f"{name!r} is {count:g}, {KEY!r} has {len(regions)} regions")
        if regions[int(count) :].any():
            raise DataError(f"{name!r} is {count:g}, and the regions behind are no zeros")
    return int(min(counts.values(), default=len(regions)))


def _number(archive: zipfile.ZipFile, name: str) -> float:
    found = _array(archive, name)
    if found.size != 1 or not 0 < (value := float(found.reshape(-1)[0])) < np.inf:
        raise DataError(f"{name!r} is {found.reshape(-1)[:3].tolist()}, expected one number above zero")
    return value


def image_of(name: str) -> int:
    """Read the image id off a file's name: the last digits before the endings, 9 of COCO_val2014_000000000009.jpg.npz.

    Raises:
        DataError: there are none.
    """
    digits = re.findall(r"\d+", name.partition(".")[0])
    if not digits or len(digits[-1]) > 18:
        raise DataError("the name ends in no image id, as COCO_val2014_000000000009.jpg.npz does")
    return int(digits[-1])


def read_array(file: Path, key: str = KEY) -> Array:
    """Read one array of an ``.npz``, never unpickling.

    Raises:
        DataError: another kind of file, no such array, or one that is too large or no numbers.
    """
    with _opened(file) as archive:
        return _array(archive, key)


@contextlib.contextmanager
def _opened(file: Path) -> Iterator[zipfile.ZipFile]:
    """Open a file and say what is wrong with it, or with what is read of it."""
    try:
        with zipfile.ZipFile(file) as archive:
            yield archive
    except (OSError, ValueError, TypeError, EOFError, SyntaxError, tokenize.TokenError, MemoryError) as error:
        raise DataError(f"it cannot be read ({_first_line(error)})") from None
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError) as error:
        raise DataError(f"it is no whole .npz ({_first_line(error)})") from None


def _array(archive: zipfile.ZipFile, key: str) -> Array:
    try:
        member = archive.getinfo(f"{key}.npy")
    except KeyError:
        raise DataError(f"there is no array {key!r}") from None
    if member.file_size > LARGEST:
        raise DataError(f"{key!r} claims {member.file_size} bytes, more than {LARGEST}")
    with cast("zipfile.ZipExtFile", archive.open(member)) as stream:
        if not stream.peek(len(MAGIC_PREFIX)).startswith(MAGIC_PREFIX):
            raise DataError(f"{key!r} is no array")
        try:
            array: Array = read_stream(stream, allow_pickle=False)
        except ValueError as error:
            if "pickle" not in str(error):
                raise
            raise DataError(f"{key!r} holds Python objects, which are never unpickled") from None
    if array.dtype.kind not in "fiu" or not array.size:
        raise DataError(f"{key!r} holds {array.shape} {array.dtype}, expected numbers")
    return array


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]

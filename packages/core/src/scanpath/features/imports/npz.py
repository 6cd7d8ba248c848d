"""One ``.npz`` a picture, the features under the key ``x``: how MCB's and MUTAN's grids were given away.

Source: https://github.com/akirafukui/vqa-mcb (preprocess); ``x`` is (D, H, W), the file is named after the picture.
"""

from __future__ import annotations

import hashlib
import json
import re
import tokenize
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from scanpath.errors import DataError
from scanpath.features.imports.sources import Array, Found, Place, Row, file_facts, regions_last

KEY = "x"
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
                found: Row | str = Row(image_of(file.name), regions_last(read_array(file)), None)
            except DataError as error:
                found = str(error)
            yield Found(file.name, found, [number + 1, 0, 0])


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
    try:
        with zipfile.ZipFile(file) as archive:
            size = archive.getinfo(f"{key}.npy").file_size
            if size > LARGEST:
                raise DataError(f"{key!r} claims {size} bytes, more than {LARGEST}")
        with np.load(file, allow_pickle=False) as content:
            array: Array | bytes = content[key]
    except KeyError:
        raise DataError(f"there is no array {key!r}") from None
    except (OSError, ValueError, TypeError, EOFError, SyntaxError, tokenize.TokenError, MemoryError) as error:
        raise DataError(f"it cannot be read ({_first_line(error)})") from None
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError) as error:
        raise DataError(f"it is no whole .npz ({_first_line(error)})") from None
    if isinstance(array, bytes):  # what numpy gives of a member that does not begin as its arrays do
        raise DataError(f"{key!r} is no array")
    if array.dtype.kind not in "fiu" or not array.size:
        raise DataError(f"{key!r} holds {array.shape} {array.dtype}, expected numbers")
    return array


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]

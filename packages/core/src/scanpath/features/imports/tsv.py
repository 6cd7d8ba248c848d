"""Bottom-up features as their authors give them away: one line a picture, arrays in base64.

Source: https://github.com/peteanderson80/bottom-up-attention; no header, columns separated by tabs. Boxes are float32
(num_boxes, 4) in pixels of the original picture, features float32 (num_boxes, D). The files come in zips, out of which
they are read as they are (:mod:`scanpath.features.imports.texts`).
"""

from __future__ import annotations

import binascii
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from scanpath.errors import DataError
from scanpath.features.imports.sources import Array, Found, Place, Row, file_facts, unit_boxes
from scanpath.features.imports.texts import Text, texts, unpacked_bytes

COLUMNS = ("image_id", "image_w", "image_h", "num_boxes", "boxes", "features")
LONGEST_LINE = 2**24
"""100 boxes with 2048 numbers are 1.1 MB."""


class TSV:
    """Bottom-up TSV files and archives of such, read one after the other; a place is (file, byte, line).

    The byte counts through all texts of an archive, as they are unpacked; the line is one of its text.
    """

    def __init__(self, files: list[Path]) -> None:
        self.files = files
        self._sizes = [unpacked_bytes(file) for file in files]
        self._others: dict[Path, list[str]] = {}

    @property
    def facts(self) -> dict[str, Any]:
        """The files."""
        return file_facts("bottom-up tsv", self.files)

    @property
    def remarks(self) -> tuple[str, ...]:
        """What else was in the archives that were read to their ends."""
        return tuple(
            f"{archive.name} holds {len(names)} more file{'s' * (len(names) > 1)}, {names[0]} the first: not read."
            for archive, names in self._others.items()
        )

    @property
    def values(self) -> int:
        """Four letters of base64 are three bytes, four bytes a number."""
        return self.steps * 3 // 16

    @property
    def steps(self) -> int:
        """Bytes of all files, unpacked; about, of a packed tar."""
        return sum(self._sizes)

    def done(self, place: Place) -> int:
        """Bytes before a place."""
        return sum(self._sizes[: place[0]]) + place[1]

    def read(self, place: Place) -> Iterator[Found]:
        """Read lines; one that is no picture says why.

        Raises:
            DataError: a line so long that the file can be no TSV, or a broken archive.
        """
        for number in range(place[0], len(self.files)):
            file, before = self.files[number], 0
            byte, line = (place[1], place[2]) if number == place[0] else (0, 0)
            names: list[str] = []
            for text in texts(file, names.append):
                end = before + text.bytes
                if byte < end:
                    yield from self._lines(text, [number, max(byte, before), line if byte > before else 0], before)
                before = end
            if names:
                self._others[file] = names

    def _lines(self, text: Text, place: Place, before: int) -> Iterator[Found]:
        """Read on behind a place in a text that begins behind ``before`` bytes of its archive."""
        number, byte, line = place
        with text.open(byte - before) as stream:
            while content := stream.readline(LONGEST_LINE + 1):
                byte, line = byte + len(content), line + 1
                if len(content) > LONGEST_LINE:
                    raise DataError(
                        f"line {line} of {text.name} has more than {LONGEST_LINE} bytes: is it a bottom-up TSV, or "
                        "still compressed?"
                    )
                yield Found(f"line {line} of {text.name}", _parse_or_why(content), [number, byte, line])


def _parse_or_why(text: bytes) -> Row | str:
    try:
        return parse_line(text)
    except DataError as error:
        return str(error)


def parse_line(text: bytes) -> Row:
    """Read one line.

    Raises:
        DataError: it is no picture; the words say why.
    """
    cells = text.rstrip(b"\r\n").split(b"\t")
    if len(cells) != len(COLUMNS):
        raise DataError(f"there are {len(cells)} columns, expected {len(COLUMNS)}: {', '.join(COLUMNS)}")
    image_id, width, height, boxes = (_whole(cell, name) for cell, name in zip(cells[:4], COLUMNS[:4], strict=True))
    if min(width, height, boxes) < 1:
        raise DataError(f"a picture of {width}x{height} with {boxes} boxes cannot be")
    corners, features = (_numbers(cell, name) for cell, name in zip(cells[4:], COLUMNS[4:], strict=True))
    if len(corners) != boxes * 4:
        raise DataError(f"boxes hold {len(corners)} numbers, expected {boxes * 4}: is the line cut short?")
    if not len(features) or len(features) % boxes:
        raise DataError(f"features hold {len(features)} numbers for {boxes} boxes: is the line cut short?")
    return Row(image_id, features.reshape(boxes, -1), unit_boxes(corners.reshape(boxes, 4), width, height))


def _whole(cell: bytes, name: str) -> int:
    if not (cell.isdigit() and len(cell) <= 18):  # the longest that surely fits 64 bits
        raise DataError(f"{name} is {cell[:20].decode(errors='replace')!r}, expected a whole number")
    return int(cell)


def _numbers(cell: bytes, name: str) -> Array:
    try:
        content = binascii.a2b_base64(cell, strict_mode=True)
    except binascii.Error as error:
        raise DataError(f"{name} are no base64 ({str(error).lower()}): is the line cut short?") from None
    if len(content) % 4:
        raise DataError(f"{name} are {len(content)} bytes, no whole number of float32: is the line cut short?")
    return np.frombuffer(content, dtype="<f4")

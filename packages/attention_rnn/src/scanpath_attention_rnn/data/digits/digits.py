"""Where the digits come from: MNIST's files where they are, else the few thousand that lie beside this file."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from scanpath.data.images import decode
from scanpath.data.mnist import FILES, read_mnist
from scanpath.data.scenes.randomness import Draws
from scanpath.errors import DataError

Pixels = npt.NDArray[np.uint8]

SIDE = 28
"""Of a digit, in pixels."""
LABELS = 10
SHIPPED = 300
"""Digits of each label that are shipped."""
SHIPPED_SOURCE = "that are shipped"
SHEET = files("scanpath_attention_rnn.data.digits") / "mnist" / "digits.png"
"""They, row by row, in the order of their labels."""
SHEET_COLUMNS = 60


class Pool(NamedTuple):
    """Digits, in the order of their labels."""

    images: Pixels
    """(N, 28, 28)."""
    starts: tuple[int, ...]
    """Of each label, the place of its first digit; then N."""
    source: str
    """What an error and the manifest call it."""

    def count(self, label: int) -> int:
        """Count the digits of a label."""
        return self.starts[label + 1] - self.starts[label]

    def draw(self, label: int, draws: Draws) -> int:
        """Draw a digit of a label, each as likely; return its place."""
        return self.starts[label] + draws.below(self.count(label))

    def facts(self) -> str:
        """Return how many digits these are, whence, and their SHA-256, for the manifest."""
        digest = hashlib.sha256(repr(self.starts).encode() + self.images.tobytes()).hexdigest()
        return f"{len(self.images):,} {self.source}, sha256 {digest}"


def pool_by_label(images: Pixels, labels: npt.NDArray[np.int64], source: str) -> Pool:
    """Put digits in the order of their labels, those of a label in the order they came in.

    Args:
        images: (N, 28, 28).
        labels: (N,), 0 to 9.
        source: what to call them.

    Raises:
        DataError: they have another size, or a label has no digit.
    """
    if images.shape[1:] != (SIDE, SIDE):
        height, width = images.shape[1:]
        raise DataError(
            f"the digits {source} have {width}x{height} pixels, expected {SIDE}x{SIDE}: give MNIST's files."
        )
    counts = np.bincount(labels, minlength=LABELS)
    if not counts.all():
        raise DataError(f"there is no {counts.argmin()} among the digits {source}: give all of MNIST's files.")
    starts = (0, *np.cumsum(counts).tolist())
    return Pool(images[np.argsort(labels, kind="stable")], starts, source)


@functools.cache
def read_pool(folder: Path | None) -> Pool:
    """Read the digits of MNIST's training and test files together, or those that are shipped; once a process.

    Args:
        folder: holds the four files; None takes those that are shipped.

    Raises:
        DataError: a file is missing, broken, or not the official one.
        MissingExtraError: Pillow, which reads what is shipped, is not installed.
    """
    if folder is None:
        sheet = decode(SHEET.read_bytes(), "the sheet of digits in scanpath-attention-rnn", "L")
        rows = len(sheet) // SIDE
        cells = sheet.reshape(rows, SIDE, SHEET_COLUMNS, SIDE).swapaxes(1, 2)  # (rows, columns, 28, 28)
        return pool_by_label(cells.reshape(-1, SIDE, SIDE), np.arange(LABELS).repeat(SHIPPED), SHIPPED_SOURCE)
    lacking = [name for name in _names() if not _holds(folder, name)]
    if lacking:
        raise DataError(
            f"there is no whole MNIST in {folder} ({lacking[0]}.gz is missing): run scanpath data fetch mnist, or lay "
            "the four official files there, packed or not."
        )
    splits = [read_mnist(folder, split) for split in FILES]
    for split in splits:
        for remark in split.remarks:
            raise DataError(f"{remark.removesuffix('.')}: delete it and run scanpath data fetch mnist.")
    images = np.concatenate([np.asarray(split.pictures)[:, 0] for split in splits])
    labels = np.concatenate([split.labels["digit"].numbers for split in splits])
    return pool_by_label(images, labels, "of MNIST")


def find_mnist(root: Path, chosen: str | Path | None) -> Path | None:
    """Find the folder of MNIST's files.

    Args:
        root: holds the data sets: looked at are ``mnist``, where ``scanpath data fetch`` puts them, ``MNIST/raw``,
            where torchvision does, and ``MNIST``.
        chosen: a folder of the user's: looked at are itself, its ``raw`` and its ``MNIST/raw``; None looks in ``root``.

    Returns:
        the first that holds any of the four files; None if nothing was chosen and none does.

    Raises:
        DataError: what was chosen holds none.
    """
    if chosen is None:
        return next((place for place in (root / "mnist", root / "MNIST" / "raw", root / "MNIST") if _any(place)), None)
    folder = Path(chosen).expanduser()
    for place in (folder, folder / "raw", folder / "MNIST" / "raw"):
        if _any(place):
            return place.resolve()
    raise DataError(
        f"{folder} holds no MNIST ({next(_names())}.gz is missing): run scanpath data fetch mnist and leave the option "
        f"mnist away, or name the folder of the four files; else the {LABELS * SHIPPED:,} that are shipped are taken."
    )


def _names() -> Iterator[str]:
    return (name for two in FILES.values() for name in two)


def _holds(folder: Path, name: str) -> bool:
    return any((folder / f"{name}{end}").is_file() for end in ("", ".gz"))


def _any(folder: Path) -> bool:
    return any(_holds(folder, name) for name in _names())

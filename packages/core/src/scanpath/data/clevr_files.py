"""The files of CLEVR 1.0, and how they call their pictures.

Source: Johnson et al., CVPR 2017, https://arxiv.org/abs/1612.06890; the archive
https://dl.fbaipublicfiles.com/clevr/CLEVR_v1.0.zip.
"""

from __future__ import annotations

import re
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

from scanpath.data.dataset import Counts
from scanpath.data.records import Ids, column, first_few, ids
from scanpath.errors import DataError

COUNTS: Counts = MappingProxyType({"train": (70_000, 699_989), "val": (15_000, 149_991), "test": (15_000, 149_988)})
"""Pictures and questions of the official splits."""
ANSWERED = ("train", "val")
"""The splits with public answers and scenes."""

MOST = 1_000_000
"""Numbers of pictures and of questions are below it in every split."""
FIRST = MappingProxyType({"train": 0, "val": MOST, "test": 2 * MOST})
"""What is added to the official numbers of a split's pictures and questions, so that ids are unique over the splits."""

_PREFIX = re.compile(r"[A-Za-z0-9-]+")


class CLEVRFiles(NamedTuple):
    """Where the files of a data set in CLEVR's form lie."""

    folder: Path
    prefix: str = "CLEVR"
    """What the names of its files begin with."""

    def questions(self, split: str) -> Path:
        """Return the questions, with their answers."""
        return self.folder / "questions" / f"{self.prefix}_{split}_questions.json"

    def scenes(self, split: str) -> Path:
        """Return the scenes."""
        return self.folder / "scenes" / f"{self.prefix}_{split}_scenes.json"

    def images(self, split: str) -> Path:
        """Return the folder of pictures."""
        return self.folder / "images" / split

    def image_name(self, split: str, index: int) -> str:
        """Return a picture's file name: ``CLEVR_val_000042.png``."""
        return f"{self.prefix}_{split}_{index:06d}.png"


def numbers(entries: list[Any], key: str, path: Path, noun: str) -> Ids:
    """Return a column of numbers that count something of one split, (N,): from 0 and below :data:`MOST`.

    Raises:
        DataError: an entry has none, or another one.
    """
    found = ids(entries, key, path, noun)
    wrong = np.flatnonzero((found < 0) | (found >= MOST))
    if len(wrong):
        raise DataError(
            f"{path}: {noun} number {wrong[0]} has {key!r} = {found[wrong[0]]}, expected 0 to {MOST - 1:,}: mend it."
        )
    return found


class PictureColumn:
    """The pictures that entries of a file are about: split, number and name, which must fit each other.

    Args:
        path: the file, for errors.
        noun: what an entry is called in them.
    """

    def __init__(self, path: Path, noun: str) -> None:
        self.path = path
        self._noun = noun
        self._splits: set[str] = set()
        self._prefixes: set[str] = set()
        self._numbers: list[Ids] = []

    def add(self, entries: list[Any]) -> None:
        """Take some entries."""
        splits = column(entries, "split", str, self.path, self._noun)
        self._numbers.append(numbers(entries, "image_index", self.path, self._noun))
        names = column(entries, "image_filename", str, self.path, self._noun)
        self._splits.update(splits)
        for place, (split, number, name) in enumerate(zip(splits, self._numbers[-1].tolist(), names, strict=True)):
            prefix = name.removesuffix(f"_{split}_{number:06d}.png")
            if prefix not in self._prefixes:
                if prefix == name or not _PREFIX.fullmatch(prefix):
                    raise DataError(
                        f"{self.path}: {self._noun} number {place} has 'image_filename' = {name[:60]!r} for picture "
                        f"{number} of {split[:20]!r}, expected such as "
                        f"{CLEVRFiles(self.path).image_name(split[:20], number)}: mend it."
                    )
                self._prefixes.add(prefix)

    def split(self) -> str:
        """Return the one split that all are of."""
        if len(self._splits) != 1 or not self._splits <= FIRST.keys():
            raise DataError(
                f"{self.path} has {self._noun}s of {first_few(map(repr, sorted(self._splits))) or 'no split'}, "
                "expected all to be of 'train', 'val' or 'test': give one split's file."
            )
        return next(iter(self._splits))

    def ids(self) -> Ids:
        """Return the id of each entry's picture, (N,): its number plus :data:`FIRST` of its split."""
        return np.concatenate(self._numbers) + FIRST[self.split()]

    def names(self) -> dict[int, str]:
        """Return the file name of each picture, by its id."""
        split = self.split()
        if len(self._prefixes) != 1:
            raise DataError(
                f"{self.path} has pictures whose names begin with {first_few(map(repr, sorted(self._prefixes)))}, "
                "expected one beginning for all: give the file of one data set."
            )
        files = CLEVRFiles(self.path, next(iter(self._prefixes)))
        return {image: files.image_name(split, image - FIRST[split]) for image in np.unique(self.ids()).tolist()}

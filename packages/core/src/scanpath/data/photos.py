"""A folder of photographs, classed by the folders they lie in or not at all; SUN397 is one of them.

Source of SUN397: Xiao et al., "SUN Database", CVPR 2010; its folders are ``a/abbey/sun_....jpg``, the first being the
letter that the class begins with.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import ClassVar, NamedTuple

import numpy as np

from scanpath.data.dealing import SHARES, deal
from scanpath.data.images import SUFFIXES
from scanpath.data.labelled import LabelledSplit, Labels, NamedPictures
from scanpath.data.official import first_there
from scanpath.data.paths import PathImages, flaw
from scanpath.data.records import Ids, first_few
from scanpath.errors import DataError
from scanpath.progress import track

SPLITS = ("train", "val", "test")
SUN_PICTURES, SUN_CLASSES = 108_754, 397


class Survey(NamedTuple):
    """What lies in a folder."""

    whole: tuple[str, ...]
    """Relative paths of the pictures that can be read, sorted."""
    flaws: Mapping[str, str]
    """What is wrong with the others, by relative path."""


@functools.cache
def survey(folder: Path) -> Survey:
    """Look at every picture of a folder and of those below it, once.

    Raises:
        DataError: it is no folder, or holds no whole picture.
    """
    if not folder.is_dir():
        raise DataError(f"{folder} is no folder: expected one of photographs.")
    names = sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*.*")
        if path.suffix.lower() in SUFFIXES and path.is_file()
    )
    found = {name: flaw(folder / name) for name in track(names, f"looking at the pictures of {folder.name}")}
    flaws = {name: wrong for name, wrong in found.items() if wrong}
    if len(flaws) == len(names):
        first = next(iter(flaws.items()), None)
        why = f"; {first[0]}, the first of {len(flaws)} broken ones, {first[1]}" if first else ""
        raise DataError(f"{folder} holds no whole picture ({', '.join(sorted(SUFFIXES))}){why}: check the path.")
    return Survey(tuple(name for name in names if name not in flaws), flaws)


def remark_on(found: Survey, folder: Path) -> tuple[str, ...]:
    """Say which pictures are left out, and why; nothing where all are whole."""
    if not found.flaws:
        return ()
    described = first_few(f"{name} {wrong}" for name, wrong in found.flaws.items())
    return (f"{len(found.flaws):,} of the pictures in {folder} are left out: {described}.",)


class PhotoFolder:
    """Any folder of photographs (a :class:`scanpath.data.labelled.LabelledData`).

    Folders called ``train`` and ``test`` (and ``val``) are the splits; without them pictures are dealt out, eight parts
    of ten to train and one each to val and test, equal parts of every class, the same on every machine. A picture's
    class is the folder that it lies in; pictures without folders have none.
    """

    summary: ClassVar[str] = "photographs of a folder"
    splits: ClassVar[tuple[str, ...]] = SPLITS

    def __init__(self, root: Path) -> None:
        self.folder = root

    @property
    def name(self) -> str:
        """What its splits are called."""
        return self.folder.name

    def survey(self) -> Survey:
        """Look at every picture, once."""
        return survey(self.folder)

    def open(self, split: str) -> LabelledSplit:
        """Open a split; pictures are of any size."""
        found = self.survey()
        rows = self._rows(found).get(split, np.zeros(0, dtype=np.int64))
        if not len(rows):
            raise DataError(
                f"{self.folder} has no pictures of the split {split!r} (it has {len(found.whole)} in all): "
                f"give it a folder {split!r}, or more pictures."
            )
        names = [found.whole[row] for row in rows.tolist()]
        classes = self.classes(found)
        numbers = {name: number for number, name in enumerate(classes)}
        labels = {}
        if classes:
            labels["class"] = Labels(classes, np.asarray([numbers[self.class_of(name)] for name in names], np.int64))
        return LabelledSplit(
            name=f"{self.name}/{split}",
            keys=names,
            pictures=NamedPictures(PathImages(self.folder, names), names),
            labels=labels,
            remarks=(*remark_on(found, self.folder), *self.remarks(found)),
        )

    def class_of(self, name: str) -> str:
        """Return the class of a picture by its relative path; empty where it lies in no folder."""
        parts = PurePosixPath(name).parts[:-1]
        return "/".join(parts[1:] if parts and parts[0] in SPLITS else parts)

    def classes(self, found: Survey) -> tuple[str, ...]:
        """Name the classes, sorted; none where no picture has one.

        Raises:
            DataError: some pictures have a class and some have none.
        """
        classes = sorted({self.class_of(name) for name in found.whole})
        if "" in classes and len(classes) > 1:
            beside = [name for name in found.whole if not self.class_of(name)]
            raise DataError(
                f"{self.folder} has {len(beside)} pictures beside the folders of its classes ({first_few(beside)}): "
                "move them into a folder of a class."
            )
        return tuple(name for name in classes if name)

    def remarks(self, found: Survey) -> tuple[str, ...]:  # noqa: ARG002 - for those that know what there should be
        """Say what else is to be known."""
        return ()

    def counts(self) -> Mapping[str, int]:
        """Count the pictures by split."""
        return {split: len(rows) for split, rows in self._rows(self.survey()).items()}

    def checksum(self) -> str:
        """Return a checksum of the whole pictures' names and sizes; their bytes, gigabytes, are not read."""
        facts = [f"{name}\n{(self.folder / name).stat().st_size}\n" for name in self.survey().whole]
        return hashlib.sha256("".join(facts).encode()).hexdigest()

    def damaged(self) -> list[str]:
        """Name the pictures that are broken or empty."""
        return list(self.survey().flaws)

    def _rows(self, found: Survey) -> Mapping[str, Ids]:
        top = [PurePosixPath(name).parts[0] for name in found.whole]
        if {"train", "test"} <= set(top) or {"train", "val"} <= set(top):
            foreign = [name for name, first in zip(found.whole, top, strict=True) if first not in SPLITS]
            if foreign:
                raise DataError(
                    f"{self.folder} has {len(foreign)} pictures beside its folders of splits ({first_few(foreign)}): "
                    f"move them into one of {', '.join(SPLITS)}."
                )
            places = np.asarray(top)
            return {split: np.flatnonzero(places == split) for split in SPLITS if split in top}
        return deal(found.whole, SHARES, strata=[self.class_of(name) for name in found.whole])


class SUN397(PhotoFolder):
    """``sun397``, where its archive was unpacked."""

    summary = "photographs of 397 kinds of places; 37 GB from its authors (Xiao et al., 2010)"
    name = "sun397"

    def __init__(self, root: Path) -> None:
        super().__init__(first_there(root / "sun397" / "SUN397", root / "SUN397"))

    def survey(self) -> Survey:
        """Look at every picture; its makers' ten partitions are not read, pictures are dealt out."""
        if not self.folder.is_dir():
            raise DataError(
                f"there is no SUN397 in {self.folder}: run scanpath data fetch sun397 (37 GB), or unpack the official "
                "archive there."
            )
        return super().survey()

    def class_of(self, name: str) -> str:
        """Return ``"airport/terminal"`` of ``"a/airport/terminal/sun_....jpg"``."""
        return "/".join(PurePosixPath(name).parts[1:-1])

    def remarks(self, found: Survey) -> tuple[str, ...]:
        """Say so where it is not the whole data set."""
        counts = len(found.whole) + len(found.flaws), len(self.classes(found))
        if counts == (SUN_PICTURES, SUN_CLASSES):
            return ()
        given = f"{counts[0]:,} pictures of {counts[1]} classes"
        return (f"{self.folder} holds {given}, the official archive {SUN_PICTURES:,} of {SUN_CLASSES}.",)

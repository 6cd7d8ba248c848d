"""The data sets of captions by name."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar, Protocol

from scanpath import registry
from scanpath.data.captions import CaptionSplit
from scanpath.data.catalogue import Description, described
from scanpath.errors import UnknownNameError, near
from scanpath.files import data_home


class CaptionData(Protocol):
    """Pictures with captions; a package registers its class in :attr:`scanpath.method.Method.captions`.

    Every method raises a :class:`scanpath.errors.DataError` that says how to get the data where they are missing or
    broken.
    """

    summary: ClassVar[str]
    """One line about it."""
    splits: ClassVar[tuple[str, ...]]
    """What :meth:`open` takes."""
    pictures: ClassVar[str | None]
    """The data set of questions whose splits have the same pictures, and so the same features; None: there is none."""

    def __init__(self, root: Path) -> None:
        """Remember the folder that holds the data sets; nothing is read yet."""
        ...

    @property
    def folder(self) -> Path:
        """Where its files lie, whether they are there or not."""
        ...

    def open(self, split: str) -> CaptionSplit:
        """Open one of :attr:`splits`."""
        ...

    def counts(self) -> Mapping[str, tuple[int, int]]:
        """Count pictures and captions by split."""
        ...

    def checksum(self) -> str:
        """Return a checksum of what is learnt from, in hexadecimal."""
        ...

    def damaged(self) -> list[str] | None:
        """Name what is broken among its files, having read them all; None where nothing is known to compare with."""
        ...


def caption_names() -> tuple[str, ...]:
    """Name the data sets of captions that the installed packages bring, the core's first; none is imported."""
    return tuple(registry.addresses("captions"))


def find_captions(name: str, root: Path | str | None = None) -> CaptionData:
    """Return a data set by name."""
    found: CaptionData = registry.load("captions", name)(Path(root or data_home()))
    return found


def open_captions(name: str, split: str, root: Path | str | None = None) -> CaptionSplit:
    """Open a split of pictures with captions.

    Args:
        name: one of :func:`caption_names`.
        split: one that the data set has; ``"train"``, ``"val"`` and ``"test"`` always.
        root: the folder that holds the data sets; ``$SCANPATH_DATA`` or the user's cache by default.

    Raises:
        UnknownNameError: there is no such data set or split.
        DataError: the data are not there, or broken; the sentence says how to get them.
    """
    found = find_captions(name, root)
    if split not in found.splits:
        hint = near(split, found.splits) or f"; known are {', '.join(found.splits)}."
        raise UnknownNameError(f"there is no split {split!r} of {name}{hint}")
    return found.open(split)


def describe_captions(name: str, root: Path | str | None = None) -> Description:
    """Say what is there of a data set of captions; what is missing is part of the answer, never an error.

    Raises:
        UnknownNameError: there is no such data set.
    """
    return described(name, lambda: find_captions(name, root), lambda counts: counts, texts="captions")

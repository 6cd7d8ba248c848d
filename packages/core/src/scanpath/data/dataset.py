"""What a data set is to the catalogue, whoever brings it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar, Protocol

from scanpath.data.making import Progress
from scanpath.data.split import VQASplit

Counts = Mapping[str, tuple[int, int]]
"""Pictures and questions by split."""


class Dataset(Protocol):
    """A data set of questions about pictures; a package registers its class in :attr:`scanpath.method.Method.datasets`.

    A class with other splits than ``train``, ``val`` and ``test`` names all of its own in an attribute ``splits``; one
    with complementary pairs gives them by a method ``complementary_pairs(split) -> Pairs | None``; one that was made of
    less than it could be says so in sentences, ``made_of``.
    Every method but ``make`` raises a :class:`scanpath.errors.DataError` that says how to get the data where they are
    missing or broken.
    """

    summary: ClassVar[str]
    """One line about it."""

    def __init__(self, root: Path) -> None:
        """Remember the folder that holds the data sets; nothing is read yet."""
        ...

    @property
    def folder(self) -> Path:
        """Where its files lie, whether they are there or not."""
        ...

    def open(self, split: str) -> VQASplit:
        """Open ``"train"``, ``"val"`` or ``"test"``; ids of pictures and questions are unique over the splits."""
        ...

    def make(self, *, workers: int | None = None, progress: Progress | None = None, **options: Any) -> Path:
        """Make it, unless it is there; one that cannot be made says where it comes from.

        Args:
            workers: processes; the result does not depend on it.
            progress: is told what is being done.
            options: what the content depends on.

        Raises:
            ConfigError: an option that does not exist or cannot be.
            DataError: one made with other options is there.
        """
        ...

    def checksum(self) -> str:
        """Return a checksum of its content: equal pixels and texts, equal checksum."""
        ...

    def counts(self) -> Counts:
        """Count pictures and questions by split."""
        ...

    def damaged(self) -> list[str] | None:
        """Name the files that differ from their checksums; None where it has none of its own to compare with."""
        ...

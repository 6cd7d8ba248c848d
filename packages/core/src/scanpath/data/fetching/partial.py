"""A file that is not whole yet, and what is known of the file that it is the beginning of."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import BinaryIO

from scanpath.data.fetching.asking import Version
from scanpath.errors import DataError
from scanpath.files import read_json, write_json


class PartialFile:
    """The bytes that have come of a file. They stay when a process is killed: a later one goes on behind them."""

    def __init__(self, path: Path) -> None:
        """Look at ``path``; what is known of it lies beside, in ``<path>.json``."""
        self.path = path
        self._about = path.with_name(f"{path.name}.json")

    @property
    def size(self) -> int:
        """Bytes that are here."""
        return self.path.stat().st_size if self.path.exists() else 0

    def version(self) -> Version | None:
        """Return what the bytes are of; None if nothing is here, or nothing is known about it."""
        if not self.size:
            return None
        try:
            return Version(**read_json(self._about))
        except (DataError, TypeError):
            return None

    @property
    def whole(self) -> bool:
        """Whether all bytes are known to be here."""
        version = self.version()
        return version is not None and version.total is not None and version.total == self.size

    def discard(self) -> None:
        """Forget what has come."""
        self.path.unlink(missing_ok=True)
        self._about.unlink(missing_ok=True)

    @contextmanager
    def growing(self, version: Version, *, start: int) -> Iterator[BinaryIO]:
        """Open it to write behind byte ``start``, at which it must end; 0 begins it anew."""
        if not start:
            self.discard()
            write_json(self._about, asdict(version))
        with self.path.open("ab", buffering=0) as stream:
            yield stream

    def moved_to(self, path: Path) -> None:
        """Give the whole file its name."""
        self.path.replace(path)
        self._about.unlink(missing_ok=True)

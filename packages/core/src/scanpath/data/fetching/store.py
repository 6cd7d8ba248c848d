"""Where fetched files lie: parts and receipts in ``.fetch``, whole files under their official names."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from scanpath.data.fetching.partial import PartialFile
from scanpath.data.fetching.sources import FileSource
from scanpath.errors import DataError
from scanpath.files import read_json, write_json

HIDDEN = ".fetch"
"""The folder, inside the data set's, of all that is not finished, and of the receipts."""

State = Literal["fetched", "laid", "waiting", "missing"]
"""Fetched and in place; put there by somebody else, as it should be used; an archive or file of the right name that is
still to be checked or unpacked; to be fetched, of which a part may have come."""


@dataclass(frozen=True)
class Stored:
    """One file of a source in the folder of its data set."""

    folder: Path
    file: FileSource

    @property
    def path(self) -> Path:
        """The file, or the archive until it is unpacked."""
        return self.folder / self.file.name

    @property
    def part(self) -> PartialFile:
        """What has come of it."""
        return PartialFile(self.folder / HIDDEN / f"{self.file.name}.part")

    @property
    def unpacking(self) -> Path:
        """The folder that an archive is unpacked into; what a kill leaves in it is not whole."""
        return self.folder / HIDDEN / f"{self.file.name}.unpacking"

    @property
    def unpacked(self) -> Path:
        """The whole content of an archive, from which it is moved to its place."""
        return self.folder / HIDDEN / f"{self.file.name}.unpacked"

    @property
    def _receipt(self) -> Path:
        return self.folder / HIDDEN / f"{self.file.name}.json"

    def receipt(self) -> Mapping[str, Any]:
        """Return what was recorded of it; nothing if nothing was."""
        try:
            value = read_json(self._receipt)
        except DataError:
            return {}
        return value if isinstance(value, dict) else {}

    def record(self, **facts: object) -> None:
        """Add to what is recorded of it."""
        write_json(self._receipt, {**self.receipt(), **facts}, indent=1)

    def discard(self) -> None:
        """Throw the file away, and what was recorded of it."""
        self.path.unlink(missing_ok=True)
        self._receipt.unlink(missing_ok=True)

    def checked(self) -> bool:
        """Tell whether the file that lies there is the one whose checksum was recorded."""
        return self.path.exists() and self.receipt().get("bytes") == self.path.stat().st_size

    def state(self) -> State:
        """Say what is here of it."""
        done = bool(self.receipt().get("done"))
        if self.unpacked.exists():
            return "waiting"
        if self.file.gives and all(_holds(self.folder / name) for name in self.file.gives):
            return "fetched" if done else "laid"
        if not self.path.exists():
            return "missing"
        return "fetched" if done and not self.file.gives and self.checked() else "waiting"


def _holds(path: Path) -> bool:
    """Tell whether there is a file that is not empty, or a folder with something in it."""
    if path.is_dir():
        return any(path.iterdir())
    return path.is_file() and path.stat().st_size > 0


def settle(content: Path, folder: Path) -> None:
    """Move all files in ``content`` to ``folder``, a top entry at a time; called again, it goes on after a kill.

    A folder that is there already is filled up; files that are there are replaced.

    Raises:
        DataError: a file is where a folder should go, or the other way round.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for entry in sorted(content.iterdir()):
        target = folder / entry.name
        if not os.path.lexists(target):
            entry.rename(target)
        elif entry.is_dir() and target.is_dir():
            settle(entry, target)
        elif entry.is_dir() or target.is_dir():
            kinds = ("file", "folder") if entry.is_dir() else ("folder", "file")
            raise DataError(f"{target} is a {kinds[0]} where a {kinds[1]} should go: move it away and run it again.")
        else:
            entry.replace(target)

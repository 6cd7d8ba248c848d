"""What an archive may hold: plain files and folders below one place, each once, and not without end."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from scanpath.errors import DataError

#: What Windows reads as a drive, a stream or a device, and what no terminal should be shown.
_FOREIGN = re.compile(r'[\x00-\x1f\x7f\\:*?"<>|]')
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?$", re.IGNORECASE)
_LONGEST = 255
"""Bytes of one name, as file systems have it."""


class ArchiveError(DataError):
    """An archive that is not what it should be."""

    def __init__(self, archive: Path, what: str, because: str) -> None:
        super().__init__(f"{archive} {what}: {because}, and nothing of it is used; delete it and fetch it again.")
        self.what = what
        """In what it is not."""


@dataclass(frozen=True)
class Limits:
    """How much an archive may unpack to before it is taken for a bomb."""

    size: int = 256 * 2**30
    """Bytes altogether: five times the largest archive that we know."""
    members: int = 1_000_000
    """Files and folders: five times the most that we know."""
    ratio: int = 200
    """Bytes for each packed byte: ten times that of the annotations of VQA. The format alone allows 1032."""
    allowance: int = 64 * 2**20
    """Bytes up to which the ratio does not matter."""


@dataclass
class Account:
    """Adds up what comes out of an archive, and stops it where it is too much."""

    archive: Path
    limits: Limits
    size: int = 0
    members: int = 0
    _seen: dict[PurePosixPath, bool] = field(default_factory=dict)
    """Whether a path is a folder; paths are folded (:func:`_folded`)."""

    def __post_init__(self) -> None:
        """Look how large the archive is."""
        self._packed = self.archive.stat().st_size

    def admit(self, name: str, *, folder: bool) -> PurePosixPath:
        """Take a member in.

        Returns:
            its path, which stays below the place where the archive is unpacked.

        Raises:
            ArchiveError: its name leads elsewhere or cannot be, it is there already, or there are too many.
        """
        self.members += 1
        if self.members > self.limits.members:
            raise self.error(f"holds more than {self.limits.members:,} files and folders", "it may be a bomb")
        path = self._safe(name)
        folded = _folded(path)
        if not folder and folded in self._seen:
            raise self.error(f"holds {_shown(name)} twice, case aside", "one would be written over the other")
        for parent in folded.parents:
            if self._seen.get(parent, True) is False:
                raise self._two_kinds(parent)
            self._seen[parent] = True
        if folder and self._seen.get(folded, True) is False:
            raise self._two_kinds(folded)
        self._seen[folded] = folder
        return path

    def add(self, size: int) -> None:
        """Count bytes that come out, before they are written.

        Raises:
            ArchiveError: they are too many, or far more than went in.
        """
        self.size += size
        if self.size > self.limits.size:
            raise self.error(f"unpacks to more than {self.limits.size:,} bytes", "it may be a bomb")
        if self.size > max(self.limits.allowance, self.limits.ratio * self._packed):
            raise self.error(f"unpacks to more than {self.limits.ratio} times its size", "it may be a bomb")

    def error(self, what: str, because: str) -> ArchiveError:
        """Build the error of an archive that is not unpacked."""
        return ArchiveError(self.archive, what, because)

    def _two_kinds(self, path: PurePosixPath) -> ArchiveError:
        return self.error(f"holds {path.name!r} as a file and as a folder", "it was not packed as a data set is")

    def _safe(self, name: str) -> PurePosixPath:
        parts = name.removesuffix("/").split("/")
        if name.startswith("/") or re.match(r"[A-Za-z]:", name):
            raise self.error(f"holds the absolute name {_shown(name)}", "it would write elsewhere")
        if ".." in parts:
            raise self.error(f"holds the name {_shown(name)} with '..'", "it would write elsewhere")
        kept = [part for part in parts if part != "."]
        if any(not part or _FOREIGN.search(part) or _DEVICES.match(part) or part[-1] in ". " for part in kept):
            raise self.error(f"holds the name {_shown(name)}", "not every system can have such a file")
        if any(len(part.encode("utf-8", "surrogateescape")) > _LONGEST for part in kept):
            raise self.error(f"holds the name {_shown(name)} of more than {_LONGEST} bytes", "no disk can have it")
        return PurePosixPath(*kept)


def _folded(path: PurePosixPath) -> PurePosixPath:
    """Make paths equal that a disk of Windows or macOS takes for one: those that differ in case or in composition."""
    return PurePosixPath(unicodedata.normalize("NFC", str(path)).casefold())


def _shown(name: str, most: int = 60) -> str:
    text = ascii(name)
    return text if len(text) <= most else f"{text[:most]}..."

"""Checksums of large files, and whether one is the file that was meant."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Mapping
from pathlib import Path

from scanpath.data.fetching.sources import FileSource
from scanpath.progress import Bytes

_BLOCK = 1 << 20
_SHOWN = 24
"""Bytes of a file that an error shows."""


def digests(path: Path, file: FileSource, *, progress: Bytes | None = None) -> Mapping[str, str]:
    """Return the ``sha256`` of a file, and the ``md5`` if nothing better is known of it, reading it once."""
    found = {"sha256": hashlib.sha256()}
    if file.checksum and file.checksum[0] == "md5":
        found["md5"] = hashlib.md5(usedforsecurity=False)
    size, done = path.stat().st_size, 0
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            for digest in found.values():
                digest.update(block)
            done += len(block)
            if progress:
                progress(done, size)
    return {name: digest.hexdigest() for name, digest in found.items()}


def difference(file: FileSource, size: int, found: Mapping[str, str]) -> str:
    """Say in what a file is not the one that was meant: its size, or its checksum; empty if it is."""
    if file.size is not None and size != file.size:
        return f"has {size:,} bytes, expected {file.size:,}"
    if file.checksum is None:
        return ""
    kind, expected = file.checksum
    return "" if found[kind] == expected else f"has the {kind} {found[kind]}, expected {expected}"


def other_brackets(file: FileSource, path: Path) -> str:
    """Say that a file begins or ends with another character than it must, blanks aside; empty if it does not."""
    if not file.brackets:
        return ""
    first, last = file.brackets.encode()
    with path.open("rb") as stream:
        head = stream.read(_BLOCK).lstrip()
        stream.seek(max(path.stat().st_size - _BLOCK, 0))
        tail = stream.read().rstrip()
    if head[:1] != bytes([first]):
        return f"begins with {head[:_SHOWN]!r}, expected {file.brackets[0]!r}"
    return "" if tail[-1:] == bytes([last]) else f"ends with {tail[-_SHOWN:]!r}, expected {file.brackets[1]!r}"


def no_zip(file: FileSource, path: Path) -> str:
    """Say that what stays as a zip, and no checksum knows, has no end as a zip has it; empty if it has."""
    if file.checksum or file.gives or not file.name.endswith(".zip") or zipfile.is_zipfile(path):
        return ""
    return "does not end as a zip does: it was cut, or is another file"

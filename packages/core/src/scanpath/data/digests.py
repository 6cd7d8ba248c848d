"""Checksums of large files, remembered beside them for as long as the files stay as they are.

Size, times and inode tell that nobody has written to a file since, unless it was written within the clock's grain of
the last look: as git does, what had not rested for two seconds by then is read again. The time of change (ctime) is the
system's own, which copying with old times or renaming over a file cannot set back. Windows has none, and reads again.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import time
from collections.abc import Iterable
from pathlib import Path

import platformdirs

from scanpath.files import sha256, write_json

BESIDE = ".scanpath"
"""The folder beside a file that what is remembered of it lies in."""
SMALL = 1 << 20
"""Bytes of files that are read again faster than anything is remembered of them."""

_RESTED = 2 * 10**9  # nanoseconds


def keeping_places(path: Path) -> tuple[Path, Path]:
    """Return where to keep what was made of a file: beside it, or else, where nobody may write, in the user's cache."""
    folder = path.resolve().parent
    called = hashlib.sha256(str(folder).encode(errors="surrogatepass")).hexdigest()[:16]
    return folder / BESIDE, platformdirs.user_cache_path("scanpath") / "tables" / called


def known_sha256(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal; a large one is read once as long as it stays as it is.

    Raises:
        OSError: it is not there or may not be read.
    """
    stamp = file_stamp(path)
    if stamp["size"] < SMALL:
        return sha256(path)
    remembered = [place / f"{path.name}.stamp" for place in keeping_places(path)]
    for file in remembered:
        known = _read(file)
        if known.get("stamp") == stamp and _trusted(known):
            return str(known["sha256"])
    began = time.time_ns()
    digest = sha256(path)
    if file_stamp(path) == stamp:
        for file in remembered:
            with contextlib.suppress(OSError):
                write_json(file, {"stamp": stamp, "began": began, "sha256": digest})
                break
    return digest


def file_stamp(path: Path) -> dict[str, int]:
    """Return what changes with a file's content, as far as that can be told without reading it."""
    found = path.stat()
    return {
        "size": found.st_size,
        "modified": found.st_mtime_ns,
        "changed": found.st_ctime_ns,
        "inode": found.st_ino,
        "device": found.st_dev,
    }


def _read(file: Path) -> dict[str, object]:
    try:
        known = json.loads(file.read_bytes())
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


def _trusted(known: dict[str, object]) -> bool:
    stamp, began = known["stamp"], known.get("began")
    assert isinstance(stamp, dict)  # noqa: S101 - it equals one
    last = max(stamp["modified"], stamp["changed"])
    whole = isinstance(began, int) and isinstance(known.get("sha256"), str)
    return os.name != "nt" and whole and last + _RESTED <= began


def joint_checksum(paths: Iterable[Path]) -> str:
    """Return one checksum of several large files, in hexadecimal."""
    return hashlib.sha256("".join(map(known_sha256, paths)).encode()).hexdigest()

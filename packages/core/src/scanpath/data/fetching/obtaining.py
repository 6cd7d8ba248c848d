"""A file from its addresses, one after the other, until one gives the right bytes."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from scanpath.data.fetching.archives import unpack
from scanpath.data.fetching.asking import AddressError
from scanpath.data.fetching.digests import difference, digests, no_zip, other_brackets
from scanpath.data.fetching.members import ArchiveError, Limits
from scanpath.data.fetching.store import Stored, settle
from scanpath.data.fetching.transfer import Patience, transfer
from scanpath.errors import DataError
from scanpath.progress import Say, silent

Watch = Callable[[str, int, int | None], None]
"""Is called with what is being done, how many of how many bytes."""


@dataclass(frozen=True)
class Ways:
    """How files are fetched."""

    patience: Patience = field(default_factory=Patience)
    limits: Limits = field(default_factory=Limits)
    keep: bool = False
    """Whether archives stay when they have been unpacked."""
    watch: Watch = silent
    say: Say = silent


def obtain(stored: Stored, ways: Ways) -> None:
    """Bring a file into its place, from wherever the last attempt left off.

    Raises:
        DataError: no address gives it, it is not the right one, or it cannot be unpacked.
    """
    file = stored.file
    if not stored.unpacked.exists():
        if stored.path.exists():
            _take_up(stored, ways)
        if not stored.path.exists():
            _download(stored, ways)
    if file.gives:
        settle(stored.unpacked, stored.folder)
        if stored.receipt().get("ours") and not ways.keep:
            stored.path.unlink(missing_ok=True)
    stored.record(done=True, ours=False)
    shutil.rmtree(stored.unpacked, ignore_errors=True)  # the last thing: as long as it is there, a later call goes on


def _download(stored: Stored, ways: Ways) -> None:
    file, part = stored.file, stored.part
    part.path.parent.mkdir(parents=True, exist_ok=True)
    if not file.addresses:
        raise DataError(
            f"{file.name} is given out by a page that asks before it does: get it in a browser from {file.by_hand}, "
            f"lay it at {stored.path} and run the same command, which checks it."
        )
    failures = []
    begun = part.version()
    for address in sorted(file.addresses, key=lambda one: begun is None or one != begun.address):  # others keep order
        for _ in range(2):
            resumed = part.size > 0
            try:
                _bring(address, stored, ways)
            except AddressError as error:
                failures.append(str(error))
                break
            wrong = _check(stored, part.path, ways, address=address, ours=True)
            if not wrong:
                part.moved_to(stored.path)
                wrong = _open_up(stored, ways)
            if not wrong:
                return
            part.discard()
            if not resumed:
                failures.append(f"what {address} sent {wrong}")
                break
            ways.say(f"{file.name} {wrong}: it was put together from several attempts and begins again.")
        ways.say(f"{failures[-1]}.")
    rest = f"{part.size:,} bytes of it are kept, " if part.size else ""
    raise DataError(
        f"{file.name} could not be fetched ({'; '.join(failures)}): {rest}run the same command later, or get it in "
        f"another way, lay it at {stored.path} and run the same command, which checks it."
    )


def _bring(address: str, stored: Stored, ways: Ways) -> None:
    """Download from one address, behind what has come only if it is sure to fit, now or when the checksum is taken."""
    file, part = stored.file, stored.part
    version = part.version()
    if file.checksum is None and version and (version.address != address or not (version.etag or version.modified)):
        part.discard()
    transfer(
        address,
        part,
        size=file.size,
        patience=ways.patience,
        progress=lambda done, total: ways.watch(file.name, done, total),
        say=ways.say,
    )


def _take_up(stored: Stored, ways: Ways) -> None:
    """Check and unpack what lies there; what somebody laid there is never deleted here, what was fetched may be."""
    if not stored.checked():
        wrong = _check(stored, stored.path, ways, address=None, ours=False)
        if wrong:
            raise DataError(f"{stored.path} {wrong}: move it away to fetch it, or lay the right one there.")
    if wrong := _open_up(stored, ways):
        ways.say(f"{stored.file.name} {wrong}: it is thrown away and fetched again.")


def _check(stored: Stored, path: Path, ways: Ways, *, address: str | None, ours: bool) -> str:
    """Take the checksums of a file and record them if it is the right one; else say in what it is not."""
    file, size = stored.file, path.stat().st_size
    found = digests(path, file, progress=lambda done, total: ways.watch(f"checking {file.name}", done, total))
    wrong = difference(file, size, found) or other_brackets(file, path) or no_zip(file, path)
    if wrong:
        return wrong
    if file.checksum is None:
        ways.say(f"nobody tells a checksum of {file.name}: its sha256 {found['sha256']} is recorded.")
    known = file.checksum and file.checksum[0]
    stored.record(address=address, ours=ours, bytes=size, checked_by=known, done=False, **found)
    return ""


def _open_up(stored: Stored, ways: Ways) -> str:
    """Unpack an archive; one that was fetched, by no checksum, and is bad is thrown away: say in what it is bad."""
    if not stored.file.gives:
        return ""
    try:
        _unpack(stored, ways)
    except ArchiveError as error:
        if stored.file.checksum or not stored.receipt().get("ours"):
            raise
        stored.discard()
        return error.what
    return ""


def _unpack(stored: Stored, ways: Ways) -> None:
    file = stored.file
    shutil.rmtree(stored.unpacking, ignore_errors=True)
    stored.unpacking.mkdir(parents=True)
    try:
        unpack(
            stored.path,
            stored.unpacking,
            limits=ways.limits,
            strip=file.strip,
            progress=lambda done, total: ways.watch(f"unpacking {file.name}", done, total),
        )
        _check_content(stored)
    except BaseException:
        shutil.rmtree(stored.unpacking, ignore_errors=True)
        raise
    if hasattr(os, "sync"):  # once for all files, before they get their names
        os.sync()
    stored.unpacking.rename(stored.unpacked)


def _check_content(stored: Stored) -> None:
    absent = [name for name in stored.file.gives if not (stored.unpacking / name).exists()]
    if absent:
        raise ArchiveError(stored.path, f"does not hold {absent[0]}", "it is another archive of the same name")

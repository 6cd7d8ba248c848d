"""Bringing a file here from one address, in as many requests as it takes."""

from __future__ import annotations

import errno
import time
from dataclasses import dataclass
from typing import BinaryIO

from scanpath.data.fetching.asking import TIMEOUT, AddressError, Answer, StartAgainError, ask, told
from scanpath.data.fetching.partial import PartialFile
from scanpath.errors import DataError
from scanpath.progress import Bytes, Say, silent

_BLOCK = 1 << 20
#: As many bytes between two failures count as going on; fewer as standing still.
_STEP = 1 << 20


@dataclass(frozen=True)
class Patience:
    """How long an address is asked."""

    timeout: float = TIMEOUT
    """Seconds without a byte."""
    attempts: int = 5
    """Requests in a row that bring nothing."""
    pause: float = 1.0
    """Seconds after the first of them; twice as long after each further one."""
    longest: float = 60.0
    """Seconds between two requests, whatever a server asks for."""


def transfer(
    address: str,
    part: PartialFile,
    *,
    size: int | None = None,
    patience: Patience = Patience(),
    progress: Bytes = silent,
    say: Say = silent,
) -> None:
    """Bring the rest of a file here, behind what has come before.

    Args:
        address: where it is.
        part: what has come, of this address or of another one.
        size: bytes that it must have; None if that is not known.
        patience: how long to try.
        progress: is told how far it is.
        say: is told what a user should know, such as that a download begins again.

    Raises:
        AddressError: the address does not give the file; what has come stays.
        DataError: the disk does not take it.
    """
    failures, furthest = 0, part.size
    while not (part.whole and size in (None, part.size)):
        try:
            _receive(address, part, size=size, timeout=patience.timeout, progress=progress)
        except AddressError as error:
            if isinstance(error, StartAgainError):
                say(f"{error}: it begins again.")
                part.discard()
            failures = 1 if part.size >= furthest + _STEP else failures + 1
            furthest = max(furthest, part.size)
            if not error.again or failures >= patience.attempts:
                raise
            time.sleep(min(max(error.wait, patience.pause * 2 ** (failures - 1)), patience.longest))
        else:
            return


def _receive(address: str, part: PartialFile, *, size: int | None, timeout: float, progress: Bytes) -> None:
    known = part.version()
    if part.size and (known is None or (size is not None and part.size > size)):
        part.discard()
    start = part.size
    with ask(address, start=start, known=known, timeout=timeout) as answer:
        total = answer.version.total
        if size is not None and total is not None and total != size:
            raise AddressError(f"{address} has {total:,} bytes where {size:,} were expected: another file", again=False)
        with part.growing(answer.version, start=answer.start) as stream:
            done = _copy(address, answer, stream, most=size, timeout=timeout, progress=progress)
    expected = total if total is not None else size
    if expected is not None and done < expected:
        raise AddressError(f"{address} broke off after {done:,} of {expected:,} bytes", again=True)


def _copy(address: str, answer: Answer, stream: BinaryIO, *, most: int | None, timeout: float, progress: Bytes) -> int:
    """Write the body behind what is there; return the bytes that are there then."""
    done, total = answer.start, answer.version.total
    while True:
        with told(address, timeout):
            block = answer.body.read1(_BLOCK)
        if not block:
            return done
        done += len(block)
        if most is not None and done > most:
            raise AddressError(f"{address} sends more than the {most:,} bytes of the file", again=False)
        _write(stream, block)
        progress(done, total or most)


def _write(stream: BinaryIO, block: bytes) -> None:
    """Write all of it: a stream without a buffer may take a part at a time."""
    left = memoryview(block)
    while left:
        try:
            left = left[stream.write(left) :]
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
                raise
            raise DataError(
                f"{stream.name} cannot grow any more ({error.strerror}): free some space and run the same command, "
                "which goes on from there."
            ) from None

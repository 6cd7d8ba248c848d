"""One fetch into a folder at a time; the second is told so at once, since the first may take hours."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from scanpath.errors import BusyError


@contextlib.contextmanager
def claimed(lock: Path, what: str) -> Iterator[None]:
    """Hold ``lock``, which the system gives back however the process ends; where it has no such locks, go on without.

    Raises:
        BusyError: another process holds it.
    """
    try:
        import fcntl
    except ImportError:
        yield
        return
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("a") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BusyError(f"{what} is being fetched by another process: wait for it, or end it.") from None
        yield

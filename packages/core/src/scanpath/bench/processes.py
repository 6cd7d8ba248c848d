"""What a process and those that it started hold in memory of their own, watched from outside while it runs.

Pages of files that are only read, features and tables above all, belong to the page cache and are not counted: the
system takes them back when it needs them. What processes share after a fork counts once. It needs Linux's ``/proc``.
"""

from __future__ import annotations

import contextlib
import subprocess
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from scanpath.errors import ScanpathError

_EVERY = 0.2  # seconds


class Watched(NamedTuple):
    """What a finished command held at most."""

    output: str
    resident: int | None
    """Bytes of the process and those it started, besides the page cache; None where the system does not tell."""
    workers: tuple[int, ...]
    """Bytes that each process it started had for itself alone (its USS, without mapped files), largest first."""


def watch(command: Sequence[str]) -> Watched:
    """Run a command to its end and look at its memory all the while.

    Raises:
        ScanpathError: it failed; the sentence ends with the last line that it wrote.
    """
    with subprocess.Popen(  # noqa: S603 - the command is ours
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as running:
        looking = _Looking(running.pid)
        looking.start()
        try:
            output, _ = running.communicate()
        except BaseException:
            running.kill()
            raise
        finally:
            looking.end()
    if running.returncode:
        last = (output.strip().splitlines() or [""])[-1]
        raise ScanpathError(f"{' '.join(command)} ended with {running.returncode}: {last}")
    return Watched(output, looking.most or None, tuple(sorted(looking.own.values(), reverse=True)))


class _Looking(threading.Thread):
    """Looks at a process and its children until it is told to end."""

    def __init__(self, process: int) -> None:
        super().__init__(daemon=True)
        self.most = 0
        """The largest sum over all of them."""
        self.own: dict[int, int] = {}
        """The most that each child had alone."""
        self._first = process
        self._ended = threading.Event()

    def run(self) -> None:
        """Look again and again."""
        while not self._ended.wait(_EVERY):
            total = 0
            for process in _family(self._first):
                with contextlib.suppress(OSError, KeyError, ValueError):  # it has just ended, or is no Linux process
                    shared, own = _held(process)
                    total += shared
                    if process != self._first:
                        self.own[process] = max(self.own.get(process, 0), own)
            self.most = max(self.most, total)

    def end(self) -> None:
        """Look no more."""
        self._ended.set()
        self.join()


def _family(first: int) -> list[int]:
    """Return a process and all that it and its children started."""
    parents: dict[int, int] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, IndexError, ValueError):
            # The name in parentheses may hold anything; the state and the parent stand behind the last of them.
            parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
    found = [first]
    for process in found:
        found += [child for child, parent in parents.items() if parent == process]
    return found


def _held(process: int) -> tuple[int, int]:
    """Return a process's bytes besides the page cache: its part of what it shares, and what is its own alone."""
    lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()[1:]
    kibibytes = {name: int(value.split()[0]) for name, value in (line.split(":", 1) for line in lines)}
    return 1024 * (kibibytes["Pss_Anon"] + kibibytes["Pss_Shmem"]), 1024 * kibibytes["Private_Dirty"]

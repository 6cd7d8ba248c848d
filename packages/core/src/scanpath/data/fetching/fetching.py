"""``scanpath data fetch``: what is here of a data set, what is to come, whether the disk takes it, and the fetch."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from scanpath.data.fetching.asking import AddressError, ask
from scanpath.data.fetching.claim import claimed
from scanpath.data.fetching.obtaining import Ways, obtain
from scanpath.data.fetching.sources import FileSource, Source, find_source
from scanpath.data.fetching.store import HIDDEN, State, Stored
from scanpath.errors import DataError
from scanpath.files import data_home

_RESERVE = 64 * 2**20
"""Bytes that stay free."""


@dataclass(frozen=True)
class Step:
    """A file, and how far it is."""

    file: FileSource
    state: State
    have: int
    """Bytes that have come of it."""
    told: int = 0
    """Bytes of the file as its address tells; 0 if it was not asked."""

    @property
    def size(self) -> int:
        """Bytes of the file as far as anybody knows; 0 if nobody does."""
        return self.file.size or self.file.roughly or self.told

    @property
    def to_come(self) -> int:
        """Bytes to fetch, as far as anybody knows."""
        return max(self.size - self.have, 0) if self.state == "missing" else 0


@dataclass(frozen=True)
class Plan:
    """What a fetch would do."""

    name: str
    source: Source
    folder: Path
    steps: Sequence[Step]
    keep: bool = False
    """Whether archives stay when they have been unpacked."""

    @property
    def open(self) -> list[Step]:
        """The files that something is to be done for."""
        return [step for step in self.steps if step.state in ("missing", "waiting")]

    @property
    def to_come(self) -> int:
        """Bytes to fetch, as far as anybody knows."""
        return sum(step.to_come for step in self.steps)

    @property
    def unknown(self) -> list[str]:
        """The files to fetch of which nobody tells the size."""
        return [step.file.name for step in self.steps if step.state == "missing" and not step.size]

    @property
    def room(self) -> int:
        """Bytes of disk that are needed at the worst moment: an archive lies beside its content until that is whole."""
        held = most = 0
        for step in self.open:
            content = (step.file.unpacked or 2 * step.size) if step.file.gives else 0
            held += step.to_come
            most = max(most, held + content)
            held += content - (step.size if step.file.gives and not self.keep and step.state == "missing" else 0)
        return max(most, held, 0)

    @property
    def free(self) -> int:
        """Bytes that are free where it goes."""
        place = self.folder
        while not place.exists():
            place = place.parent
        return shutil.disk_usage(place).free


def plan(
    name: str,
    root: Path | str | None = None,
    *,
    only: Iterable[str] = (),
    sources: Path | None = None,
    keep: bool = False,
) -> Plan:
    """Look at what is here of a data set.

    Args:
        name: one of :func:`scanpath.data.fetching.sources.read_sources`.
        root: the folder that holds the data sets; ``$SCANPATH_DATA`` or the user's cache by default.
        only: names of files; all but the optional ones by default.
        sources: another table of addresses.
        keep: whether archives are to stay when they have been unpacked.

    Raises:
        UnknownNameError: there is no such data set or file.
        ConfigError: the table is not in order.
    """
    source = find_source(name, sources)
    folder = Path(root or data_home()) / source.folder
    steps = [_step(Stored(folder, file)) for file in source.chosen(only)]
    return Plan(name, source, folder, steps, keep)


def _step(stored: Stored) -> Step:
    return Step(stored.file, stored.state(), stored.part.size)


def ask_sizes(planned: Plan, *, timeout: float = 5.0) -> Plan:
    """Ask the addresses for the sizes that nobody tells; one that does not answer leaves its file's unknown."""
    unknown = planned.unknown
    steps = [replace(step, told=_told(step, timeout) if step.file.name in unknown else 0) for step in planned.steps]
    return replace(planned, steps=steps)


def _told(step: Step, timeout: float) -> int:
    for address in step.file.addresses:
        with contextlib.suppress(AddressError), ask(address, timeout=timeout) as answer:
            return answer.version.total or 0
    return 0


def check_room(planned: Plan) -> None:
    """Raise a :class:`DataError` if the disk cannot hold what a plan needs."""
    needed, free = planned.room + _RESERVE, planned.free
    if planned.open and needed > free:
        raise DataError(
            f"{planned.name} needs {needed / 1e9:,.1f} GB of disk while it is fetched and {planned.folder} has "
            f"{free / 1e9:,.1f} GB free: free some, give --root another disk, or fetch less with --only."
        )


def fetch(planned: Plan, ways: Ways) -> None:
    """Fetch, check and unpack what a plan lacks, one file after the other.

    A kill at any moment leaves whole files under their names and parts in ``.fetch``; the next call goes on with them.

    Raises:
        BusyError: another process fetches into the same folder.
        DataError: the disk is too small, no address gives a file, or one is not what it should be.
    """
    check_room(planned)
    with claimed(planned.folder / HIDDEN / "lock", f"{planned.name} in {planned.folder}"):
        for step in planned.open:
            stored = Stored(planned.folder, step.file)
            if stored.state() in ("missing", "waiting"):  # unless another process did it in the meantime
                obtain(stored, ways)

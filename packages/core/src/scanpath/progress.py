"""How far something is: what is told of it, and bars with the time left, on a terminal; nothing elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from rich.progress import Progress

Item = TypeVar("Item")

Say = Callable[[str], None]
"""Is told what takes time, or what should be known, in a sentence."""
Done = Callable[[int, int, str], None]
"""Is told how many of how many are done, and which was the last."""
Bytes = Callable[[int, int | None], None]
"""Is told how many bytes are done, and of how many where that is known."""


def silent(*_told: object) -> None:
    """Tell nobody, whatever there is to tell."""


def bars(*, note: bool = False, sizes: bool = False, shown: bool | None = None) -> Progress:
    """Make an empty display of bars, which vanishes when it ends: what, how much of it, time gone and time left.

    Args:
        note: whether each task has a field ``note`` behind its times.
        sizes: whether bytes are counted, and shown as such with their speed.
        shown: by default, whether the standard error is a terminal.
    """
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )

    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        *([DownloadColumn(), TransferSpeedColumn()] if sizes else [MofNCompleteColumn()]),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        *([TextColumn("{task.fields[note]}")] if note else []),
        console=Console(stderr=True),
        disable=not (sys.stderr.isatty() if shown is None else shown),
        transient=True,
        refresh_per_second=5,
    )


def track(items: Iterable[Item], description: str, *, total: int | None = None) -> Iterator[Item]:
    """Show a bar while ``items`` are consumed; ``total`` where they do not know their number."""
    if total is None and isinstance(items, Sequence):
        total = len(items)
    with bars() as display:
        yield from display.track(items, total=total, description=description)

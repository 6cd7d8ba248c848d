"""What a recurrent unit costs beside its bare LSTM, where the time of a DRAU step goes, and two units at once on a GPU.

::

    scanpath bench cost --method drau --regions 14x14x512 --json cost.json

Every pass is forward and backward, at the paper's sizes; on two cores it takes many minutes, so give a few --repeats.
"""

from __future__ import annotations

from collections.abc import Iterator

from scanpath.bench.method import Group
from scanpath_drau.bench.overlapping import overlapping
from scanpath_drau.bench.recurrence import recurrence
from scanpath_drau.bench.step import step


def units(*, device: str, batch: int, repeats: int) -> Iterator[Group]:
    """Measure a unit and a step, group by group; arguments as of :class:`scanpath.bench.method.Bench`."""
    for width in (512, 2048):
        yield recurrence(width, device=device, batch=batch, repeats=repeats)
    yield step(device=device, batch=batch, repeats=repeats)
    if device == "cuda":
        yield overlapping(device=device, batch=batch, repeats=repeats)

"""What skipping saves: aggregators and whole mechanisms on what was kept, beside all cells and beside the plain form.

::

    scanpath bench cost --method han --regions 8x8x24 --json cost.json

Every pass is forward and backward. An aggregator is measured alone, from the kept cells to its context; the lines of
whole mechanisms begin at the regions.
"""

from __future__ import annotations

from collections.abc import Iterator

from scanpath.bench.method import Group
from scanpath_han.bench.drawing import Sizes
from scanpath_han.bench.pairs import pairwise_operator, related
from scanpath_han.bench.sweep import adaptive_selections
from scanpath_han.bench.whole import whole_mechanisms


def skipping(*, device: str, batch: int, repeats: int) -> Iterator[Group]:
    """Measure what hard attention saves, group by group; arguments as of :class:`scanpath.bench.method.Bench`."""
    sizes = Sizes(device=device, batch=batch, repeats=repeats)
    yield related(sizes)
    yield from pairwise_operator(sizes)
    for aggregator in ("relation", "pairwise", "sum"):
        yield whole_mechanisms(sizes, aggregator)
    yield from adaptive_selections(sizes)

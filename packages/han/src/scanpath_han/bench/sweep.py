"""Adaptive selections from all cells down to a tenth: whether the time follows the work."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from scanpath.bench.cost import Cost
from scanpath.bench.method import Asked, Group, Measured, less
from scanpath.bench.promises import Calls, costs_of
from scanpath_han.aggregators import create_aggregator
from scanpath_han.bench.drawing import Sizes, adaptive

FRACTIONS = (1.0, 0.75, 0.5, 0.25, 0.1)
NEAR = 0.2
"""How far the time may be from the work that it is said to follow."""
TIMES_THE_BATCH: Mapping[str, tuple[int, ...]] = {"sum": (1,), "pairwise": (1, 4), "relation": (1,)}
"""Of few samples, reading the pairwise operator's weights would be much of its time at a tenth. A sum at a tenth is
mostly calls to torch, at any size whose tensors do not come as fresh pages from the system."""


def adaptive_selections(sizes: Sizes) -> Iterator[Group]:
    """Measure each aggregator on adaptive selections, each beside all cells."""
    for name, batches in TIMES_THE_BATCH.items():
        for times in batches:
            yield swept(name, replace(sizes, batch=times * sizes.batch))


def swept(name: str, sizes: Sizes) -> Group:
    """Measure one aggregator at every part of the cells."""
    width = sizes.width(name)
    aggregator = create_aggregator(name, input_dim=width, query_dim=sizes.query_dim)
    query = sizes.draw(sizes.batch, sizes.query_dim)
    selections = {str(fraction): adaptive(sizes, width, fraction) for fraction in FRACTIONS}
    calls: Calls = {key: (aggregator, (selection, query)) for key, selection in selections.items()}
    costs = costs_of(calls, repeats=sizes.repeats, device=sizes.device)
    full = costs[str(FRACTIONS[0])]
    kept = {key: len(selection.cells) / (sizes.batch * sizes.cells) for key, selection in selections.items()}
    lines = tuple(beside(kept[key], cost, full) for key, cost in costs.items())
    return Group(
        title=f"{name} of adaptive selections, {sizes.cells} cells of {width}, batch {sizes.batch}", lines=lines
    )


def beside(kept: float, cost: Cost, full: Cost) -> Measured:
    """Put what an aggregator costs at a part of the cells beside what it costs on all of them.

    The work is FLOPs, or cells where nothing is multiplied.
    """
    work = cost.flops / full.flops if full.flops else kept
    time = less(full, cost).time[1]  # the median over rounds in which both were measured
    name = f"{kept:.1%} of the cells, {work:.1%} of the work"
    if cost is full:
        return Measured(name=name, cost=cost)
    asked = Asked(
        what=f"time by work within {1 - NEAR:g} to {1 + NEAR:g}", found=time / work, met=abs(time / work - 1) <= NEAR
    )
    return Measured(name=name, cost=cost, asked=(asked,))

"""Whole mechanisms, from the regions on: their embedding sees all cells, whatever is kept behind it."""

from __future__ import annotations

import torch

from scanpath.bench.method import Group
from scanpath.bench.promises import Calls, measured
from scanpath_han.adaptive_hard import AdaptiveHardAttention
from scanpath_han.bench.drawing import Sizes
from scanpath_han.bench.pairs import plainly
from scanpath_han.hard import HardAttention


def whole_mechanisms(sizes: Sizes, aggregator: str) -> Group:
    """Measure mechanisms with one aggregator: of all cells, of a quarter, adaptive, and their embedding alone."""
    width = sizes.width(aggregator)
    given = sizes.draw(sizes.batch, *sizes.grid, width), sizes.draw(sizes.batch, sizes.query_dim)
    whole = HardAttention(region_dim=width, query_dim=sizes.query_dim, fraction=1.0, aggregator=aggregator)
    adaptive = AdaptiveHardAttention(region_dim=width, query_dim=sizes.query_dim, aggregator=aggregator)
    adaptive.to(sizes.device)
    with torch.no_grad():
        kept = len(adaptive.select(*given).cells) / (sizes.batch * sizes.cells)
    calls: Calls = {
        "all cells": (whole, given),
        "HAN, 25 % of the cells": (
            HardAttention(region_dim=width, query_dim=sizes.query_dim, fraction=0.25, aggregator=aggregator),
            given,
        ),
        f"AdaHAN, untrained, keeps {kept:.0%}": (adaptive, given),
        "the embedding alone, all cells": (whole.embed, given),
    }
    if aggregator == "relation":
        plain = HardAttention(region_dim=width, query_dim=sizes.query_dim, fraction=1.0, aggregator=plainly(sizes))
        calls = {"all cells, plain network": (plain, given), **calls}
    title = f"whole mechanisms with {aggregator}, from {sizes.cells} regions of {width}, batch {sizes.batch}"
    return measured(title, calls, repeats=sizes.repeats, device=sizes.device)

"""Aggregators of pairs, alone: the relation network beside its plain form, the pairwise operator and its bare pairs."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import torch
from torch import Tensor, nn

from scanpath.bench.method import Group
from scanpath.bench.promises import Calls, Promises, Quantity, measured
from scanpath_han.aggregators import PairwiseOperator, RelationNetwork
from scanpath_han.bench.drawing import Sizes, fixed
from scanpath_han.ops import pairwise
from scanpath_han.reference import PlainRelationNetwork
from scanpath_han.selection import Aggregator, Selection


class Plain(nn.Module):
    """The plain network with the other one's f behind it, on all cells and their coordinates."""

    differentiates_gates = False

    def __init__(self, network: RelationNetwork, sizes: Sizes) -> None:
        super().__init__()
        self.related = PlainRelationNetwork(object_dim=sizes.relation_dim + 2, query_dim=sizes.query_dim)
        self.f = network.f
        self.context_dim = network.context_dim

    def forward(self, selection: Selection, query: Tensor | None = None) -> Tensor:
        """Relate the cells of a selection that keeps all: (B, C)."""
        assert query is not None  # noqa: S101 - the bench always asks; this tells the type checker
        objects = torch.cat([selection.cells, selection.coordinates()], 1)  # (B * K, o)
        context: Tensor = self.f(self.related(objects.view(len(query), -1, objects.shape[1]), query))
        return context


def plainly(sizes: Sizes) -> Callable[..., Aggregator]:
    """Make a factory, as mechanisms take one, of the plain network."""

    def build(*, input_dim: int, query_dim: int | None) -> Plain:
        return Plain(RelationNetwork(input_dim=input_dim, query_dim=query_dim), sizes)

    return build


def related(sizes: Sizes) -> Group:
    """Measure the relation network: plain on all cells, ours on all and on a quarter, each recomputed too.

    That of a quarter takes a fifteenth of the time is asked of a CPU.
    """
    ours = RelationNetwork(input_dim=sizes.relation_dim, query_dim=sizes.query_dim)
    recomputed = RelationNetwork(input_dim=sizes.relation_dim, query_dim=sizes.query_dim, recompute=True)
    query = sizes.draw(sizes.batch, sizes.query_dim)
    everything, quarter = (fixed(sizes, sizes.relation_dim, fraction) for fraction in (1.0, 0.25))
    calls: Calls = {
        "plain, all pairs built": (Plain(ours, sizes), (everything, query)),
        "ours, all cells": (ours, (everything, query)),
        "ours, all cells, recomputed": (recomputed, (everything, query)),
        "HAN, 25 % of the cells": (ours, (quarter, query)),
        "HAN, 25 %, recomputed": (recomputed, (quarter, query)),
    }
    of_a_quarter: dict[Quantity, float] = {"flops": 16, "peak_bytes": 12}
    if sizes.device == "cpu":
        of_a_quarter["time"] = 15
    promises: Promises = {
        "ours, all cells": {"time": 1},
        "ours, all cells, recomputed": {"peak_bytes": 2},
        "HAN, 25 % of the cells": of_a_quarter,
    }
    title = f"relation network, {sizes.cells} cells of {sizes.relation_dim}, batch {sizes.batch}"
    return measured(title, calls, repeats=sizes.repeats, device=sizes.device, promises=promises)


def pairwise_operator(sizes: Sizes) -> Iterator[Group]:
    """Measure the pairwise operator at parts of the cells, then what of it are pairs, without the projections.

    Of the pairs alone it is asked that they fall with the square of what is kept.
    """
    operator = PairwiseOperator(input_dim=sizes.wide_dim)
    whole: Calls = {}
    pairs: Calls = {}
    promises: dict[str, dict[Quantity, float]] = {}
    for fraction in (1.0, 0.5, 0.25):
        name = f"{fraction:.0%} of the cells"
        selection = fixed(sizes, sizes.wide_dim, fraction)
        side = (sizes.batch, selection.counts[0], operator.heads, operator.context_dim // operator.heads)
        whole[name] = (operator, (selection,))
        pairs[name] = (pairwise, tuple(sizes.draw(*side) for _ in range(3)))
        if fraction < 1:
            promises[name] = {"flops": fraction**-2, "time": fraction**-2}
    where = f"{sizes.cells} cells, batch {sizes.batch}"
    yield measured(
        f"pairwise operator with its projections of {sizes.wide_dim}, {where}",
        whole,
        repeats=sizes.repeats,
        device=sizes.device,
    )
    yield measured(
        f"pairwise operator, its pairs alone, {where}",
        pairs,
        repeats=sizes.repeats,
        device=sizes.device,
        promises=promises,
    )

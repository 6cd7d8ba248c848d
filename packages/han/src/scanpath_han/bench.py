"""What skipping saves: aggregators on what was kept, beside a relation network that builds all pairs.

::

    python -m scanpath_han.bench --json results/han/bench_cost.cpu.json

One run, one batch, and every pass is forward and backward. An aggregator is measured alone, from the kept cells to its
context; the lines of whole mechanisms begin at the regions.
"""

from __future__ import annotations

import functools
import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Annotated, Any

import torch
import typer
from torch import Tensor, nn

from scanpath.bench.cost import Cost, Pass, measure_costs
from scanpath.environment import hardware
from scanpath.files import write_json
from scanpath_han import AdaptiveHardAttention, HardAttention, PairwiseOperator, RelationNetwork, SumPooling
from scanpath_han.ops import cells_above, pairwise, top_cells
from scanpath_han.reference import PlainRelationNetwork
from scanpath_han.selection import Aggregator, Selection, pack, pick

FRACTIONS = (1.0, 0.75, 0.5, 0.25, 0.1)
NEAR = 0.2
"""How far the time may be from the work that it is said to follow."""
TIMES_THE_BATCH = {"sum": (1,), "pairwise": (1, 4), "relation": (1,)}
"""In the sweep: of few samples, reading the pairwise operator's weights would be much of its time at a tenth. A sum at
a tenth is mostly calls to torch, at any size whose tensors do not come as fresh pages from the system."""


@dataclass(frozen=True, kw_only=True)
class Sizes:
    """What is measured, by default on the sizes of the relation network's CLEVR model."""

    batch: int = 32
    grid: tuple[int, int] = (8, 8)
    relation_dim: int = 24
    """Width of the cells that the relation network reads."""
    wide_dim: int = 2048
    """Width of the cells that the sum and the pairwise operator read."""
    query_dim: int = 128
    repeats: int = 9
    device: str = "cpu"

    @property
    def cells(self) -> int:
        """Cells of a picture."""
        return self.grid[0] * self.grid[1]

    @functools.cached_property
    def source(self) -> torch.Generator:
        """What all draws come from, one after another, so that no two tensors are alike."""
        return torch.Generator().manual_seed(0)

    def draw(self, *shape: int) -> Tensor:
        """Draw what a learnt layer in front would give."""
        return torch.randn(shape, generator=self.source).to(self.device).requires_grad_()

    @functools.cached_property
    def presence(self) -> Tensor:
        """Draw p once, (B, H, W), so that what a smaller part keeps a larger one keeps too."""
        return self.draw(self.batch, *self.grid).detach()


class _Plain(nn.Module):
    """The plain network with the other one's f behind it, on all cells and their coordinates."""

    def __init__(self, network: RelationNetwork, sizes: Sizes) -> None:
        super().__init__()
        self.related = PlainRelationNetwork(object_dim=sizes.relation_dim + 2, query_dim=sizes.query_dim)
        self.f = network.f
        self.context_dim = network.context_dim
        self.differentiates_gates = False

    def forward(self, selection: Selection, query: Tensor | None = None) -> Tensor:
        assert query is not None  # noqa: S101 - the benchmark always asks; this tells the type checker
        objects = torch.cat([selection.cells, selection.coordinates()], 1)  # (B * K, o)
        context: Tensor = self.f(self.related(objects.view(len(query), -1, objects.shape[1]), query))
        return context


def _plain(network: RelationNetwork, sizes: Sizes) -> Callable[..., Aggregator]:
    """Make a factory, as mechanisms take one, of the plain network."""

    def build(*, input_dim: int, query_dim: int | None) -> _Plain:  # noqa: ARG001 - the widths are those of the sizes
        return _Plain(network, sizes)

    return build


def fixed(sizes: Sizes, width: int, fraction: float) -> Selection:
    """Keep a fixed part of each sample's cells, as a leaf that takes gradients."""
    presence = sizes.presence
    positions, _ = top_cells(presence, round(fraction * sizes.cells))
    return _leaf(pick(sizes.draw(sizes.batch, sizes.cells, width), positions, None, presence))


def adaptive(sizes: Sizes, width: int, fraction: float) -> Selection:
    """Keep the cells above that threshold which keeps such a part of all, a different number in every sample."""
    presence = sizes.presence
    shares = presence.flatten(1).softmax(1) * sizes.cells
    threshold = torch.quantile(shares, 1 - fraction).item() if fraction < 1 else 0.0
    kept = cells_above(presence, threshold=threshold)
    return _leaf(pack(sizes.draw(sizes.batch, sizes.cells, width), kept, presence))


def _leaf(selection: Selection) -> Selection:
    return selection._replace(cells=selection.cells.detach().clone().requires_grad_())


def relation_costs(sizes: Sizes) -> dict[str, Cost]:
    """Measure the relation network: plain on all cells, ours on all, ours on a quarter, and whole mechanisms."""
    build = functools.partial(RelationNetwork, input_dim=sizes.relation_dim, query_dim=sizes.query_dim)
    ours, recomputed = build(), build(recompute=True)
    query = sizes.draw(sizes.batch, sizes.query_dim)
    everything, quarter = (fixed(sizes, sizes.relation_dim, fraction) for fraction in (1.0, 0.25))
    regions = sizes.draw(sizes.batch, *sizes.grid, sizes.relation_dim)
    mechanism = functools.partial(
        HardAttention, region_dim=sizes.relation_dim, query_dim=sizes.query_dim, aggregator="relation"
    )
    calls: dict[str, tuple[nn.Module, tuple[Any, ...]]] = {
        "plain, all pairs built": (_Plain(ours, sizes), (everything, query)),
        "ours, all cells": (ours, (everything, query)),
        "ours, all cells, recomputed": (recomputed, (everything, query)),
        "HAN, 25 % of the cells": (ours, (quarter, query)),
        "HAN, 25 %, recomputed": (recomputed, (quarter, query)),
        "whole, plain behind it": (mechanism(fraction=1.0, aggregator=_plain(ours, sizes)), (regions, query)),
        "whole mechanism, all cells": (mechanism(fraction=1.0), (regions, query)),
        "whole mechanism, 25 %": (mechanism(fraction=0.25), (regions, query)),
        "whole mechanism, adaptive": (
            AdaptiveHardAttention(region_dim=sizes.relation_dim, query_dim=sizes.query_dim, aggregator="relation"),
            (regions, query),
        ),
    }
    for module, _ in calls.values():
        module.to(sizes.device)
    return measured(calls, sizes.repeats)


def measured(calls: Mapping[str, tuple[Callable[..., Any], tuple[Any, ...]]], repeats: int) -> dict[str, Cost]:
    """Measure calls together, each round beginning with another one: none runs behind the same neighbour always."""
    costs = measure_costs(calls, repeats=1, warmup=2)
    passes = {name: Pass(call, inputs, backward=True) for name, (call, inputs) in calls.items()}
    names = list(calls)
    times: dict[str, list[float]] = {name: [] for name in names}
    for number in range(repeats):
        first = number % len(names)
        for name in names[first:] + names[:first]:
            times[name].append(passes[name].milliseconds())
    return {name: _timed(cost, times[name]) for name, cost in costs.items()}


def _timed(cost: Cost, times: list[float]) -> Cost:
    first, median, last = quartiles(times)
    return replace(cost, milliseconds=median, spread=(first, last), times=tuple(times))


def quartiles(values: Sequence[float]) -> tuple[float, float, float]:
    """Give the first quartile, the median and the last quartile."""
    if len(values) < 2:
        return values[0], values[0], values[0]
    first, median, last = statistics.quantiles(values, n=4, method="inclusive")
    return first, median, last


def ratios(one: Cost, other: Cost) -> tuple[float, float, float]:
    """Divide times round by round, a round being as slow for both: quartiles of the ratio, the median between them."""
    return quartiles([mine / yours for mine, yours in zip(one.times, other.times, strict=True)])


def pairwise_costs(sizes: Sizes) -> tuple[dict[str, Cost], dict[str, Cost]]:
    """Measure the pairwise operator at parts of the cells, then what of it are pairs, without the projections."""
    operator = PairwiseOperator(input_dim=sizes.wide_dim).to(sizes.device)
    whole: dict[str, tuple[Callable[..., Any], tuple[Any, ...]]] = {}
    pairs: dict[str, tuple[Callable[..., Any], tuple[Any, ...]]] = {}
    for fraction in (1.0, 0.5, 0.25):
        selection = fixed(sizes, sizes.wide_dim, fraction)
        side = (sizes.batch, selection.counts[0], operator.heads, operator.context_dim // operator.heads)
        whole[f"operator, {fraction:.0%} of the cells"] = (operator, (selection,))
        pairs[f"its pairs, {fraction:.0%} of the cells"] = (pairwise, tuple(sizes.draw(*side) for _ in range(3)))
    return measured(whole, sizes.repeats), measured(pairs, sizes.repeats)


@dataclass(frozen=True, kw_only=True)
class Kept:
    """What an aggregator costs at one part of the cells, beside what it costs on all of them."""

    aggregator: str
    batch: int
    kept: float
    """The part of the cells that is kept."""
    work: float
    """Of the work on all cells: FLOPs, or cells where nothing is multiplied."""
    time: float
    """Of the milliseconds on all cells, the median over rounds in which both were measured."""
    spread: tuple[float, float]
    """First and last quartile of that."""
    milliseconds: float

    @property
    def off(self) -> float:
        """How far the time is from the work, 0 being not at all."""
        return self.time / self.work - 1

    @property
    def verdict(self) -> str:
        """Say whether the time is near the work."""
        return "follows its work" if abs(self.off) <= NEAR else f"not within {NEAR:.0%}"


def adaptive_costs(sizes: Sizes) -> Iterator[Kept]:
    """Measure each aggregator on adaptive selections, from all cells down to a tenth of them."""
    relation = RelationNetwork(input_dim=sizes.relation_dim, query_dim=sizes.query_dim)
    aggregators = {
        "sum": (SumPooling(input_dim=sizes.wide_dim), sizes.wide_dim),
        "pairwise": (PairwiseOperator(input_dim=sizes.wide_dim), sizes.wide_dim),
        "relation": (relation, sizes.relation_dim),
    }
    for name, (aggregator, width) in aggregators.items():
        aggregator.to(sizes.device)
        for times in TIMES_THE_BATCH[name]:
            many = replace(sizes, batch=times * sizes.batch)
            query = many.draw(many.batch, many.query_dim)
            selections = {str(fraction): adaptive(many, width, fraction) for fraction in FRACTIONS}
            calls = {key: (aggregator, (selection, query)) for key, selection in selections.items()}
            costs, full = measured(calls, sizes.repeats), str(FRACTIONS[0])
            for key, selection in selections.items():
                kept = len(selection.cells) / (many.batch * many.cells)
                yield beside(name, many.batch, kept, costs[key], costs[full])


def beside(name: str, batch: int, kept: float, cost: Cost, full: Cost) -> Kept:
    """Put what an aggregator costs at a part of the cells beside what it costs on all of them."""
    first, median, last = ratios(cost, full)
    return Kept(
        aggregator=name,
        batch=batch,
        kept=kept,
        work=cost.flops / full.flops if full.flops else kept,
        time=median,
        spread=(first, last),
        milliseconds=cost.milliseconds,
    )


def lines(costs: Mapping[str, Cost]) -> Iterator[str]:
    """Word costs, each beside the first."""
    first = next(iter(costs.values()))
    for name, cost in costs.items():
        peak = f"{cost.peak_bytes / 2**20:8.1f} MiB ({first.peak_bytes / cost.peak_bytes:5.1f}x less)"
        flops = f"{cost.flops / 1e9:8.2f} GFLOP ({first.flops / cost.flops:5.1f}x fewer)"
        low, median, high = ratios(first, cost)
        time = f"{cost.milliseconds:8.1f} ms ({median:5.1f}x faster, {low:.1f} to {high:.1f})"
        yield f"{name:28} {time} {flops} {peak}"


def main(
    batch: Annotated[int, typer.Option(min=1, help="Samples in a batch.")] = 32,
    repeats: Annotated[int, typer.Option(min=1, help="Timed passes of each.")] = 9,
    device: Annotated[str, typer.Option(help="cpu or cuda.")] = "cpu",
    json_out: Annotated[
        Path | None, typer.Option("--json", help="Write the figures as JSON here.", show_default=False)
    ] = None,
) -> None:
    """Measure what hard attention saves its aggregators, forward and backward."""
    sizes = Sizes(batch=batch, repeats=repeats, device=device)
    typer.echo(f"relation network, {sizes.cells} cells of {sizes.relation_dim}, batch {batch}")
    relation = relation_costs(sizes)
    typer.echo("\n".join(lines(relation)))
    typer.echo(f"\npairwise operator, {sizes.cells} cells of {sizes.wide_dim}")
    operator, pairs = pairwise_costs(sizes)
    typer.echo("\n".join([*lines(operator), *lines(pairs)]))
    typer.echo("\nadaptive selections: time beside work, both of those on all cells")
    sweep = list(adaptive_costs(sizes))
    for one in sweep:
        typer.echo(
            f"{one.aggregator:9} batch {one.batch:3}, {one.kept:6.1%} of the cells: work {one.work:6.1%}, "
            f"time {one.time:6.1%} ({one.spread[0]:.1%} to {one.spread[1]:.1%}; {one.off:+.0%}: {one.verdict}), "
            f"{one.milliseconds:8.2f} ms"
        )
    if json_out is not None:
        figures = {
            "relation": {name: asdict(cost) for name, cost in relation.items()},
            "pairwise": {name: asdict(cost) for name, cost in (operator | pairs).items()},
            "adaptive": [{**asdict(one), "off": one.off} for one in sweep],
        }
        write_json(json_out, {"hardware": hardware(), "setting": asdict(sizes), **figures}, indent=1)


if __name__ == "__main__":
    typer.run(main)

"""Several calls measured together, and what was asked of some of them: what a method's own benches are made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

from torch import nn

from scanpath.bench.cost import Cost, measure_costs
from scanpath.bench.method import Asked, Group, Measured, less

Calls = dict[str, tuple[Callable[..., Any], tuple[Any, ...]]]
"""By the name of the line: what is called, and with what."""
Quantity = Literal["time", "flops", "peak_bytes"]
Promises = Mapping[str, Mapping[Quantity, float]]
"""By the name of the line: how many times less than the first it is to be; 0.5 allows it to be twice as much."""
LESS: Mapping[Quantity, str] = {"time": "less time", "flops": "fewer FLOPs", "peak_bytes": "less peak memory"}
OF: Mapping[Quantity, str] = {"time": "time", "flops": "FLOPs", "peak_bytes": "peak memory"}


def measured(title: str, calls: Calls, *, repeats: int, device: str = "cpu", promises: Promises | None = None) -> Group:
    """Measure calls together, and judge what was promised of them."""
    costs = costs_of(calls, repeats=repeats, device=device)
    first = next(iter(costs.values()))
    lines = (
        Measured(name=name, cost=cost, asked=judged(cost, first, (promises or {}).get(name, {})))
        for name, cost in costs.items()
    )
    return Group(title=title, lines=tuple(lines))


def costs_of(calls: Calls, *, repeats: int, device: str = "cpu") -> dict[str, Cost]:
    """Measure calls together, forward and backward, their modules where the tensors are."""
    for called, _ in calls.values():
        if isinstance(called, nn.Module):
            called.to(device)
    return measure_costs(calls, repeats=repeats, warmup=2)


def judged(cost: Cost, first: Cost, promises: Mapping[Quantity, float]) -> tuple[Asked, ...]:
    """Say of each promise whether ``cost`` is as many times less than ``first``."""
    factors = less(cost, first)
    values: Mapping[Quantity, float | None]
    values = {"time": factors.time[1], "flops": factors.flops, "peak_bytes": factors.peak_bytes}
    return tuple(
        Asked(what=_words(quantity, factor), found=values[quantity] or 0.0, met=(values[quantity] or 0.0) >= factor)
        for quantity, factor in promises.items()
    )


def _words(quantity: Quantity, factor: float) -> str:
    if factor > 1:
        return f"at least {factor:g}x {LESS[quantity]}"
    if factor == 1:
        return "not slower" if quantity == "time" else f"not more {OF[quantity]}"
    return f"at most {1 / factor:g}x the {OF[quantity]}"

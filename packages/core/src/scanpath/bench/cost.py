"""What a mechanism costs: milliseconds, FLOPs, peak memory and parameters of one forward and backward pass.

Passes of several modules are interleaved, each round beginning with another one, so that a machine that slows down does
so for all of them and none runs behind the same neighbour always; what is reported is the median after a warm-up.
FLOPs: :mod:`scanpath.bench.flops`. Peak: :mod:`scanpath.bench.memory`.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils._pytree import tree_leaves

from scanpath.bench.flops import count_flops
from scanpath.bench.memory import peak_bytes, resident_growth
from scanpath.errors import ConfigError
from scanpath.types import Attended, CoAttended, Output

Inputs = Sequence[Any] | Mapping[str, Any]
"""Positional arguments, or keyword arguments, of the measured call."""


@dataclass(frozen=True, kw_only=True)
class Cost:
    """Of one pass; see the modules named above for what counts."""

    milliseconds: float
    """Median of the warm passes."""
    spread: tuple[float, float]
    """First and last quartile of the passes, in milliseconds."""
    times: tuple[float, ...] = ()
    """Every pass; where several things were measured together, those of one number ran after each other."""
    flops: int
    peak_bytes: int
    """Beyond parameters and inputs."""
    parameters: int
    resident_bytes: int | None
    """How far the process grew in the first, cold pass: a check of the peak; None on a GPU, and where the system
    does not tell."""


def results_of(output: Any) -> list[Tensor]:
    """Return the tensors of an output that a model computes with: contexts, logits, or all that carry a gradient."""
    if isinstance(output, Attended):
        return [output.context]
    if isinstance(output, CoAttended):
        return [output.regions.context, output.tokens.context]
    if isinstance(output, Output):
        return [output.logits]
    return [leaf for leaf in tree_leaves(output) if isinstance(leaf, Tensor) and leaf.requires_grad]


class Pass:
    """One forward and, if asked, backward pass that leaves no gradient behind."""

    def __init__(self, call: Callable[..., Any], inputs: Inputs, *, backward: bool) -> None:
        self.call = call
        self.args: Sequence[Any] = () if isinstance(inputs, Mapping) else tuple(inputs)
        self.kwargs: Mapping[str, Any] = inputs if isinstance(inputs, Mapping) else {}
        self.backward = backward
        self.module = call if isinstance(call, nn.Module) else nn.Module()
        self.tensors = [leaf for leaf in tree_leaves((self.args, dict(self.kwargs))) if isinstance(leaf, Tensor)]
        places = [tensor.device for tensor in [*self.module.parameters(), *self.tensors]]
        self.device = next((place for place in places if place.type != "cpu"), torch.device("cpu"))

    def __call__(self) -> None:
        """Run once."""
        with torch.set_grad_enabled(self.backward):
            output = self.call(*self.args, **self.kwargs)
        if not self.backward:
            return
        results = [result for result in results_of(output) if result.requires_grad]
        if not results:
            raise ConfigError(
                "nothing in the output carries a gradient, so there is no backward pass to measure: pass "
                "backward=False, or inputs that require one."
            )
        torch.autograd.backward(results, [torch.ones_like(result) for result in results])
        self.clear()

    def clear(self) -> None:
        """Drop the gradients of parameters and inputs."""
        for tensor in [*self.module.parameters(), *self.tensors]:
            tensor.grad = None

    def milliseconds(self) -> float:
        """Time one pass: by events on a GPU, where the clock of the host would only see the queue."""
        if self.device.type != "cuda":
            start = time.perf_counter()
            self()
            return 1000 * (time.perf_counter() - start)
        torch.cuda.synchronize(self.device)
        first = torch.cuda.Event(enable_timing=True)  # type: ignore[no-untyped-call] # torch's own gap
        last = torch.cuda.Event(enable_timing=True)  # type: ignore[no-untyped-call] # torch's own gap
        first.record()
        self()
        last.record()
        last.synchronize()
        return float(first.elapsed_time(last))


def measure_costs(
    calls: Mapping[str, tuple[Callable[..., Any], Inputs]],
    *,
    backward: bool = True,
    repeats: int = 20,
    warmup: int = 3,
) -> dict[str, Cost]:
    """Measure several modules or callables together, their passes interleaved.

    Args:
        calls: by name, what to call and its inputs. The gradients of its parameters and inputs are dropped.
        backward: measure forward and backward (of the sum of the contexts or logits), else forward alone.
        repeats: timed passes of each.
        warmup: passes of each before the clock runs, at least 1.

    Raises:
        ConfigError: fewer than one repeat or warm-up, or nothing to go backward from.
    """
    if repeats < 1 or warmup < 1:
        raise ConfigError(f"{repeats} repeats and {warmup} warm-up passes given, expected at least 1 of each.")
    passes = {name: Pass(call, inputs, backward=backward) for name, (call, inputs) in calls.items()}
    resident = {name: resident_growth(run) if run.device.type == "cpu" else None for name, run in passes.items()}
    flops = {name: count_flops(run) for name, run in passes.items()}
    peaks = {name: peak_bytes(run) for name, run in passes.items()}
    for run in passes.values():
        for _ in range(warmup):
            run()
    names = list(passes)
    times: dict[str, list[float]] = {name: [] for name in names}
    for number in range(repeats):
        first = number % max(1, len(names))
        for name in names[first:] + names[:first]:
            times[name].append(passes[name].milliseconds())
    spreads = {name: quartiles(values) for name, values in times.items()}
    return {
        name: Cost(
            milliseconds=spreads[name][1],
            spread=spreads[name][::2],
            times=tuple(times[name]),
            flops=flops[name],
            peak_bytes=peaks[name],
            parameters=sum(parameter.numel() for parameter in run.module.parameters()),
            resident_bytes=resident[name],
        )
        for name, run in passes.items()
    }


def measure_cost(
    call: Callable[..., Any], inputs: Inputs, *, backward: bool = True, repeats: int = 20, warmup: int = 3
) -> Cost:
    """Measure one module or callable; arguments as in :func:`measure_costs`.

    Example:
        >>> import torch
        >>> measure_cost(torch.nn.Linear(3, 5), (torch.ones(2, 3),), repeats=1).flops  # y = x W, and dW
        120
    """
    return measure_costs({"it": (call, inputs)}, backward=backward, repeats=repeats, warmup=warmup)["it"]


def quartiles(values: Sequence[float]) -> tuple[float, float, float]:
    """Give the first quartile, the median and the last quartile."""
    if len(values) < 2:
        return values[0], values[0], values[0]
    first, median, last = statistics.quantiles(values, n=4, method="inclusive")
    return first, median, last

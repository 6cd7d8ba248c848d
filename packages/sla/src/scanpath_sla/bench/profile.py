"""Where the time of a training step goes, by kinds of operations, as torch's profiler tells."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import torch
from torch.profiler import ProfilerActivity

from scanpath.bench.cost import Cost
from scanpath.bench.method import Asked, Group, Measured
from scanpath.data.captions import FIRST_WORD, START
from scanpath.hosts.caption_model import CaptionModel
from scanpath.tasks.captioning.batch import CaptionBatch
from scanpath.tasks.captioning.objective import CaptionObjective
from scanpath.training import optimisation

WORDS = 11
"""Of a caption; COCO's have ten to eleven on average."""
MOST = 0.10
"""The share outside matrix products that is asked for."""
KINDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "matrix products": ("mm", "matmul", "linear", "conv", "dot", "gemm"),
        "the optimiser": ("foreach", "adagrad", "optimizer", "addcmul_", "addcdiv_"),
        "softmax and loss": ("softmax", "nll", "cross_entropy"),
        "tanh, sigmoid, ReLU": ("tanh", "sigmoid", "relu", "threshold", "clamp"),
        "copies and views": ("copy", "cat", "contiguous", "index", "select", "slice", "fill", "zero", "clone", "empty"),
    }
)
"""Parts of the names of operations, the first kind that fits taking one; what is left is the rest."""
REST = "the rest"


def profile(*, device: str, batch: int, build: Callable[[], CaptionModel], grid: int = 14, width: int = 512) -> Group:
    """Profile one training step with the trainer's Adagrad and clipped values, after one that warms up.

    Args:
        device: "cpu" or "cuda".
        batch: Captions, a picture each.
        build: Builds the model.
        grid: Height and width of the features.
        width: D.
    """
    objective = CaptionObjective(build().to(device).train(), loss="caption")
    optimiser = optimisation.build(optimisation.Adagrad(name="adagrad"), list(objective.parameters()))
    given = _batch(objective.model, batch, grid, width, device)

    def step() -> None:
        optimiser.zero_grad()
        objective(given)[0].backward()
        torch.nn.utils.clip_grad_value_(objective.parameters(), 5.0)
        optimiser.step()

    step()
    cuda = device != "cpu"
    with torch.profiler.profile(activities=[ProfilerActivity.CUDA if cuda else ProfilerActivity.CPU]) as found:
        step()
    times = dict.fromkeys([*KINDS, REST], 0.0)
    for event in found.key_averages():
        times[kind_of(event.key)] += float(event.self_device_time_total if cuda else event.self_cpu_time_total) / 1000
    parameters = sum(one.numel() for one in objective.parameters())
    title = f"where a training step goes: ReviewNet + SLA on {grid} x {grid} x {width}, batch {batch}, Adagrad"
    return Group(title=title, lines=lines_of(times, parameters))


def kind_of(operation: str) -> str:
    """Name the kind of an operation."""
    name = operation.lower()
    return next((kind for kind, parts in KINDS.items() if any(part in name for part in parts)), REST)


def lines_of(times: Mapping[str, float], parameters: int) -> tuple[Measured, ...]:
    """Give the whole and each kind a line, from milliseconds by kind; the products' line tells what is outside."""
    whole = sum(times.values())
    found = [Measured(name="the whole step", cost=_cost(whole, parameters))]
    for kind, milliseconds in times.items():
        outside = (whole - milliseconds) / whole
        asked = Asked(what=f"under {MOST:.0%} outside", found=outside, met=outside < MOST)
        found.append(
            Measured(
                name=f"{kind}, {milliseconds / whole:.1%}",
                cost=_cost(milliseconds, 0),
                asked=(asked,) if kind == next(iter(KINDS)) else (),
            )
        )
    return tuple(found)


def _cost(milliseconds: float, parameters: int) -> Cost:
    return Cost(
        milliseconds=milliseconds, spread=(milliseconds, milliseconds), times=(max(milliseconds, 1e-9),), flops=0,
        peak_bytes=0, parameters=parameters, resident_bytes=None,
    )  # fmt: skip


def _batch(model: Any, batch: int, grid: int, width: int, device: str) -> CaptionBatch:
    source = torch.Generator().manual_seed(0)
    words = torch.randint(FIRST_WORD, model.decoder.output.out_features, (batch, WORDS + 2), generator=source)
    words[:, 0] = START
    rows = torch.arange(batch)
    features = torch.randn(batch, grid, grid, width, generator=source)
    return CaptionBatch(images=features, image_ids=rows, image_index=rows, words=words).to(device)

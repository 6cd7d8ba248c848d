"""A table of costs: mechanisms by name, at the sizes of features that people use."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
import yaml
from torch import nn

from scanpath import registry
from scanpath.attention import create_attention, create_co_attention
from scanpath.bench.cost import Cost, Inputs, measure_costs
from scanpath.errors import ConfigError, ScanpathError, UnknownNameError

Size = tuple[int, ...]
"""Region axes and width, (K, D) or (H, W, D)."""


@dataclass(frozen=True, kw_only=True)
class Problem:
    """What every mechanism is given: a batch of questions, each with its own picture."""

    batch: int = 32
    query_dim: int = 1024
    tokens: int = 14
    token_dim: int = 512
    backward: bool = True
    device: str = "cpu"


@dataclass(frozen=True, kw_only=True)
class Line:
    """One mechanism at one size: its cost, or why it has none."""

    name: str
    size: Size
    cost: Cost | None
    ratio: float | None
    """Milliseconds over those of the first mechanism measured at this size."""
    reason: str = ""


def parse_size(text: str) -> Size:
    """Read ``14x14x2048`` or ``36x2048``.

    Raises:
        ConfigError: something else.
    """
    if not re.fullmatch(r"[1-9]\d*(x[1-9]\d*){1,2}", text):
        raise ConfigError(f"{text!r} is no size of regions, expected KxD or HxWxD such as 36x2048 or 14x14x2048.")
    return tuple(int(part) for part in text.split("x"))


def chosen_device(given: str | None) -> str:
    """Say where to measure: on the device that was given, else on the GPU if there is one.

    Raises:
        ConfigError: there is no such device.
    """
    gpus = torch.cuda.device_count() if torch.cuda.is_available() else 0
    device = given or ("cuda" if gpus else "cpu")
    asked = re.fullmatch(r"cpu|cuda(?::(\d+))?", device)
    if asked is None:
        raise ConfigError(f"--device {device} was given, expected cpu or cuda.")
    if device != "cpu" and int(asked[1] or 0) >= gpus:
        found = f"{gpus} GPUs: name one of them, or" if gpus else "no GPU:"
        raise ConfigError(f"--device {device} was given, but torch finds {found} use --device cpu.")
    return device


def parse_mechanism(text: str) -> tuple[str, dict[str, Any]]:
    """Read a name and its options, ``multi_hop:hops=3:hidden_dim=512``; values are YAML.

    Raises:
        ConfigError: an option without a value, or given twice.
    """
    name, *words = text.split(":")
    options: dict[str, Any] = {}
    for word in words:
        key, equals, value = word.partition("=")
        if not key or not equals or key in options:
            raise ConfigError(f"{word!r} in {text!r} is no option, expected name:key=value:key=value, each key once.")
        try:
            options[key] = yaml.safe_load(value)
        except yaml.YAMLError:
            raise ConfigError(f"the value of {word!r} in {text!r} is not valid YAML.") from None
    return name, options


def known_mechanisms(method: str | None = None) -> list[str]:
    """List what can be measured by name, everything installed or what one ``method`` brings; attentions first.

    Raises:
        UnknownNameError: no installed package is called ``method``.
    """
    if method is not None and method not in registry.methods():
        raise registry.unknown_method(method)
    parts = ("attentions", "scorers", "co_attentions")
    listed = [row for part in parts for row in registry.listing() if row.part == part]
    return list(dict.fromkeys(row.name for row in listed if method in (None, row.method)))


def cost_table(
    mechanisms: Iterable[str], sizes: Sequence[Size], problem: Problem | None = None, *, repeats: int = 20
) -> list[Line]:
    """Measure mechanisms at each size, their passes interleaved.

    Regions, tokens and query all need a gradient: learned layers stand before the mechanism.

    Args:
        mechanisms: names with options, see :func:`parse_mechanism`; the first is what ratios refer to.
        sizes: see :func:`parse_size`.
        problem: what the mechanisms are given.
        repeats: timed passes of each.

    Returns:
        One line a mechanism and size. What a mechanism cannot do (boxes where it needs a grid) is a line with the
        reason, never left out.

    Raises:
        UnknownNameError: a mechanism that no installed package brings.
        ConfigError: an option that the mechanism does not take.
    """
    problem = problem or Problem()
    specs = {text: parse_mechanism(text) for text in mechanisms}
    lines: list[Line] = []
    for size in sizes:
        calls: dict[str, tuple[Callable[..., Any], Inputs]] = {}
        reasons: dict[str, str] = {}
        for text, (name, options) in specs.items():
            try:
                module, inputs = _build(name, options, size, problem)
                with torch.no_grad():
                    module(**inputs)
            except UnknownNameError:
                raise
            except ScanpathError as error:
                if isinstance(error, ConfigError) and options:  # what was typed is wrong, not what can be measured
                    raise
                reasons[text] = str(error)
            else:
                calls[text] = (module, inputs)
        costs = measure_costs(calls, backward=problem.backward, repeats=repeats)
        first = next(iter(costs.values()), None)
        for text in specs:
            cost = costs.get(text)
            ratio = cost.milliseconds / first.milliseconds if cost and first else None
            lines.append(Line(name=text, size=size, cost=cost, ratio=ratio, reason=reasons.get(text, "")))
    return lines


def _build(
    name: str, options: Mapping[str, Any], size: Size, problem: Problem
) -> tuple[nn.Module, Mapping[str, torch.Tensor]]:
    """Build one mechanism and its inputs, both from a fixed seed."""
    device = torch.device(problem.device)
    generator = torch.Generator().manual_seed(0)

    def draw(*shape: int) -> torch.Tensor:
        return torch.randn(shape, generator=generator).to(device).requires_grad_()

    inputs = {"regions": draw(problem.batch, *size), "query": draw(problem.batch, problem.query_dim)}
    widths: dict[str, Any] = {"region_dim": size[-1], "query_dim": problem.query_dim}
    if taken := sorted(options.keys() & {*widths, "token_dim"}):
        raise ConfigError(f"{taken[0]!r} was given as an option of {name!r}: the sizes of the problem decide it.")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        if name in registry.addresses("co_attentions"):
            inputs["tokens"] = draw(problem.batch, problem.tokens, problem.token_dim)
            module: Any = create_co_attention(name, token_dim=problem.token_dim, **(widths | dict(options)))
        else:
            module = create_attention(name, **(widths | dict(options)))
    return module.to(device), inputs

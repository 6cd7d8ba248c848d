"""Where the time of a DRAU step goes: the whole network, and each kind of its parts on what it is given there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from statistics import median
from typing import Any

import torch
from torch import Tensor, nn

from scanpath.bench.cost import Cost
from scanpath.bench.method import Asked, Group, Measured
from scanpath.bench.promises import Calls, costs_of
from scanpath.hosts import VQAModel
from scanpath_drau.dual import DualRecurrentAttention
from scanpath_drau.grid_lstm import GridLSTM
from scanpath_drau.hosts import drau

MOST = 0.1
"""Of a step's time, outside of the parts that are counted."""
WHOLE = "a step"


class Replay(nn.Module):
    """Several modules of a network, each called with the tensor that the network gave it.

    Args:
        modules: Each takes one tensor, or two as a fusion does.
    """

    def __init__(self, modules: Iterable[nn.Module]) -> None:
        super().__init__()
        self.parts = nn.ModuleList(modules)

    def forward(self, *given: tuple[Tensor, ...]) -> list[Any]:
        """Call each module with its own of the ``given``."""
        return [part(*one) for part, one in zip(self.parts, given, strict=True)]


def parts_of(model: VQAModel) -> Mapping[str, list[nn.Module]]:
    """Sort a network's modules: its recurrences, its fusion and classifier, and every other linear map."""
    last = [part for part in (model.fusion, model.classifier) if isinstance(part, nn.Module)]
    inside = {id(one) for part in last for one in part.modules()}
    apart = [one for one in model.modules() if id(one) not in inside]
    return {
        "its recurrences": [one for one in apart if isinstance(one, nn.RNNBase | GridLSTM)],
        "its projections": [one for one in apart if isinstance(one, nn.Linear)],
        "its fusion and classifier": last,
    }


def given_to(
    modules: Iterable[nn.Module], model: nn.Module, inputs: tuple[Any, ...]
) -> dict[nn.Module, tuple[Any, ...]]:
    """Run a network once, and keep what each of the modules that it calls was given, apart from where it came from."""
    found: dict[nn.Module, tuple[Any, ...]] = {}

    def keep(module: nn.Module, given: tuple[Any, ...]) -> None:
        found[module] = tuple(one.detach().requires_grad_(one.requires_grad) for one in given)

    handles = [module.register_forward_pre_hook(keep) for module in modules]
    model(*inputs)
    for handle in handles:
        handle.remove()
    return found


def step(
    *,
    device: str,
    batch: int,
    repeats: int,
    side: int = 14,
    width: int = 2048,
    words: int = 15,
    vocabulary: int = 10_000,
    answers: int = 3000,
) -> Group:
    """Measure a step of DRAU without its optimiser, and its parts; what is no such part is the rest of the step.

    Linear maps that a mechanism multiplies by itself, such as W_a and the one to the glimpses, are in the rest.
    """
    source = torch.Generator().manual_seed(0)
    model = drau(
        answers=answers, vocabulary_size=vocabulary, feature_dim=width, question_dim=width,
        co_attention=DualRecurrentAttention,
    ).to(device)  # fmt: skip
    pictures = torch.randn(batch, side, side, width, generator=source).to(device)
    questions = torch.randint(1, vocabulary, (batch, words), generator=source).to(device)
    calls: Calls = {WHOLE: (model, (pictures, questions))}
    kinds = parts_of(model)
    given = given_to([one for kind in kinds.values() for one in kind], model, (pictures, questions))
    for kind, modules in kinds.items():
        called = [one for one in modules if one in given]
        calls[kind] = Replay(called), tuple(given[one] for one in called)
    costs = costs_of(calls, repeats=repeats, device=device)
    return Group(
        title=f"DRAU, {side} x {side} regions {width} wide, {words} words, batch {batch}: forward and backward",
        lines=tuple(
            Measured(name=name, cost=cost, asked=(judged(costs),) if name == WHOLE else ())
            for name, cost in costs.items()
        ),
    )


def judged(costs: Mapping[str, Cost]) -> Asked:
    """Say which share of a step lies outside its parts: the median over rounds, which are as slow for all."""
    rounds = zip(*(cost.times for name, cost in costs.items() if name != WHOLE), strict=True)
    share = median(1 - sum(parts) / whole for parts, whole in zip(rounds, costs[WHOLE].times, strict=True))
    return Asked(what=f"at most {MOST:.0%} outside its parts", found=share, met=share <= MOST)

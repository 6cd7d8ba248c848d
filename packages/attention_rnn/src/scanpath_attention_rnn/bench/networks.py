"""The networks of Table 1, whose column of relative runtimes compares them with SAN."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

import torch

from scanpath.attention import create_scorer
from scanpath.bench.method import Group
from scanpath.bench.promises import Calls, Promises, measured
from scanpath_attention_rnn.attention_rnn import AttentionRNN, Kernel
from scanpath_attention_rnn.hosts import ProgressiveCNN, progressive
from scanpath_attention_rnn.hosts.progressive import Places, ScorerFactory

DIGITS, COLOURS = 10, 5
NUMBERED = 2
"""Word indices in front of the digits': padding and the unknown word."""
LOCAL: Mapping[str, Any] = MappingProxyType({"hidden_dim": 32, "bias": True, "glorot": True})
"""Of local attention, as in Table 1."""


def networks(*, device: str, batch: int, repeats: int, side: int = 100) -> Group:
    """Measure whole networks on pictures of ``side`` pixels, a question each."""
    source = torch.Generator().manual_seed(0)
    given = (
        torch.rand(batch, 3, side, side, generator=source).to(device),
        torch.randint(NUMBERED, NUMBERED + DIGITS, (batch, 1), generator=source).to(device),
    )
    by_kernel: tuple[Kernel, ...] = ("sweep",) if device == "cpu" else ("sweep", "triton")
    structured = {
        f"ARNN, t = {hidden}, {kernel}": partial(AttentionRNN, hidden=hidden, kernel=kernel)
        for hidden in (16, 32)
        for kernel in by_kernel
    }
    calls: Calls = {
        "SAN": (_network(partial(create_scorer, "additive", hidden_dim=32), "last"), given),
        "notCTX": (_network(partial(create_scorer, "conv", **LOCAL)), given),
        "CTX": (_network(partial(create_scorer, "local", **LOCAL)), given),
        **{name: (_network(scorer), given) for name, scorer in structured.items()},
    }
    asked: Promises
    asked = {"ARNN, t = 16, sweep": {"time": 1 / 3}} if device == "cpu" else {"ARNN, t = 32, triton": {"time": 1 / 1.5}}
    title = f"networks of Table 7 on pictures of {side} x {side}, batch {batch}; the paper has 4.73 for ARNN"
    return measured(title, calls, repeats=repeats, device=device, promises=asked)


def _network(scorer: ScorerFactory, places: Places = "all") -> ProgressiveCNN:
    return progressive(answers=COLOURS, vocabulary_size=NUMBERED + DIGITS, scorer=scorer, places=places)

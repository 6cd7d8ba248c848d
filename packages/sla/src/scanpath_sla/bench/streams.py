"""The twin stream beside the traditional stack in its place, in every exchange."""

from __future__ import annotations

from typing import Any

import torch

from scanpath.bench.method import Group
from scanpath.bench.promises import Calls, measured
from scanpath_sla.twin_stream import TwinStream

WORDS, TOKEN = 26, 300
"""T and E of Sec. 4.1.2."""


def streams(
    *,
    device: str,
    batch: int,
    repeats: int,
    count: int = 2,
    hidden: int = 512,
    width: int = 2048,
    query: int = 1024,
    side: int = 14,
) -> Group:
    """Measure twin streams of T layers, the traditional one first."""
    source = torch.Generator().manual_seed(0)

    def draw(*shape: int) -> torch.Tensor:
        return torch.randn(shape, generator=source).to(device).requires_grad_()

    given = draw(batch, side, side, width), draw(batch, WORDS, TOKEN), draw(batch, query)
    widths: dict[str, Any]
    widths = {"region_dim": width, "token_dim": TOKEN, "query_dim": query, "layers": count, "hidden_dim": hidden}
    placed = {**widths, "positions": side * side}
    calls: Calls = {
        "twin stream, traditional stacks": (TwinStream(**widths, latent=False), given),
        "twin stream": (TwinStream(**widths), given),
        "twin stream, with b_pos": (TwinStream(**placed), given),
        "twin stream, with b_pos, words first": (TwinStream(**placed, exchange="text_first"), given),
    }
    title = f"twin streams of T = {count}, m = {hidden}, on {side} x {side} x {width} and {WORDS} words, batch {batch}"
    return measured(title, calls, repeats=repeats, device=device)

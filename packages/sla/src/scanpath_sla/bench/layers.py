"""Stacked latent attention beside as many plain stacked layers of the same widths: what the pathway adds."""

from __future__ import annotations

from typing import Any

import torch

from scanpath.bench.method import Group
from scanpath.bench.promises import Calls, Promises, measured
from scanpath_sla.stacked import StackedAttention
from scanpath_sla.stacked_latent import StackedLatentAttention

LAYERS, HIDDEN, WIDTH, QUERY, SIDE = 3, 512, 2048, 1024, 14
"""T, m, D, Q and the grid."""
ASKED: Promises = {"stacked latent": {"time": 1 / 1.3, "peak_bytes": 1 / 1.5}}


def layers(
    *,
    device: str,
    batch: int,
    repeats: int,
    count: int = LAYERS,
    hidden: int = HIDDEN,
    width: int = WIDTH,
    side: int = SIDE,
) -> Group:
    """Measure T plain layers, T latent ones, those with the positional bias, and with their activations recomputed."""
    source = torch.Generator().manual_seed(0)
    regions = torch.randn(batch, side, side, width, generator=source).to(device).requires_grad_()
    query = torch.randn(batch, QUERY, generator=source).to(device)
    widths: dict[str, Any]
    widths = {"region_dim": width, "query_dim": QUERY, "layers": count, "hidden_dim": hidden}
    parts = max(1, batch // 4)
    calls: Calls = {
        "plain stacked": (StackedAttention(**widths), (regions, query)),
        "stacked latent": (StackedLatentAttention(**widths), (regions, query)),
        "stacked latent, with b_pos": (StackedLatentAttention(**widths, positions=side * side), (regions, query)),
        f"stacked latent, recompute={parts}": (StackedLatentAttention(**widths, recompute=parts), (regions, query)),
    }
    title = f"T = {count} layers of m = {hidden} on {side} x {side} x {width}, batch {batch}"
    return measured(title, calls, repeats=repeats, device=device, promises=ASKED)

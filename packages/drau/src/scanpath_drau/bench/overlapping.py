"""Both units of DRAU one after the other, and at once on two streams of a GPU."""

from __future__ import annotations

import torch

from scanpath.bench.method import Group
from scanpath.bench.promises import Calls, measured
from scanpath_drau.dual import DualRecurrentAttention


def overlapping(*, device: str, batch: int, repeats: int, side: int = 14, width: int = 2048, words: int = 15) -> Group:
    """Measure the units over ``side`` x ``side`` regions and ``words`` words, ``width`` wide, forward and backward."""
    source = torch.Generator().manual_seed(0)

    def draw(*shape: int) -> torch.Tensor:
        return torch.randn(shape, generator=source).to(device).requires_grad_()

    given = draw(batch, side, side, width), draw(batch, words, width)
    calls: Calls = {
        "one unit after the other": (DualRecurrentAttention(region_dim=width, token_dim=width), given),
        "both at once": (DualRecurrentAttention(region_dim=width, token_dim=width, overlap=True), given),
    }
    title = f"both units over {side} x {side} regions and {words} words, {width} wide, batch {batch}"
    return measured(title, calls, repeats=repeats, device=device)

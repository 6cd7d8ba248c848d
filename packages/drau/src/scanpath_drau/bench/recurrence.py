"""An RVAU beside the least that it can cost: an LSTM of torch of its sizes, the linear maps before and after it."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from scanpath.bench.method import Group
from scanpath.bench.promises import Calls, Promises, measured
from scanpath_drau.rvau import RVAU

ASKED: Promises = {"RVAU": {"time": 1 / 1.15}}
"""At most 1.15 times the time of the bare recurrence."""
GLIMPSES = 2


class BareRecurrence(nn.Module):
    """W_v, an LSTM, W_g and W_out, one behind the other, of the widths that an :class:`RVAU` has by itself.

    It looks at nothing: neither activations nor softmax nor sums of regions; W_out is given the states in their place.

    Args:
        width: D, the width of regions and states.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.regions = nn.Linear(width, width // 2)
        self.lstm = nn.LSTM(width // 2, width, batch_first=True)
        self.glimpses = nn.Linear(width, GLIMPSES)
        self.project = nn.Linear(GLIMPSES * width, width)

    def forward(self, regions: Tensor) -> tuple[Tensor, Tensor]:
        """Read regions (B, *S, D): scores (B, K, 2) and a vector (B, D)."""
        states = self.lstm(self.regions(regions.flatten(1, -2)))[0]  # (B, K, D)
        return self.glimpses(states), self.project(states[:, -GLIMPSES:].flatten(1))


def recurrence(width: int, *, device: str, batch: int, repeats: int, side: int = 14) -> Group:
    """Measure both over ``side`` x ``side`` regions ``width`` wide, with a question of the same width."""
    source = torch.Generator().manual_seed(0)

    def draw(*shape: int) -> Tensor:
        return torch.randn(shape, generator=source).to(device).requires_grad_()

    regions, query = draw(batch, side, side, width), draw(batch, width)
    calls: Calls = {
        "bare LSTM and projections": (BareRecurrence(width), (regions,)),
        "RVAU": (RVAU(region_dim=width, query_dim=width, glimpses=GLIMPSES), (regions, query)),
    }
    return measured(
        f"RVAU over {side} x {side} regions, {width} wide, batch {batch}",
        calls, repeats=repeats, device=device, promises=ASKED,
    )  # fmt: skip

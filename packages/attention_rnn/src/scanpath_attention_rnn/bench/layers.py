"""Four layers on the maps of Table 7, column by column and as a sweep, with the Triton kernel where there is a GPU."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from scanpath.bench.method import Group
from scanpath.bench.promises import Calls, Promises, measured
from scanpath_attention_rnn.attention_rnn import AttentionRNN, Kernel

SIDES = (50, 25, 12, 6)
"""Of the maps behind the four pooling layers of a picture of 100 x 100."""
WIDTH = 32
ASKED: Promises = {"sweep": {"time": 8, "peak_bytes": 1}}
"""Of t = 32: at least eight times faster than the plain form, with no more memory."""


class FourLayers(nn.Module):
    """A layer for each map."""

    def __init__(self, hidden: int, kernel: Kernel) -> None:
        super().__init__()
        self.layers = nn.ModuleList(
            AttentionRNN(region_dim=WIDTH, query_dim=WIDTH, hidden=hidden, kernel=kernel) for _ in SIDES
        )

    def forward(self, query: Tensor, *maps: Tensor) -> list[Tensor]:
        """Score each map (B, H, W, 32), given a query (B, 32)."""
        return [layer(one, query) for layer, one in zip(self.layers, maps, strict=True)]


def layers(hidden: int, *, device: str, batch: int, repeats: int, sides: tuple[int, ...] = SIDES) -> Group:
    """Measure the four layers with states of width ``hidden``."""
    source = torch.Generator().manual_seed(0)

    def draw(*shape: int) -> Tensor:
        return torch.randn(shape, generator=source).to(device).requires_grad_()

    given = draw(batch, WIDTH), *(draw(batch, side, side, WIDTH) for side in sides)
    forms: dict[str, Kernel] = {"plain, column by column": "plain", "sweep": "sweep"}
    if device != "cpu":
        forms["Triton kernel"] = "triton"
    calls: Calls = {name: (FourLayers(hidden, kernel), given) for name, kernel in forms.items()}
    return measured(
        f"four layers on maps of {', '.join(map(str, sides))}, t = {hidden}, batch {batch}",
        calls, repeats=repeats, device=device, promises=ASKED if hidden == WIDTH else None,
    )  # fmt: skip

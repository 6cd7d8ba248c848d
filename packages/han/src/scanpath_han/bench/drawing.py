"""What is drawn for the bench: its sizes, tensors from a fixed seed, and selections that keep a part of the cells."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import torch
from torch import Tensor

from scanpath_han.ops import cells_above, top_cells
from scanpath_han.selection import Selection, pack, pick


@dataclass(frozen=True, kw_only=True)
class Sizes:
    """What is measured, by default on the sizes of the relation network's CLEVR model."""

    batch: int = 32
    grid: tuple[int, int] = (8, 8)
    relation_dim: int = 24
    """Width of the cells that the relation network reads."""
    wide_dim: int = 2048
    """Width of the cells that the sum and the pairwise operator read."""
    query_dim: int = 128
    repeats: int = 9
    device: str = "cpu"

    @property
    def cells(self) -> int:
        """Cells of a picture."""
        return self.grid[0] * self.grid[1]

    @functools.cached_property
    def source(self) -> torch.Generator:
        """What all draws come from, one after another, so that no two tensors are alike."""
        return torch.Generator().manual_seed(0)

    def draw(self, *shape: int) -> Tensor:
        """Draw what a learnt layer in front would give."""
        return torch.randn(shape, generator=self.source).to(self.device).requires_grad_()

    @functools.cached_property
    def presence(self) -> Tensor:
        """Draw p once, (B, H, W), so that what a smaller part keeps a larger one keeps too."""
        return self.draw(self.batch, *self.grid).detach()

    def width(self, aggregator: str) -> int:
        """Say how wide the cells are that an aggregator reads."""
        return self.relation_dim if aggregator == "relation" else self.wide_dim


def fixed(sizes: Sizes, width: int, fraction: float) -> Selection:
    """Keep a fixed part of each sample's cells, as a leaf that takes gradients."""
    presence = sizes.presence
    positions, _ = top_cells(presence, round(fraction * sizes.cells))
    return _leaf(pick(sizes.draw(sizes.batch, sizes.cells, width), positions, None, presence))


def adaptive(sizes: Sizes, width: int, fraction: float) -> Selection:
    """Keep the cells above that threshold which keeps such a part of all, a different number in every sample."""
    presence = sizes.presence
    shares = presence.flatten(1).softmax(1) * sizes.cells
    threshold = torch.quantile(shares, 1 - fraction).item() if fraction < 1 else 0.0
    kept = cells_above(presence, threshold=threshold)
    return _leaf(pack(sizes.draw(sizes.batch, sizes.cells, width), kept, presence))


def _leaf(selection: Selection) -> Selection:
    return selection._replace(cells=selection.cells.detach().clone().requires_grad_())

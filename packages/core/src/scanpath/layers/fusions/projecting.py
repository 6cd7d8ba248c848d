"""The first step of MLB and MUTAN: each side is projected and squashed, a context glimpse by glimpse."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from scanpath.errors import ConfigError


class Squashed(nn.Module):
    """tanh(W_g dropout(x_g) + b_g) for each part g of x, side by side.

    Args:
        input_dim: D, the width of all parts together.
        output_dim: Width of a part's projection.
        parts: G, equal parts of x, such as the glimpses of an attention, each with a projection of its own.
        dropout: Probability at the input.

    Raises:
        ConfigError: D cannot be cut into so many equal parts.
    """

    def __init__(self, *, input_dim: int, output_dim: int, parts: int = 1, dropout: float = 0.0) -> None:
        super().__init__()
        if parts < 1 or input_dim % parts:
            raise ConfigError(f"{input_dim} numbers cannot be cut into {parts} glimpses of one width.")
        self.output_dim = parts * output_dim
        self.dropout = nn.Dropout(dropout)
        self.projections = nn.ModuleList(nn.Linear(input_dim // parts, output_dim) for _ in range(parts))

    def forward(self, x: Tensor) -> Tensor:
        """Project (..., D): (..., G * output_dim)."""
        parts = self.dropout(x).chunk(len(self.projections), -1)
        return torch.cat([layer(part) for layer, part in zip(self.projections, parts, strict=True)], -1).tanh()

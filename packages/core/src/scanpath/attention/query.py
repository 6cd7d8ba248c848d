"""The question's side of a score: a projection of the query, or a learnt vector where there is no query."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn


class QueryProjection(nn.Module):
    """W^Q q + b for a query, a learnt b alone without one (``query_dim=None``).

    Args:
        query_dim: Q, or None.
        output_dim: Width of the result.
        bias: Whether a projection has one.
    """

    def __init__(self, *, query_dim: int | None, output_dim: int, bias: bool = True) -> None:
        super().__init__()
        self.linear = None if query_dim is None else nn.Linear(query_dim, output_dim, bias=bias)
        self.learnt: nn.Parameter | None = None
        if query_dim is None:
            bound = 1 / math.sqrt(output_dim)
            self.learnt = nn.Parameter(torch.empty(output_dim).uniform_(-bound, bound))

    def forward(self, query: Tensor | None, batch: int) -> Tensor:
        """Project a query (B, Q), or repeat the learnt vector: (B, output_dim)."""
        if self.linear is None or query is None:
            assert self.learnt is not None  # noqa: S101 - check_query has seen to it; this tells the type checker
            return self.learnt.expand(batch, -1)
        projected: Tensor = self.linear(query)
        return projected

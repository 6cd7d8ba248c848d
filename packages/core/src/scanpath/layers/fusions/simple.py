"""Fusions of one line each: sum, product, both side by side, the context alone.

Sources: add, the blog (phi = v + q); hadamard, DRAU's variant; concat, Kazemi and Elqursh (2017).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from scanpath.layers.fusions.spreading import check_widths, spread


def _to_width(given: int, wanted: int) -> nn.Module:
    return nn.Identity() if given == wanted else nn.Linear(given, wanted)


class Add(nn.Module):
    """Sum of both, y = x + q; a side whose width is not ``output_dim`` goes through a linear map first.

    Source: the blog, phi = v_I^filt + v_Q.
    """

    def __init__(self, *, input_dim: int, query_dim: int, output_dim: int | None = None) -> None:
        super().__init__()
        self.widths = {"input_dim": input_dim, "query_dim": query_dim}
        self.output_dim = output_dim or query_dim
        self.x = _to_width(input_dim, self.output_dim)
        self.query = _to_width(query_dim, self.output_dim)

    def forward(self, x: Tensor, query: Tensor) -> Tensor:
        """Join x (B, *S, D) with a query (B, Q): (B, *S, F)."""
        check_widths(x, query, **self.widths)
        projected: Tensor = self.x(x)
        return projected + spread(self.query(query), x)


class Hadamard(nn.Module):
    """Product of both, y = x * q; a side whose width is not ``output_dim`` goes through a linear map first."""

    def __init__(self, *, input_dim: int, query_dim: int, output_dim: int | None = None) -> None:
        super().__init__()
        self.widths = {"input_dim": input_dim, "query_dim": query_dim}
        self.output_dim = output_dim or query_dim
        self.x = _to_width(input_dim, self.output_dim)
        self.query = _to_width(query_dim, self.output_dim)

    def forward(self, x: Tensor, query: Tensor) -> Tensor:
        """Join x (B, *S, D) with a query (B, Q): (B, *S, F)."""
        check_widths(x, query, **self.widths)
        projected: Tensor = self.x(x)
        return projected * spread(self.query(query), x)


class Concat(nn.Module):
    """Both side by side, y = [x; q]."""

    def __init__(self, *, input_dim: int, query_dim: int) -> None:
        super().__init__()
        self.widths = {"input_dim": input_dim, "query_dim": query_dim}
        self.output_dim = input_dim + query_dim

    def forward(self, x: Tensor, query: Tensor) -> Tensor:
        """Join x (B, *S, D) with a query (B, Q): (B, *S, D + Q)."""
        check_widths(x, query, **self.widths)
        asked = spread(query, x).expand(*x.shape[:-1], query.shape[1])  # (B, *S, Q)
        return torch.cat([x, asked.to(x.dtype)], -1)


class Context(nn.Module):
    """The context alone, y = x: what the attention found must answer, without the question's help."""

    def __init__(self, *, input_dim: int, query_dim: int) -> None:  # noqa: ARG002 - all fusions are built alike
        super().__init__()
        self.output_dim = input_dim

    def forward(self, x: Tensor, query: Tensor) -> Tensor:  # noqa: ARG002 - all fusions are called alike
        """Return x (B, *S, D) as it is."""
        return x

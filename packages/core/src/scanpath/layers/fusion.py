"""One vector from two: an attended context, or every region of a picture, joined with a question.

A fusion takes ``x`` of any leading shape (B, *S, D) or (B, D) and a query (B, Q), which it spreads over the regions.
Sources: add, the blog (phi = v + q); hadamard, DRAU's variant; concat, Kazemi and Elqursh (2017).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Protocol

import torch
from torch import Tensor, nn

from scanpath.errors import ShapeError
from scanpath.layers.options import build, check, choose


class Fusion(Protocol):
    """Joins two vectors into one."""

    output_dim: int
    """F, the width of what comes out."""

    def __call__(self, x: Tensor, query: Tensor) -> Tensor:
        """Join x (B, *S, D) with a query (B, Q): (B, *S, F)."""
        ...


def _spread(query: Tensor, x: Tensor) -> Tensor:
    """Give the query the region axes of x: (B, Q) -> (B, 1.., Q)."""
    if query.dim() != 2 or x.dim() < 2 or query.shape[0] != x.shape[0]:
        raise ShapeError(f"a fusion got {tuple(x.shape)} and {tuple(query.shape)}, expected (B, *S, D) and (B, Q).")
    return query.view(query.shape[0], *[1] * (x.dim() - 2), query.shape[1])


def _to_width(given: int, wanted: int) -> nn.Module:
    return nn.Identity() if given == wanted else nn.Linear(given, wanted)


class Add(nn.Module):
    """Sum of both, y = x + q; a side whose width is not ``output_dim`` goes through a linear map first.

    Source: the blog, phi = v_I^filt + v_Q.
    """

    def __init__(self, *, input_dim: int, query_dim: int, output_dim: int | None = None) -> None:
        super().__init__()
        self.output_dim = output_dim or query_dim
        self.x = _to_width(input_dim, self.output_dim)
        self.query = _to_width(query_dim, self.output_dim)

    def forward(self, x: Tensor, query: Tensor) -> Tensor:
        """Join x (B, *S, D) with a query (B, Q): (B, *S, F)."""
        projected: Tensor = self.x(x)
        return projected + _spread(self.query(query), x)


class Hadamard(nn.Module):
    """Product of both, y = x * q; a side whose width is not ``output_dim`` goes through a linear map first."""

    def __init__(self, *, input_dim: int, query_dim: int, output_dim: int | None = None) -> None:
        super().__init__()
        self.output_dim = output_dim or query_dim
        self.x = _to_width(input_dim, self.output_dim)
        self.query = _to_width(query_dim, self.output_dim)

    def forward(self, x: Tensor, query: Tensor) -> Tensor:
        """Join x (B, *S, D) with a query (B, Q): (B, *S, F)."""
        projected: Tensor = self.x(x)
        return projected * _spread(self.query(query), x)


class Concat(nn.Module):
    """Both side by side, y = [x; q]."""

    def __init__(self, *, input_dim: int, query_dim: int) -> None:
        super().__init__()
        self.output_dim = input_dim + query_dim

    def forward(self, x: Tensor, query: Tensor) -> Tensor:
        """Join x (B, *S, D) with a query (B, Q): (B, *S, D + Q)."""
        spread = _spread(query, x).expand(*x.shape[:-1], query.shape[1])  # (B, *S, Q)
        return torch.cat([x, spread.to(x.dtype)], -1)


class Context(nn.Module):
    """The context alone, y = x: what the attention found must answer, without the question's help."""

    def __init__(self, *, input_dim: int, query_dim: int) -> None:  # noqa: ARG002 - all fusions are built alike
        super().__init__()
        self.output_dim = input_dim

    def forward(self, x: Tensor, query: Tensor) -> Tensor:  # noqa: ARG002 - all fusions are called alike
        """Return x (B, *S, D) as it is."""
        return x


FUSIONS: Mapping[str, type[nn.Module]] = MappingProxyType(
    {"add": Add, "concat": Concat, "context": Context, "hadamard": Hadamard}
)


def create_fusion(name: str, *, input_dim: int, query_dim: int, **options: Any) -> Any:
    """Build a fusion by name: add, concat, context or hadamard.

    Args:
        name: One of ``FUSIONS``.
        input_dim: Width of x.
        query_dim: Width of the query.
        options: What the fusion takes besides, such as ``output_dim``.

    Raises:
        ConfigError: An unknown name or option; the sentence carries the nearest.
    """
    return build(name, choose("fusion", name, FUSIONS), {"input_dim": input_dim, "query_dim": query_dim}, options)


def check_fusion_options(name: str, options: Mapping[str, Any]) -> None:
    """Check a name and its options as :func:`create_fusion` does, building nothing."""
    check(name, choose("fusion", name, FUSIONS), ("input_dim", "query_dim"), options)

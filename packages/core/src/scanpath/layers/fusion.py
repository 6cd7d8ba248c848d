"""One vector from two: an attended context, or every region of a picture, joined with a question.

A fusion takes ``x`` of any leading shape (B, *S, D) or (B, D) and a query (B, Q), which it spreads over the regions.
The mechanisms stand in :mod:`scanpath.layers.fusions`, one a file, with their sources.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Protocol

from torch import Tensor, nn

from scanpath.layers.fusions.mcb import MCB
from scanpath.layers.fusions.mlb import MLB
from scanpath.layers.fusions.mutan import Mutan
from scanpath.layers.fusions.simple import Add, Concat, Context, Hadamard
from scanpath.layers.options import build, check, choose


class Fusion(Protocol):
    """Joins two vectors into one."""

    output_dim: int
    """F, the width of what comes out."""

    def __call__(self, x: Tensor, query: Tensor) -> Tensor:
        """Join x (B, *S, D) with a query (B, Q): (B, *S, F)."""
        ...


FUSIONS: Mapping[str, type[nn.Module]] = MappingProxyType(
    {"add": Add, "concat": Concat, "context": Context, "hadamard": Hadamard, "mcb": MCB, "mlb": MLB, "mutan": Mutan}
)


def create_fusion(name: str, *, input_dim: int, query_dim: int, **options: Any) -> Any:
    """Build a fusion by name: add, concat, context, hadamard, mcb, mlb or mutan.

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

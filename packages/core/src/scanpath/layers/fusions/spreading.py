"""How a query (B, Q) meets every region of x (B, *S, D): it takes region axes of size 1."""

from __future__ import annotations

from torch import Tensor

from scanpath.errors import ShapeError


def spread(query: Tensor, x: Tensor) -> Tensor:
    """Give the query the region axes of x: (B, Q) -> (B, 1.., Q).

    Raises:
        ShapeError: Not (B, *S, D) and (B, Q) of the same B.
    """
    if query.dim() != 2 or x.dim() < 2 or query.shape[0] != x.shape[0]:
        raise ShapeError(f"a fusion got {tuple(x.shape)} and {tuple(query.shape)}, expected (B, *S, D) and (B, Q).")
    return query.view(query.shape[0], *[1] * (x.dim() - 2), query.shape[1])

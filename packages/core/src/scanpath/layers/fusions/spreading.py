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


def check_widths(x: Tensor, query: Tensor, *, input_dim: int, query_dim: int) -> None:
    """See that both sides are as wide as a fusion was built for, where no linear map of its own would.

    Raises:
        ShapeError: They are not.
    """
    if (x.shape[-1], query.shape[-1]) != (input_dim, query_dim):
        raise ShapeError(
            f"a fusion got widths {x.shape[-1]} and {query.shape[-1]}, expected {input_dim} and {query_dim}: it was "
            "built for others."
        )

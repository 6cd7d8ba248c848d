"""What a mask means: behind False nothing counts, NaN included, forwards and backwards.

A product with zero is no protection, since 0 * NaN = NaN; every function here selects instead.
"""

from __future__ import annotations

import torch
from torch import Tensor

from scanpath.errors import ShapeError


def clean(regions: Tensor, mask: Tensor | None) -> Tensor:
    """Put 0 in place of the regions behind the mask.

    Args:
        regions: (B, *S, D).
        mask: (B, *S) bool, True where real; None when all are.

    Returns:
        (B, *S, D); ``regions`` itself, uncopied, without a mask.

    Raises:
        ShapeError: The mask is not boolean or not of the shape (B, *S).
    """
    if mask is None:
        return regions
    if mask.dtype != torch.bool:
        raise ShapeError(f"the mask is of type {mask.dtype}, expected torch.bool: True where a region is real.")
    if mask.shape != regions.shape[:-1]:
        raise ShapeError(
            f"the mask has the shape {tuple(mask.shape)}, expected {tuple(regions.shape[:-1])}: one value a region."
        )
    return torch.where(mask.unsqueeze(-1), regions, regions.new_zeros(()))


def masked_softmax(scores: Tensor, mask: Tensor | None = None) -> Tensor:
    """Normalise scores over the region axes: p_i = exp(s_i) / sum_j exp(s_j) over the real regions j.

    Source: the blog's ``softmax`` over regions, one map at a time. Computed in fp32 at least.

    Args:
        scores: (B, M, *S).
        mask: (B, *S) bool, True where real.

    Returns:
        (B, M, *S), fp32 or wider; exactly 0 behind the mask, and all 0 in a row without a real region.
    """
    flat = scores.flatten(2)  # (B, M, K)
    dtype = torch.promote_types(flat.dtype, torch.float32)
    if mask is None:
        return torch.softmax(flat, -1, dtype=dtype).reshape(scores.shape)
    hidden = ~mask.flatten(1).unsqueeze(1)  # (B, 1, K)
    # The least finite number, not -inf: a row without a real region then stays finite, also in its gradient.
    lowest = torch.finfo(dtype).min
    weights = torch.softmax(flat.to(dtype).masked_fill(hidden, lowest), -1)
    return weights.masked_fill(hidden, 0.0).reshape(scores.shape)

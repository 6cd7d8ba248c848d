"""From many regions to one vector."""

from __future__ import annotations

import torch
from torch import Tensor

from scanpath.ops.masking import clean


def weighted_pooling(weights: Tensor, regions: Tensor) -> Tensor:
    """Sum the regions by their weights, v_m = sum_i p_mi v_i, and concatenate the maps.

    Source: the blog's filtered image embedding, v_I^filt; for M maps, the glimpses of MCB.

    Args:
        weights: (B, M, *S).
        regions: (B, *S, D), clean of NaN behind the mask (see :func:`scanpath.ops.clean`).

    Returns:
        (B, M * D).
    """
    flat = regions.flatten(1, -2)  # (B, K, D)
    return torch.bmm(weights.flatten(2).to(flat.dtype), flat).flatten(1)  # (B, M, K) x (B, K, D) -> (B, M * D)


def masked_sum(regions: Tensor, mask: Tensor | None = None) -> Tensor:
    """Sum the real regions: sum_i v_i.

    Args:
        regions: (B, *S, D).
        mask: (B, *S) bool, True where real.

    Returns:
        (B, D); 0 in a row without a real region.
    """
    return clean(regions, mask).flatten(1, -2).sum(1)  # (B, K, D) -> (B, D)


def uniform_weights(regions: Tensor, mask: Tensor | None = None) -> Tensor:
    """Weigh the n real regions of a row equally: p_i = 1 / n.

    Args:
        regions: (B, *S, D), of which only the shape is read.
        mask: (B, *S) bool, True where real.

    Returns:
        (B, 1, *S), fp32 or wider; 0 behind the mask, and all 0 in a row without a real region.
    """
    dtype = torch.promote_types(regions.dtype, torch.float32)
    real = torch.ones(regions.shape[:-1], dtype=dtype, device=regions.device) if mask is None else mask.to(dtype)
    count = real.flatten(1).sum(1).clamp_min(1.0)  # (B,)
    return (real / count.view(-1, *[1] * (real.dim() - 1))).unsqueeze(1)  # (B, *S) -> (B, 1, *S)


def masked_mean(regions: Tensor, mask: Tensor | None = None) -> Tensor:
    """Average the n real regions: 1/n sum_i v_i.

    Args:
        regions: (B, *S, D).
        mask: (B, *S) bool, True where real.

    Returns:
        (B, D); 0 in a row without a real region.
    """
    regions = clean(regions, mask)
    return weighted_pooling(uniform_weights(regions, mask), regions)

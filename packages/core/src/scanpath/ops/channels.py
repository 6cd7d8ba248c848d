"""How much each channel of the regions has to do with a question."""

from __future__ import annotations

from typing import Literal

import torch
from torch import Tensor

from scanpath.ops.masking import clean


def channel_affinity(
    regions: Tensor, query: Tensor, mask: Tensor | None = None, *, pooling: Literal["mean", "max"] = "mean"
) -> Tensor:
    """Pool the affinity of region and question over the real regions: a_d = pool_i v_id q_d.

    Source: the blog, attention as conditional feature selection: the products v_I (*) v_Q of a single hop, pooled over
    space where a hop sums across the channels.

    Args:
        regions: (B, *S, D).
        query: (B, D).
        mask: (B, *S) bool, True where real.
        pooling: "mean" or "max" over the regions.

    Returns:
        (B, D), fp32 or wider; 0 in a row without a real region.
    """
    dtype = torch.promote_types(regions.dtype, torch.float32)
    flat = clean(regions, mask).flatten(1, -2).to(dtype)  # (B, K, D)
    real = None if mask is None else mask.flatten(1).unsqueeze(-1)  # (B, K, 1)
    if pooling == "mean":  # the product is linear in v: pooled first, it costs one product a picture
        count = flat.shape[1] if real is None else real.sum(1).clamp_min(1)
        return flat.sum(1) / count * query.to(dtype)  # (B, D)
    products = flat * query.to(dtype).unsqueeze(1)  # (B, K, D)
    if real is None:
        return products.amax(1)
    largest = products.masked_fill(~real, torch.finfo(dtype).min).amax(1)  # (B, D)
    return torch.where(real.any(1), largest, 0.0)


def channel_weights(affinity: Tensor) -> Tensor:
    """Normalise across the channels: w = D softmax(a), so that equal affinities leave the regions as they are.

    Source: the blog's softmax over attention weights; the factor D is ours, since weights that sum to 1 over hundreds
    of channels would shrink every region by as much.

    Args:
        affinity: (B, D).

    Returns:
        (B, D), 1 on average.
    """
    return torch.softmax(affinity, -1) * affinity.shape[-1]

"""From scores of the regions of several layers to one map over all of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import torch
from torch import Tensor

from scanpath.ops.masking import masked_softmax


def layer_scores(
    scores: Tensor, sizes: Sequence[int], mask: Tensor | None = None, *, pooling: Literal["mean", "sum"] = "mean"
) -> Tensor:
    """Score each layer by its regions: t_l = pool_{i in l} s_i over the real ones.

    Source: the blog, layer selection: the weights of a tensor summed. A mean, the default, does not grow with its size.

    Args:
        scores: (B, M, K), the layers one after another.
        sizes: K_l of each layer; together K.
        mask: (B, K) bool, True where real.
        pooling: "mean" or "sum" within a layer.

    Returns:
        (B, M, L), fp32 or wider; 0 for a layer without a real region.
    """
    scores = scores.to(torch.promote_types(scores.dtype, torch.float32))
    if mask is not None:
        scores = torch.where(mask.unsqueeze(1), scores, 0.0)
    totals = torch.stack([layer.sum(-1) for layer in torch.split(scores, list(sizes), -1)], -1)  # (B, M, L)
    if pooling == "sum":
        return totals
    if mask is None:
        mask = torch.ones_like(scores[:, 0], dtype=torch.bool)
    counts = torch.stack([layer.sum(-1) for layer in torch.split(mask, list(sizes), -1)], -1)  # (B, L)
    return totals / counts.clamp_min(1).unsqueeze(1)


def layer_softmax(scores: Tensor, layers: Tensor, sizes: Sequence[int], mask: Tensor | None = None) -> Tensor:
    """Share the weight of each layer among its regions: p_i = beta_l(i) softmax_{i in l}(s_i), beta = softmax_l(t_l).

    Source: the blog, layer selection: a softmax across the layers, then one matrix of weights over all regions.

    Args:
        scores: s, (B, M, K), the layers one after another.
        layers: t, (B, M, L), see :func:`layer_scores`.
        sizes: K_l of each layer; together K.
        mask: (B, K) bool, True where real.

    Returns:
        (B, M, K), fp32 or wider: 0 behind the mask, the rest sums to 1; a layer without a real region has no part.
    """
    sizes = list(sizes)
    parts = torch.split(scores, sizes, -1)
    if mask is None:
        chosen, within = masked_softmax(layers), [masked_softmax(part) for part in parts]
    else:
        masks = torch.split(mask, sizes, -1)
        chosen = masked_softmax(layers, torch.stack([real.any(-1) for real in masks], -1))  # beta, (B, M, L)
        within = [masked_softmax(part, real) for part, real in zip(parts, masks, strict=True)]
    return torch.cat([part * chosen[..., i : i + 1] for i, part in enumerate(within)], -1)

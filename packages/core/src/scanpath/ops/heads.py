"""Attention in several heads, each in a part of the width."""

from __future__ import annotations

import torch
from torch import Tensor

from scanpath.ops.pooling import weighted_pooling
from scanpath.ops.scores import dot_scores


def region_attention(queries: Tensor, keys: Tensor, values: Tensor, mask: Tensor | None = None) -> Tensor:
    """Let every region attend to the real ones: o_i = sum_j softmax_j(q_i . k_j / sqrt(d)) v_j, in each head.

    Source: the blog's self-attention, where each region is a conditioning vector in its turn; scaled as in Attention Is
    All You Need (Vaswani 2017), Eq. 1. Computed by torch's fused kernels, which never hold the K x K weights.

    Args:
        queries: (B, heads, K, d), as are ``keys`` and ``values``, clean of NaN behind the mask.
        keys: See above.
        values: See above.
        mask: (B, *S) bool with K cells, True where real.

    Returns:
        (B, heads, K, d); finite in a row without a real region.
    """
    attended = torch.nn.functional.scaled_dot_product_attention
    if mask is None:
        return attended(queries, keys, values)
    real = mask.flatten(1)  # (B, K)
    seen = real | ~real.any(1, keepdim=True)  # a row of nothing looks at its zeros, or its softmax were NaN
    return attended(queries, keys, values, attn_mask=seen[:, None, None, :])  # (B, 1, 1, K), for all queries alike


def head_scores(regions: Tensor, queries: Tensor, key_weight: Tensor) -> Tensor:
    """Score regions in each head m: s_mi = (W^K_m v_i) . q_m / sqrt(d).

    Source: Attention Is All You Need, Eq. 1 in the heads of sec. 3.2.2, for one query a sample. The product is taken on
    the question's side, v_i . (W^K_m' q_m), so that no region is projected. A bias of the keys would move all scores of
    a head alike, which the softmax cancels: there is none.

    Args:
        regions: (B, *S, D).
        queries: q_m, (B, heads, d).
        key_weight: W^K, (heads * d, D).

    Returns:
        (B, heads, *S).
    """
    keys = key_weight.to(queries.dtype).view(*queries.shape[1:], -1)  # (heads, d, D)
    folded = torch.einsum("bmd,mdr->bmr", queries, keys)  # (B, heads, D)
    return dot_scores(regions, folded * queries.shape[-1] ** -0.5)


def head_values(weights: Tensor, regions: Tensor, value_weight: Tensor) -> Tensor:
    """Pool the values of each head m and concatenate: o_m = sum_i p_mi W^V_m v_i.

    Source: Attention Is All You Need, Eq. 1 in the heads of sec. 3.2.2. The sum is taken first and projected once.

    Args:
        weights: p, (B, heads, *S).
        regions: (B, *S, D), clean of NaN behind the mask.
        value_weight: W^V, (heads * d, D).

    Returns:
        (B, heads * d).
    """
    heads = weights.shape[1]
    pooled = weighted_pooling(weights, regions).view(len(regions), heads, -1)  # (B, heads, D)
    values = value_weight.to(pooled.dtype).view(heads, -1, regions.shape[-1])  # (heads, d, D)
    return torch.einsum("bmr,mdr->bmd", pooled, values).flatten(1)

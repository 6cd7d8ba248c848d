"""Attention in several heads, each in a part of the width."""

from __future__ import annotations

import torch
from torch import Tensor


def region_attention(queries: Tensor, keys: Tensor, values: Tensor, mask: Tensor | None = None) -> Tensor:
    """Let every region attend to the real ones: o_i = sum_j softmax_j(q_i . k_j / sqrt(d)) v_j, in each head.

    Source: the blog's self-attention, "treating a single embedding as a conditioning vector"; scaled as in Attention Is
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

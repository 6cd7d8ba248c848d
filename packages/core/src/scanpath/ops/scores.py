"""Three ways to score a region against a question."""

from __future__ import annotations

import torch
from torch import Tensor

#: Added to squared norms, so that a region of zeros has a score and a gradient that stay small.
EPSILON = 1e-6


def _split(scores: Tensor, keys: Tensor) -> Tensor:
    return scores.view(*scores.shape[:2], *keys.shape[1:-1])  # (B, M, K) -> (B, M, *S)


def dot_scores(keys: Tensor, queries: Tensor) -> Tensor:
    """Score by the dot product: s_mi = sum_d v_id q_md.

    Source: the blog, single hop, 1 (v_I (*) v_Q). The text calls it a cosine similarity and prints a dot product.

    Args:
        keys: Regions (B, *S, d).
        queries: One vector a map, (B, M, d).

    Returns:
        (B, M, *S).
    """
    flat = keys.flatten(1, -2)  # (B, K, d)
    return _split(torch.bmm(queries.to(flat.dtype), flat.transpose(1, 2)), keys)  # (B, M, d) x (B, d, K)


def cosine_scores(keys: Tensor, queries: Tensor) -> Tensor:
    """Score by the cosine: s_mi = v_i . q_m / (|v_i| |q_m|).

    Source: the blog's words, where its formula is the plain dot product. The squared norms carry a small constant.

    Args:
        keys: Regions (B, *S, d).
        queries: One vector a map, (B, M, d).

    Returns:
        (B, M, *S), each in [-1, 1].
    """
    dtype = torch.promote_types(keys.dtype, torch.float32)
    key_norms = torch.rsqrt(keys.flatten(1, -2).to(dtype).square().sum(-1) + EPSILON).unsqueeze(1)  # (B, 1, K)
    query_norms = torch.rsqrt(queries.to(dtype).square().sum(-1, keepdim=True) + EPSILON)  # (B, M, 1)
    products = dot_scores(keys, queries).flatten(2).to(dtype)  # (B, M, K)
    return _split(products * key_norms * query_norms, keys)


def additive_scores(keys: Tensor, query: Tensor, weight: Tensor, *, literal: bool = False) -> Tensor:
    """Score by a small network: s_i = W^h tanh(W^I v_i + W^Q q + b).

    Source: SAN, h_A and its scores (Yang 2016); the blog's parametric single hop prints it without the tanh, which is
    what ``literal`` computes: there the question's term is the same for every region and a softmax cancels it.
    W^h has no bias, since a softmax cancels that too.

    Args:
        keys: W^I v_i, (B, *S, d).
        query: W^Q q + b, (B, d).
        weight: W^h, (M, d).
        literal: Leave the tanh out.

    Returns:
        (B, M, *S).
    """
    hidden = keys.flatten(1, -2) + query.to(keys.dtype).unsqueeze(1)  # (B, K, d) + (B, 1, d)
    if not literal:
        hidden = hidden.tanh_()  # the sum is fresh: no second copy of the largest tensor here
    return _split(torch.nn.functional.linear(hidden, weight).transpose(1, 2), keys)  # (B, K, M) -> (B, M, K)

"""How much every word has to do with every region, and what that says of each."""

from __future__ import annotations

import torch
from torch import Tensor


def affinities(tokens: Tensor, regions: Tensor, weight: Tensor) -> Tensor:
    """Relate every word to every region: C_ti = tanh(w_t' W v_i).

    Source: the blog, joint attention, C = tanh(v_Q' W v_I); Lu 2016 (hierarchical co-attention), Eq. 3. W meets the
    words first, of which there are fewer.

    Args:
        tokens: w, (B, T, E), clean of NaN behind their mask.
        regions: v, (B, *S, D), likewise.
        weight: W, (E, D).

    Returns:
        (B, T, K), each in [-1, 1]; 0 where a word or a region is 0.
    """
    asked = torch.matmul(tokens, weight.to(tokens.dtype))  # (B, T, E) x (E, D) -> (B, T, D)
    flat = regions.flatten(1, -2)  # (B, K, D)
    return torch.tanh(torch.bmm(asked.to(flat.dtype), flat.transpose(1, 2)))  # (B, T, K)


def largest_affinity(related: Tensor, mask: Tensor | None = None) -> Tensor:
    """Score each of one side by its best partner on the other: s_i = max_j C_ij over the real j.

    Source: the blog, joint attention, the form without parameters.

    Args:
        related: C with the side to be scored first, (B, N, P).
        mask: (B, P) bool of the other side, True where real.

    Returns:
        (B, 1, N); 0 in a row whose other side has nothing real.
    """
    if mask is None:
        return related.amax(2).unsqueeze(1)
    hidden = ~mask.unsqueeze(1)  # (B, 1, P)
    largest = related.masked_fill(hidden, -2.0).amax(2)  # (B, N); no affinity is below -1
    return torch.where(mask.any(1, keepdim=True), largest, 0.0).unsqueeze(1)


def affine_scores(side: Tensor, other: Tensor, related: Tensor, weight: Tensor) -> Tensor:
    """Score each of one side with what its partners say: s_i = w_h' tanh(W_a a_i + sum_j C_ij W_b b_j).

    Source: Lu 2016 (hierarchical co-attention), Eq. 4, parallel co-attention; the blog's form with parameters.

    Args:
        side: W_a a, (B, N, k).
        other: W_b b, (B, P, k), 0 behind the other side's mask.
        related: C, (B, N, P).
        weight: w_h, (1, k).

    Returns:
        (B, 1, N).
    """
    said = torch.bmm(related.to(other.dtype), other)  # (B, N, P) x (B, P, k) -> (B, N, k)
    return torch.nn.functional.linear(torch.tanh(side + said), weight).transpose(1, 2)  # (B, N, 1) -> (B, 1, N)

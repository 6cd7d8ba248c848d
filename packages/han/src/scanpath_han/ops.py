"""The equations as pure functions on tensors: one function an equation, which names it.

Source: Learning Visual Question Answering by Bootstrapping Hard Attention, Mateusz Malinowski, Carl Doersch, Adam
Santoro and Peter Battaglia, ECCV 2018, https://arxiv.org/abs/1808.00300.

Letters beside those of ``scanpath.types``: d, the width of the joint embedding m; k, the cells that a sample keeps; N,
all cells that a batch keeps, packed one sample after another.
"""

from __future__ import annotations

import math
from typing import Literal, get_args

import torch
from torch import Tensor

from scanpath.errors import ConfigError, near
from scanpath.ops import masked_softmax

Norm = Literal["l2", "l1", "rms", "relative"]
"""How the size of a vector is read: :func:`presence`."""


def check_norm(name: str, norm: str) -> None:
    """Check the norm that the mechanism ``name`` was built with.

    Raises:
        ConfigError: There is no such norm.
    """
    if norm not in get_args(Norm):
        hint = near(str(norm), get_args(Norm)) or "."
        raise ConfigError(f"{name} got norm={norm!r}, expected one of {', '.join(get_args(Norm))}{hint}")


def presence(joint: Tensor, mask: Tensor | None = None, *, norm: Norm = "l2") -> Tensor:
    """Measure how present each cell is: p_ij = ||m_ij||_2 (Eq. 5), in fp32 at least.

    The other readings are ours, since a norm grows with the width: "rms" divides the paper's by sqrt(d), "relative" by
    its mean over the real cells of a sample; "l1" is the sum of magnitudes.

    Args:
        joint: m, (B, *S, d).
        mask: (B, *S) bool, True where real.
        norm: "l2" is the paper's.

    Returns:
        p, (B, *S); 0 behind the mask.
    """
    dtype = torch.promote_types(joint.dtype, torch.float32)
    sizes: Tensor = torch.linalg.vector_norm(joint, 1 if norm == "l1" else 2, dim=-1, dtype=dtype)  # (B, *S)
    if mask is not None:
        sizes = sizes.masked_fill(~mask, 0.0)
    if norm == "rms":
        return sizes / math.sqrt(joint.shape[-1])
    if norm == "relative":
        return sizes / _mean(sizes, mask).clamp_min(torch.finfo(dtype).tiny)
    return sizes


def _mean(sizes: Tensor, mask: Tensor | None) -> Tensor:
    """Average (B, *S), 0 where unreal, over the real cells: (B, 1..)."""
    count = _real(sizes, mask).sum(1).clamp_min(1)  # (B,)
    return (sizes.flatten(1).sum(1) / count).view(-1, *[1] * (sizes.dim() - 1))


def _real(cells: Tensor, mask: Tensor | None) -> Tensor:
    """Flatten a mask (B, *S), or make the one that is all True: (B, K)."""
    flat = cells.flatten(1)
    return torch.ones_like(flat, dtype=torch.bool) if mask is None else mask.flatten(1)


def top_cells(
    presence: Tensor, slots: int, mask: Tensor | None = None, quota: Tensor | None = None
) -> tuple[Tensor, Tensor]:
    """Choose the cells of highest presence, l_1 .. l_k (sec. 3.1): ties go to the lowest raster index.

    Args:
        presence: p, (B, *S).
        slots: How many places the result has a sample; at most the number of cells.
        mask: (B, *S) bool, True where real.
        quota: (B,), how many of the slots a sample fills, if it does not fill all; never more than its real cells.

    Returns:
        Raster indices (B, slots), ascending, and whether each is chosen (B, slots) bool: False in an empty slot.
    """
    flat = presence.flatten(1)  # (B, K)
    if mask is not None:
        flat = flat.masked_fill(~mask.flatten(1), -torch.inf)
    ranked = flat.sort(dim=1, descending=True, stable=True).indices[:, :slots]  # stable: the earlier of equals is first
    positions, ranks = ranked.sort(dim=1)  # (B, slots)
    if quota is None:
        return positions, torch.ones_like(positions, dtype=torch.bool)
    return positions, ranks < quota.unsqueeze(1)


def cells_above(
    presence: Tensor, mask: Tensor | None = None, *, threshold: float = 1.0, temperature: float = 1.0
) -> Tensor:
    """Choose the cells whose share exceeds the uniform one: softmax(p)_i > tau = 1 / (w * h) (Eq. 6).

    Where all are alike none exceeds it; the cell of highest presence, of equals the first, is kept always.

    Args:
        presence: p, (B, *S).
        mask: (B, *S) bool, True where real; w * h counts the real cells.
        threshold: tau in multiples of the uniform share; 1 is the paper's.
        temperature: Divides p before the softmax; 1 is the paper's.

    Returns:
        (B, K) bool, at least one True in each row with a real cell.
    """
    flat, real = presence.flatten(1), _real(presence, mask)  # (B, K)
    shares = masked_softmax((flat / temperature).unsqueeze(1), real).squeeze(1)  # (B, K)
    tau = threshold / real.sum(1, keepdim=True).clamp_min(1).to(shares.dtype)  # (B, 1)
    first = flat.masked_fill(~real, -torch.inf).argmax(1, keepdim=True)  # (B, 1), the first of equals
    return ((shares > tau) | torch.zeros_like(real).scatter(1, first, True)) & real  # noqa: FBT003 - the value


def straight_through(hard: Tensor, soft: Tensor) -> Tensor:
    """Give the values of ``hard`` the gradient of ``soft``, both (B, K).

    Source: Bengio, Leonard and Courville 2013, the straight-through estimator, which the paper compares with.
    """
    return hard.to(soft.dtype) + (soft - soft.detach())  # the bracket is exactly 0


def taken(rows: Tensor, places: Tensor) -> Tensor:
    """Gather rows (R, d) by their numbers (N,): (N, d).

    An embedding's backward pass adds rows more than twice as fast on a CPU as that of ``index_select``, but inductor
    does not compile it where R is a number that the graph learns late (torch 2.15).
    """
    if torch.compiler.is_compiling():
        return rows.index_select(0, places)
    return torch.nn.functional.embedding(places, rows)


def summed(rows: Tensor, samples: Tensor, batch: int) -> Tensor:
    """Sum the rows of each sample, sum_k m_lk (sec. 3.2, sum pooling), in fp32 at least.

    Args:
        rows: (N, C).
        samples: Which sample each row belongs to, (N,).
        batch: B.

    Returns:
        (B, C); 0 for a sample without rows.
    """
    dtype = torch.promote_types(rows.dtype, torch.float32)
    return rows.new_zeros(batch, rows.shape[1], dtype=dtype).index_add_(0, samples, rows.to(dtype))


def pairwise(
    queries: Tensor, keys: Tensor, values: Tensor, real: Tensor | None = None, *, scale: float = 1.0
) -> Tensor:
    """Sum what all cells find: sum_l sum_j softmax_j(q_l . k_j) v_j in each head (Eq. 7, sum-pooled).

    Computed by torch's fused attention, which never holds the weights of all pairs.

    Args:
        queries: (B, k, heads, e), as are ``keys`` and ``values``.
        keys: See above.
        values: See above.
        real: (B, k) bool, False in an empty slot: neither asked nor asking.
        scale: Of the products; the paper has none.

    Returns:
        (B, heads * e), heads side by side; 0 for a sample without a real cell.
    """
    q, k, v = (side.transpose(1, 2) for side in (queries, keys, values))  # (B, heads, k, e)
    attention = torch.nn.functional.scaled_dot_product_attention
    if real is None:
        return attention(q, k, v, scale=scale).sum(2).flatten(1)
    seen = real | ~real.any(1, keepdim=True)  # a row of nothing looks at its slots, or its softmax were NaN
    found = attention(q, k, v, attn_mask=seen[:, None, None, :], scale=scale)  # (B, heads, k, e)
    return torch.where(real[:, None, :, None], found, 0.0).sum(2).flatten(1)


def pairs(start: int, stop: int, lengths: Tensor, samples: Tensor) -> tuple[Tensor, Tensor]:
    """Name both cells of the ordered pairs number ``start`` to ``stop``, sample by sample, cells with themselves too.

    Source: sec. 3.2; all pairs of a sample as the relation network (Santoro 2017, Eq. 1) takes them.

    Args:
        start: The first pair's number.
        stop: The one behind the last; at most the sum of squared lengths.
        lengths: Cells of each sample, (B,).
        samples: Which sample each cell belongs to, (N,).

    Returns:
        Rows among the N packed cells of the left and of the right partner, (stop - start,) each.
    """
    partners = lengths[samples]  # (N,), how many pairs each cell begins
    ends = partners.cumsum(0)  # (N,)
    number = torch.arange(start, stop, device=lengths.device)
    left = torch.searchsorted(ends, number, right=True)
    firsts = lengths.cumsum(0) - lengths  # (B,), each sample's first cell
    return left, firsts[samples[left]] + number - (ends - partners)[left]

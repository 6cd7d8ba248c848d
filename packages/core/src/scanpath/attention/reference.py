"""The equations once more as plain loops over samples and regions: slow, clear, used by tests only.

Everything takes regions (B, K, D) already flattened, a mask (B, K) or None, and parameters as tensors.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

Hop = tuple[Tensor, Tensor, Tensor, Tensor]
"""W_A, W_Z, b and w_p of one side's hop."""


def real(mask: Tensor | None, row: int, count: int) -> list[int]:
    """List the real regions of a sample."""
    return [i for i in range(count) if mask is None or bool(mask[row, i])]


def masked_softmax(scores: Tensor, mask: Tensor | None) -> Tensor:
    """p_i = exp(s_i) / sum_j exp(s_j) over real regions: (B, M, K) -> (B, M, K)."""
    batch, maps, count = scores.shape
    rows = []
    for b in range(batch):
        seen = real(mask, b, count)
        for m in range(maps):
            total = sum((torch.exp(scores[b, m, j]) for j in seen), torch.zeros(()))
            row = [torch.exp(scores[b, m, i]) / total if i in seen else torch.zeros(()) for i in range(count)]
            rows.append(torch.stack(row))
    return torch.stack(rows).view(batch, maps, count)


def weighted_pooling(weights: Tensor, regions: Tensor) -> Tensor:
    """v_m = sum_i p_mi v_i, concatenated: (B, M, K), (B, K, D) -> (B, M * D); regions of weight 0 are not read."""
    rows = []
    for b in range(len(regions)):
        for m in range(weights.shape[1]):
            pooled = torch.zeros(regions.shape[-1])
            for i in range(regions.shape[1]):
                if weights[b, m, i] != 0:
                    pooled = pooled + weights[b, m, i] * regions[b, i]
            rows.append(pooled)
    return torch.stack(rows).view(len(regions), -1)


def dot_scores(regions: Tensor, queries: Tensor) -> Tensor:
    """s_mi = v_i . q_m: (B, K, d), (B, M, d) -> (B, M, K)."""
    rows = [(v * q).sum() for vs, qs in zip(regions, queries, strict=True) for q in qs for v in vs]
    return torch.stack(rows).view(len(regions), -1, regions.shape[1])


def cosine_scores(regions: Tensor, queries: Tensor) -> Tensor:
    """s_mi = v_i . q_m / (|v_i| |q_m|): (B, K, d), (B, M, d) -> (B, M, K)."""
    rows = [
        (v * q).sum() / (v.square().sum().sqrt() * q.square().sum().sqrt())
        for vs, qs in zip(regions, queries, strict=True)
        for q in qs
        for v in vs
    ]
    return torch.stack(rows).view(len(regions), -1, regions.shape[1])


def additive_scores(
    regions: Tensor, query: Tensor, w_i: Tensor, w_q: Tensor, b_q: Tensor, w_h: Tensor, *, literal: bool = False
) -> Tensor:
    """s_mi = W^h_m tanh(W^I v_i + W^Q q + b^Q): (B, K, D), (B, Q) -> (B, M, K)."""
    rows = []
    for vs, q in zip(regions, query, strict=True):
        hidden = [w_i @ v + w_q @ q + b_q for v in vs]
        hidden = hidden if literal else [torch.tanh(h) for h in hidden]
        rows.append(torch.stack([torch.stack([(w * h).sum() for h in hidden]) for w in w_h]))
    return torch.stack(rows)


def conv_scores(grid: Tensor, query: Tensor, kernel: Tensor, w_q: Tensor, b_q: Tensor, w_out: Tensor) -> Tensor:
    """Seo's scores cell by cell; kernel (h, D, k, k), grid (B, H, W, D) -> (B, M, H, W)."""
    batch, height, width, _ = grid.shape
    reach = kernel.shape[-1] // 2
    cells = []
    for b in range(batch):
        question = w_q @ query[b] + b_q
        for y in range(height):
            for x in range(width):
                hidden = question
                for dy in range(-reach, reach + 1):
                    for dx in range(-reach, reach + 1):
                        if 0 <= y + dy < height and 0 <= x + dx < width:
                            hidden = hidden + kernel[:, :, dy + reach, dx + reach] @ grid[b, y + dy, x + dx]
                cells.append(w_out @ torch.relu(hidden))  # (M,)
    return torch.stack(cells).view(batch, height, width, -1).permute(0, 3, 1, 2)


def sum_pooling(regions: Tensor, question: Tensor, layers: list[tuple[Tensor, Tensor]], mask: Tensor | None) -> Tensor:
    """Sum over real i of relu(W_2 relu(W_1 v_i)) + q: (B, K, D), q (B, C) -> (B, C)."""
    rows = []
    for b in range(len(regions)):
        total = torch.zeros(question.shape[-1])
        for i in real(mask, b, regions.shape[1]):
            m = regions[b, i]
            for weight, bias in layers:
                m = torch.relu(weight @ m + bias)
            total = total + m + question[b]
        rows.append(total)
    return torch.stack(rows)


def layerwise(scores: Tensor, sizes: list[int], mask: Tensor | None, *, pooling: str) -> Tensor:
    """p_i = beta_l exp(s_i) / sum_{j in l} exp(s_j), beta_l = exp(t_l) / sum exp(t): (B, M, K) -> (B, M, K)."""
    rows = []
    for b in range(len(scores)):
        seen = real(mask, b, scores.shape[-1])
        ends = [sum(sizes[: i + 1]) for i in range(len(sizes))]
        members = [[i for i in seen if end - size <= i < end] for size, end in zip(sizes, ends, strict=True)]
        members = [layer for layer in members if layer]
        for s in scores[b]:
            pooled = [sum(s[i] for i in layer) / (len(layer) if pooling == "mean" else 1) for layer in members]
            total = sum(torch.exp(t) for t in pooled)
            row = [torch.zeros(())] * len(s)
            for layer, t in zip(members, pooled, strict=True):
                powers = sum(torch.exp(s[i]) for i in layer)
                for i in layer:
                    row[i] = torch.exp(t) / total * torch.exp(s[i]) / powers
            rows.append(torch.stack(row))
    return torch.stack(rows).view(scores.shape)


def heads(
    regions: Tensor, query: Tensor, mask: Tensor | None, w_k: list[Tensor], w_v: list[Tensor]
) -> tuple[Tensor, Tensor]:
    """Cross-attention of one query a head, query (B, heads, d), weights (d, D): [o_1; ..; o_h], maps (B, heads, K)."""
    found, maps = [], []
    for b, vs in enumerate(regions):
        seen = real(mask, b, len(vs))
        for q, key, value in zip(query[b], w_k, w_v, strict=True):
            scores = torch.stack([(key @ v) @ q / len(q) ** 0.5 for v in vs])
            powers = [torch.exp(scores[i]) if i in seen else torch.zeros(()) for i in range(len(vs))]
            total = sum(powers) if seen else torch.ones(())
            maps.append(torch.stack(powers) / total)
            found.append(sum((maps[-1][i] * (value @ vs[i]) for i in seen), torch.zeros(len(q))))
    return torch.stack(found).view(len(regions), -1), torch.stack(maps).view(len(regions), len(w_k), -1)


def san_score(v: Tensor, u: Tensor, w_i: Tensor, w_q: Tensor, b_q: Tensor, w_p: Tensor) -> Tensor:
    """W_P tanh(W_IA v + W_QA u + b_A), as SAN's paper has it."""
    return (w_p * torch.tanh(w_i @ v + w_q @ u + b_q)).sum()


def san_code_score(
    v: Tensor, u: Tensor, w_i: Tensor, b_i: Tensor, w_q: Tensor, b_q: Tensor, w_p: Tensor, b_p: Tensor
) -> Tensor:
    """tanh(W_P (tanh(W_IA v + b_I) + tanh(W_QA u + b_A)) + b_P), as SAN's code has it."""
    return torch.tanh((w_p * (torch.tanh(w_i @ v + b_i) + torch.tanh(w_q @ u + b_q))).sum() + b_p)


def multi_hop(
    regions: Tensor, u: Tensor, hops: list[tuple[Tensor, ...]], mask: Tensor | None, score: Callable[..., Tensor]
) -> tuple[Tensor, Tensor]:
    """SAN's hops, each with the parameters of ``score(v, u, ..)``: context (B, C), maps (B, hops, K)."""
    contexts, maps = torch.zeros_like(u), []
    for parameters in hops:
        rows = [torch.stack([score(v, asked, *parameters) for v in vs]) for vs, asked in zip(regions, u, strict=True)]
        maps.append(masked_softmax(torch.stack(rows).unsqueeze(1), mask))
        found = weighted_pooling(maps[-1], regions)
        contexts, u = contexts + found, u + found
    return contexts, torch.cat(maps, 1)


def affinity(regions: Tensor, tokens: Tensor, weight: Tensor) -> Tensor:
    """C_ti = tanh(w_t' W v_i): (B, K, D), (B, T, E) -> (B, T, K)."""
    rows = [
        [torch.stack([torch.tanh(w @ weight @ v) for v in vs]) for w in ws]
        for vs, ws in zip(regions, tokens, strict=True)
    ]
    return torch.stack([torch.stack(row) for row in rows])


def largest(related: Tensor, mask: Tensor | None) -> Tensor:
    """s_i = max_j C_ij over real j, 0 if there is none: (B, N, P) -> (B, 1, N)."""
    rows = []
    for b, one in enumerate(related):
        seen = real(mask, b, related.shape[2])
        rows.append(
            torch.stack([torch.stack([row[j] for j in seen]).max() if seen else torch.zeros(()) for row in one])
        )
    return torch.stack(rows).unsqueeze(1)


def affine(
    side: Tensor, other: Tensor, related: Tensor, mask: Tensor | None, w_a: Tensor, w_b: Tensor, w: Tensor
) -> Tensor:
    """s_i = w tanh(W_a a_i + sum_j C_ij W_b b_j) over real j: (B, N, A), (B, P, P'), C (B, N, P) -> (B, 1, N)."""
    rows = []
    for b in range(len(side)):
        seen = real(mask, b, related.shape[2])
        hidden = [w_a @ a + sum(related[b, i, j] * (w_b @ other[b, j]) for j in seen) for i, a in enumerate(side[b])]
        rows.append(torch.stack([w @ torch.tanh(h) for h in hidden]))
    return torch.stack(rows).unsqueeze(1)


def joint_conditioning(
    sides: tuple[Tensor, Tensor], z: Tensor, hops: list[tuple[Hop, Hop]], masks: tuple[Tensor | None, Tensor | None]
) -> tuple[tuple[Tensor, Tensor], tuple[Tensor, Tensor]]:
    """Hops over embedded regions and tokens from the condition z: context (B, C) and maps (B, hops, N) of each side."""
    contexts = [torch.zeros_like(z), torch.zeros_like(z)]
    maps: list[list[Tensor]] = [[], []]
    for hop in hops:
        found = []
        for side in range(2):
            scores = additive_scores(sides[side], z, *hop[side])
            maps[side].append(masked_softmax(scores, masks[side]))
            found.append(weighted_pooling(maps[side][-1], sides[side]))
            contexts[side] = contexts[side] + found[-1]
        z = z + found[0] + found[1]
    return (contexts[0], torch.cat(maps[0], 1)), (contexts[1], torch.cat(maps[1], 1))

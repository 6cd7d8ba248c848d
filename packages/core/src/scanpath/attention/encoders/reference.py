"""The encoders once more as plain loops over samples and regions: slow, clear, used by tests only.

Everything takes regions (B, K, D) already flattened, a mask (B, K) or None, and parameters as tensors; what is masked
is given out as zeros.
"""

from __future__ import annotations

import torch
from torch import Tensor

from scanpath.attention.reference import real


def channel(regions: Tensor, query: Tensor, mask: Tensor | None, *, pooling: str) -> tuple[Tensor, Tensor]:
    """w_d = D exp(a_d) / sum_c exp(a_c) with a_d = pool_i v_id q_d; query (B, D). Give w (B, D) and w_d v_id."""
    rows, weights = [], []
    for b, (vs, q) in enumerate(zip(regions, query, strict=True)):
        seen = real(mask, b, len(vs))
        pooled = []
        for d in range(len(q)):
            products = [vs[i, d] * q[d] for i in seen]
            if not products:
                pooled.append(torch.zeros(()))
            else:
                pooled.append(torch.stack(products).max() if pooling == "max" else sum(products) / len(products))
        powers = [torch.exp(a) for a in pooled]
        weights.append(torch.stack([len(q) * power / sum(powers) for power in powers]))
        rows.append(torch.stack([vs[i] * weights[-1] if i in seen else torch.zeros_like(q) for i in range(len(vs))]))
    return torch.stack(weights), torch.stack(rows)


def lstm(steps: list[Tensor], w_x: Tensor, w_h: Tensor, bias: Tensor) -> list[Tensor]:
    """Give h of each step, with i, f, o = sigmoid(..), g = tanh(..), c <- f c + i g and h = o tanh(c)."""
    h = c = torch.zeros(w_h.shape[1])
    states = []
    for x in steps:
        i, f, g, o = (w_x @ x + w_h @ h + bias).chunk(4)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        h = torch.sigmoid(o) * torch.tanh(c)
        states.append(h)
    return states


def bilstm(regions: Tensor, mask: Tensor | None, directions: list[tuple[Tensor, Tensor, Tensor]]) -> Tensor:
    """[h_i; g_i] of the real regions: (B, K, D) -> (B, K, 2 h); each direction has W_x, W_h and a bias."""
    rows = []
    for b, vs in enumerate(regions):
        seen = real(mask, b, len(vs))
        forwards = dict(zip(seen, lstm([vs[i] for i in seen], *directions[0]), strict=True))
        backwards = dict(zip(seen[::-1], lstm([vs[i] for i in seen[::-1]], *directions[1]), strict=True))
        nothing = torch.zeros(2 * directions[0][1].shape[1])
        rows.append(
            torch.stack([torch.cat([forwards[i], backwards[i]]) if i in seen else nothing for i in range(len(vs))])
        )
    return torch.stack(rows)


def self_attention(
    regions: Tensor, mask: Tensor | None, heads: list[tuple[Tensor, Tensor, Tensor]], w_o: Tensor, b_o: Tensor
) -> Tensor:
    """v_i + W^O [o_i1; ..; o_ih] + b: (B, K, D) -> (B, K, D); each head has W^Q, W^K and W^V, (d, D)."""
    rows = []
    for b, vs in enumerate(regions):
        seen = real(mask, b, len(vs))
        for i, v in enumerate(vs):
            if i not in seen:
                rows.append(torch.zeros_like(v))
                continue
            found = []
            for w_q, w_k, w_v in heads:
                powers = [torch.exp((w_q @ v) @ (w_k @ vs[j]) / len(w_q) ** 0.5) for j in seen]
                found.append(sum((p / sum(powers) * (w_v @ vs[j]) for p, j in zip(powers, seen, strict=True)), 0))
            rows.append(v + w_o @ torch.cat(found) + b_o)
    return torch.stack(rows).view(regions.shape)

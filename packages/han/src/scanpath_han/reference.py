"""The equations once more as plain loops over samples and cells, slow, dense, masked, clear: what tests compare with.

Everything takes the regions of a sample flattened, (B, K, ..), a mask (B, K) or None, and parameters as tensors. A
layer is a pair of its weight and bias. Nothing is gathered: what was not kept is computed too, and counted with the
weight 0.

:class:`PlainRelationNetwork` at the end is no loop: it is the relation network as it is usually written, all pairs at
once, which ``scanpath_han.bench`` measures ours beside.
"""

from __future__ import annotations

import itertools

import torch
from torch import Tensor, nn

Layer = tuple[Tensor, Tensor | None]
"""A weight (out, in) and a bias (out,)."""


def real(mask: Tensor | None, row: int, count: int) -> list[int]:
    """List the real cells of a sample."""
    return [i for i in range(count) if mask is None or bool(mask[row, i])]


def affine(vector: Tensor, layer: Layer) -> Tensor:
    """W x + b."""
    weight, bias = layer
    return weight @ vector if bias is None else weight @ vector + bias


def network(vector: Tensor, layers: list[Layer], *, last: bool = True) -> Tensor:
    """Layers with a ReLU after each, or after each but the last."""
    for number, layer in enumerate(layers):
        vector = affine(vector, layer)
        if last or number < len(layers) - 1:
            vector = vector.clamp_min(0)
    return vector


def joint(
    regions: Tensor, query: Tensor, of_regions: list[Layer], of_query: list[Layer], *, relu: bool = True
) -> Tensor:
    """Eqs. 2-4, m_i = CNN(x_i) + MLP(q): (B, K, D), (B, Q) -> (B, K, d)."""
    rows = []
    for cells, question in zip(regions, query, strict=True):
        embedded = network(question, of_query, last=relu)
        rows.append(torch.stack([network(cell, of_regions, last=relu) + embedded for cell in cells]))
    return torch.stack(rows)


def presence(joint: Tensor, mask: Tensor | None = None) -> Tensor:
    """Eq. 5, p_i = sqrt(sum_c m_ic^2), 0 behind the mask: (B, K, d) -> (B, K)."""
    batch, count, _ = joint.shape
    sizes = joint.new_zeros(batch, count)
    for b in range(batch):
        for i in real(mask, b, count):
            sizes[b, i] = (joint[b, i] ** 2).sum().sqrt()
    return sizes


def top(presence: Tensor, counts: list[int], mask: Tensor | None = None) -> Tensor:
    """Keep the ``counts[b]`` cells of highest presence, of equals the first: (B, K) of 0 and 1."""
    batch, count = presence.shape
    kept = torch.zeros_like(presence)
    for b in range(batch):
        ranked = sorted(real(mask, b, count), key=lambda i, b=b: (-presence[b, i].item(), i))  # type: ignore[misc]
        for i in ranked[: counts[b]]:
            kept[b, i] = 1
    return kept


def shares(presence: Tensor, mask: Tensor | None = None) -> Tensor:
    """softmax(p) over the real cells, 0 behind the mask: (B, K) -> (B, K)."""
    batch, count = presence.shape
    rows = []
    for b in range(batch):
        cells = real(mask, b, count)
        highest = max((presence[b, i].item() for i in cells), default=0.0)
        raised = [torch.exp(presence[b, i] - highest) if i in cells else presence.new_zeros(()) for i in range(count)]
        total = sum(raised, presence.new_zeros(()))
        rows.append(torch.stack([one / total if cells else one for one in raised]))
    return torch.stack(rows)


def above(presence: Tensor, mask: Tensor | None = None, *, threshold: float = 1.0, temperature: float = 1.0) -> Tensor:
    """Eq. 6, keep the cells with softmax(p)_i > threshold / n, and the first of the highest: (B, K) of 0 and 1."""
    batch, count = presence.shape
    kept, shared = torch.zeros_like(presence), shares(presence / temperature, mask)
    for b in range(batch):
        cells = real(mask, b, count)
        if not cells:
            continue
        highest = max(presence[b, i].item() for i in cells)
        for i in cells:
            kept[b, i] = float(shared[b, i] > threshold / len(cells))
        kept[b, next(i for i in cells if presence[b, i].item() == highest)] = 1
    return kept


def sum_pooling(joint: Tensor, weights: Tensor) -> Tensor:
    """Sec. 3.2, sum_i w_i m_i: (B, K, d), (B, K) -> (B, d)."""
    rows = []
    for cells, counted in zip(joint, weights, strict=True):
        total = joint.new_zeros(joint.shape[2])
        for cell, weight in zip(cells, counted, strict=True):
            total = total + weight * cell
        rows.append(total)
    return torch.stack(rows)


def pairwise(
    joint: Tensor, weights: Tensor, queries: Tensor, keys: Tensor, values: Tensor, *, heads: int, scale: float = 1.0
) -> Tensor:
    """Eq. 7 in each head, summed over the kept cells: (B, K, d), (B, K), three of (heads * e, d) -> (B, heads * e)."""
    rows = []
    for cells, counted in zip(joint, weights, strict=True):
        kept = [i for i in range(len(cells)) if counted[i] != 0]
        found = []
        for w_q, w_k, w_v in zip(queries.chunk(heads), keys.chunk(heads), values.chunk(heads), strict=True):
            total = joint.new_zeros(len(w_v))
            for one in kept:
                scores = torch.stack([(w_q @ cells[one]) @ (w_k @ cells[other]) * scale for other in kept])
                shares = torch.exp(scores - scores.max()) / torch.exp(scores - scores.max()).sum()
                for share, other in zip(shares, kept, strict=True):
                    total = total + share * (w_v @ cells[other])
            found.append(total)
        rows.append(torch.cat(found))
    return torch.stack(rows)


def relation(objects: Tensor, weights: Tensor, query: Tensor | None, g: list[Layer], f: list[Layer]) -> Tensor:
    """f(sum_ij w_i w_j g([o_i; o_j; q])): (B, K, o), (B, K), (B, Q) -> (B, C)."""
    rows = []
    for b, (cells, counted) in enumerate(zip(objects, weights, strict=True)):
        total = objects.new_zeros(len(g[-1][0]))
        for i, one in enumerate(cells):
            for j, other in enumerate(cells):
                parts = [one, other] if query is None else [one, other, query[b]]
                total = total + counted[i] * counted[j] * network(torch.cat(parts), g)
        rows.append(network(total, f))
    return torch.stack(rows)


class PlainRelationNetwork(nn.Module):
    """sum_ij g([o_i; o_j; q]) with the input of every pair written out.

    Args:
        object_dim: o.
        query_dim: Q.
        hidden_dim: Width of g's layers.
        layers: Of g.
    """

    def __init__(self, *, object_dim: int, query_dim: int, hidden_dim: int = 256, layers: int = 4) -> None:
        super().__init__()
        widths = [2 * object_dim + query_dim, *[hidden_dim] * layers]
        sizes = itertools.pairwise(widths)
        self.g = nn.Sequential(*(part for one, other in sizes for part in (nn.Linear(one, other), nn.ReLU())))

    def forward(self, objects: Tensor, query: Tensor) -> Tensor:
        """Relate objects (B, K, o) under a query (B, Q): (B, hidden_dim)."""
        batch, count, _ = objects.shape
        one = objects.unsqueeze(2).expand(-1, -1, count, -1)
        other = objects.unsqueeze(1).expand(-1, count, -1, -1)
        asked = query.view(batch, 1, 1, -1).expand(-1, count, count, -1)
        related: Tensor = self.g(torch.cat([one, other, asked], 3))  # (B, K, K, hidden_dim)
        return related.sum((1, 2))

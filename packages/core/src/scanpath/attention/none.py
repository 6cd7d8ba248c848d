"""Two ways of not looking, the rungs that an attention has to beat: the mean of all regions, and a learnt sum.

Source of the sum: HAN, Eqs. 2-4 without the choice, its baseline "sum 100 %".
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from scanpath.attention.checks import check_call, check_positive, check_query
from scanpath.attention.query import QueryProjection
from scanpath.ops import clean, masked_sum, uniform_weights, weighted_pooling
from scanpath.types import Attended, Axis, Kind


class MeanPooling(nn.Module):
    """Context = 1/n sum_i v_i over the n real regions; the question is not read.

    Args:
        region_dim: D, which is C too.
        query_dim: Q, if it is called with a query.
    """

    kind: Kind = "soft"
    axis: Axis = "glimpse"

    def __init__(self, *, region_dim: int, query_dim: int | None = None) -> None:
        super().__init__()
        self.region_dim = region_dim
        self.query_dim = query_dim
        self.context_dim = region_dim

    def forward(self, regions: Tensor, query: Tensor | None = None, mask: Tensor | None = None) -> Attended:
        """Average regions (B, *S, D): context (B, D), weights (B, 1, *S) of 1/n each."""
        check_call(self, regions, query, mask, region_dim=self.region_dim)
        check_query(self, query, self.query_dim)
        weights = uniform_weights(regions, mask)
        return Attended(weighted_pooling(weights, clean(regions, mask)), weights, {})


class SumPooling(nn.Module):
    """Context = sum_i m_i with m_i = mlp_x(v_i) + mlp_q(q), each of two linear layers with a ReLU after each.

    Every real region has the weight 1. A strong baseline: it sees region and question together, and it can count.

    Args:
        region_dim: D.
        query_dim: Q; None adds a learnt vector in the question's place.
        hidden_dim: Width of all layers, which is C too; D by default.
    """

    kind: Kind = "gate"
    axis: Axis = "glimpse"

    def __init__(self, *, region_dim: int, query_dim: int | None = None, hidden_dim: int | None = None) -> None:
        super().__init__()
        check_positive("SumPooling", hidden_dim=hidden_dim)
        width = hidden_dim or region_dim
        self.region_dim = region_dim
        self.query_dim = query_dim
        self.context_dim = width
        self.regions = nn.Sequential(nn.Linear(region_dim, width), nn.ReLU(), nn.Linear(width, width), nn.ReLU())
        self.query = QueryProjection(query_dim=query_dim, output_dim=width)
        self.query_out = nn.Linear(width, width)

    def forward(self, regions: Tensor, query: Tensor | None = None, mask: Tensor | None = None) -> Attended:
        """Sum regions (B, *S, D) with a query (B, Q): context (B, C), weights (B, 1, *S) of 1 where real."""
        check_call(self, regions, query, mask, region_dim=self.region_dim)
        check_query(self, query, self.query_dim)
        embedded = self.regions(clean(regions, mask))  # HAN, Eq. 2: (B, *S, C)
        question = torch.relu(self.query_out(torch.relu(self.query(query, len(regions)))))  # HAN, Eq. 3: (B, C)
        weights = torch.ones(regions.shape[:-1], device=regions.device) if mask is None else mask.float()
        # HAN, Eq. 4, summed: the question's term is the same for each of the n real regions
        count = weights.flatten(1).sum(1, keepdim=True)  # (B, 1)
        context = masked_sum(embedded, mask) + question * count  # (B, C)
        return Attended(context, weights.unsqueeze(1), {})

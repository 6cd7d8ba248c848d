"""Several looks, each asking with what the last one found.

Source: Stacked Attention Networks (Yang 2016) and the blog, "Multiple Hop Attention". The authors' code puts a tanh on
each projection and one on the score, none on the sum; the paper has one around the sum, the default here.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from scanpath.attention.checks import check_call, check_positive, check_query
from scanpath.attention.query import QueryProjection
from scanpath.ops import additive_scores, clean, masked_softmax, weighted_pooling
from scanpath.types import Attended, Axis, Kind


class MultiHopAttention(nn.Module):
    """k hops over v_I, the regions (or tanh(W_I f + b_I) of them), with u_0 = W_0 q + b_0 and for each hop

        h_A = tanh(W_IA v_I (+) (W_QA u + b_A)),   p = softmax(W_P h_A),   v~ = sum_i p_i v_i,   u <- u + v~.

    The context is the sum of the hops' v~; the question itself stays out of it, its host adds it. Scores have no bias,
    since a softmax cancels it; within the tanh of ``double_tanh`` it counts, and is there.

    Args:
        region_dim: D.
        query_dim: Q; None starts from a learnt u_0.
        hops: k; two help, more gain little.
        hidden_dim: Width of v_I and u, which is C too, with SAN's embedding of the regions; None looks at the regions
            as they are (C = D), as the blog does.
        score_dim: Width of h_A; half of C by default, as in SAN's code.
        double_tanh: The official code's form, tanh(W_P (tanh(W_IA v_I + b_I) (+) tanh(W_QA u + b_A)) + b_P).
    """  # noqa: D415 - the formula belongs to the first sentence

    kind: Kind = "soft"
    axis: Axis = "hop"

    def __init__(
        self,
        *,
        region_dim: int,
        query_dim: int | None = None,
        hops: int = 2,
        hidden_dim: int | None = None,
        score_dim: int | None = None,
        double_tanh: bool = False,
    ) -> None:
        super().__init__()
        check_positive("MultiHopAttention", hops=hops, hidden_dim=hidden_dim, score_dim=score_dim)
        width = hidden_dim or region_dim
        score_width = score_dim or max(1, width // 2)
        self.region_dim = region_dim
        self.query_dim = query_dim
        self.context_dim = width
        self.embed = None if hidden_dim is None else nn.Linear(region_dim, width)  # W_I, b_I
        self.query = QueryProjection(query_dim=query_dim, output_dim=width)  # W_0, b_0
        self.regions = nn.ModuleList(nn.Linear(width, score_width, bias=double_tanh) for _ in range(hops))  # W_IA, b_I
        self.queries = nn.ModuleList(nn.Linear(width, score_width) for _ in range(hops))  # W_QA, b_A
        bound = 1 / math.sqrt(score_width)
        self.weights = nn.Parameter(torch.empty(hops, score_width).uniform_(-bound, bound))  # W_P of each hop
        self.biases = nn.Parameter(torch.empty(hops).uniform_(-bound, bound)) if double_tanh else None  # b_P

    def forward(self, regions: Tensor, query: Tensor | None = None, mask: Tensor | None = None) -> Attended:
        """Attend to regions, hop by hop.

        Args:
            regions: (B, *S, D).
            query: (B, Q), if it was built for one.
            mask: (B, *S) bool, True where real.

        Returns:
            ``Attended(context (B, C), weights (B, hops, *S), extras)``; among the extras the hops' own contexts,
            (B, hops, C).
        """
        check_call(self, regions, query, mask, region_dim=self.region_dim)
        check_query(self, query, self.query_dim)
        values = clean(regions, mask)
        if self.embed is not None:
            values = torch.tanh(self.embed(values))  # v_I, (B, *S, C)
        u = self.query(query, regions.shape[0])  # (B, C)
        maps, found = [], []
        for hop, (of_regions, of_query) in enumerate(zip(self.regions, self.queries, strict=True)):
            scores = self._score(of_regions(values), of_query(u), hop)  # (B, 1, *S)
            maps.append(masked_softmax(scores, mask))  # (B, 1, *S)
            found.append(weighted_pooling(maps[-1], values))  # v~, (B, C)
            u = u + found[-1]
        contexts = torch.stack(found, 1)  # (B, hops, C)
        return Attended(contexts.sum(1), torch.cat(maps, 1), {"contexts": contexts})

    def _score(self, keys: Tensor, query: Tensor, hop: int) -> Tensor:
        weight = self.weights[hop].unsqueeze(0)
        if self.biases is None:
            return additive_scores(keys, query, weight)
        summed = additive_scores(torch.tanh(keys), torch.tanh(query), weight, literal=True)
        return torch.tanh(summed + self.biases[hop])

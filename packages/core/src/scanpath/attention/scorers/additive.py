"""Scores by a small network over the sum of region and question.

Source: the blog, parametric single hop, h_att = W^I v_I (+) (W^Q v_Q + b^Q), p_att = softmax(W^h h_att + b^h), with
SAN's tanh around h_att (Yang 2016). W^h carries no bias: a softmax cancels it and its gradient is zero.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from scanpath.attention.checks import check_call, check_positive, check_query
from scanpath.attention.query import QueryProjection
from scanpath.ops import additive_scores, clean


class AdditiveScorer(nn.Module):
    """s_mi = W^h_m tanh(W^I v_i + W^Q q + b^Q).

    Warning: ``literal=True`` is the blog's formula to the letter, without the tanh. Then W^h W^Q q is one number for
    all regions of a picture and cancels in the softmax: **the map ignores the question**, and the model is about as
    good as mean pooling (71 against 73 % on generated scenes, where tanh gives 86 to 88). It is here to be compared.

    Args:
        region_dim: D.
        query_dim: Q; None scores the regions without a question.
        maps: M, the number of maps.
        hidden_dim: k, the width in which both sides meet; half of D by default.
        literal: Leave the tanh out, with the effect above.
    """

    def __init__(
        self,
        *,
        region_dim: int,
        query_dim: int | None = None,
        maps: int = 1,
        hidden_dim: int | None = None,
        literal: bool = False,
    ) -> None:
        super().__init__()
        check_positive("AdditiveScorer", maps=maps, hidden_dim=hidden_dim)
        width = hidden_dim or max(1, region_dim // 2)
        self.maps = maps
        self.region_dim = region_dim
        self.query_dim = query_dim
        self.literal = literal
        self.regions = nn.Linear(region_dim, width, bias=False)  # W^I
        self.query = QueryProjection(query_dim=query_dim, output_dim=width)  # W^Q, b^Q
        bound = 1 / math.sqrt(width)
        self.weight = nn.Parameter(torch.empty(maps, width).uniform_(-bound, bound))  # W^h

    def forward(self, regions: Tensor, query: Tensor | None = None, mask: Tensor | None = None) -> Tensor:
        """Score regions (B, *S, D), given a query (B, Q) and a mask (B, *S): (B, M, *S)."""
        check_call(self, regions, query, mask, region_dim=self.region_dim)
        return self.score_keys(self.keys(regions, mask), query)

    def keys(self, regions: Tensor, mask: Tensor | None = None) -> Tensor:
        """Compute what does not depend on the query, W^I v_i: (B, *S, k)."""
        found: Tensor = self.regions(clean(regions, mask))
        return found

    def score_keys(self, keys: Tensor, query: Tensor | None = None) -> Tensor:
        """Score by the keys (B, *S, k) and a query (B, Q): (B, M, *S)."""
        check_query(self, query, self.query_dim)
        return additive_scores(keys, self.query(query, keys.shape[0]), self.weight, literal=self.literal)

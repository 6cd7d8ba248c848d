"""Scores by a dot product or a cosine of region and question.

Source: the blog, single hop, p_att = softmax(1 (v_I (*) v_Q)); "dot" is the formula, "cosine" the text's word for it.
"""

from __future__ import annotations

import math
from typing import Literal

import torch
from torch import Tensor, nn

from scanpath.attention.checks import check_call, check_positive, check_query
from scanpath.attention.query import QueryProjection
from scanpath.errors import ConfigError
from scanpath.ops import clean, cosine_scores, dot_scores


class DotScorer(nn.Module):
    """s_mi = scale * (W^I v_i) . (W^Q_m q), or its cosine; W^I is the identity unless ``hidden_dim`` is given.

    The products are taken on the question's side, (W^I' W^Q q) . v_i, which is the same number at a fraction of the
    cost: no region is projected. The cosine needs each projected region's norm and projects them.

    Args:
        region_dim: D.
        query_dim: Q; None scores by a learnt vector, without a question.
        maps: M, the number of maps.
        hidden_dim: Width in which both sides meet; None compares with the regions as they are.
        score: "dot" or "cosine".
        scale: Factor of the scores; None takes 1 / sqrt(d) for a dot product of vectors d wide, and 10 for the cosine.
            The blog has neither (``scale=1.0``), but products of wide vectors saturate the softmax before anything is
            learnt, and a bare cosine cannot look at one region among many: its softmax over 64 of them gives no region
            more than a tenth.
    """

    def __init__(
        self,
        *,
        region_dim: int,
        query_dim: int | None = None,
        maps: int = 1,
        hidden_dim: int | None = None,
        score: Literal["dot", "cosine"] = "dot",
        scale: float | None = None,
    ) -> None:
        super().__init__()
        check_positive("DotScorer", maps=maps, hidden_dim=hidden_dim)
        if score not in ("dot", "cosine"):
            raise ConfigError(f"DotScorer got score={score!r}, expected 'dot' or 'cosine'.")
        self.maps = maps
        self.region_dim = region_dim
        self.query_dim = query_dim
        self.score = score
        self.scale = scale if scale is not None else self._default_scale(score, hidden_dim or region_dim)
        self.query = QueryProjection(query_dim=query_dim, output_dim=maps * (hidden_dim or region_dim), bias=False)
        self.weight: nn.Parameter | None = None  # W^I, (hidden_dim, D)
        if hidden_dim is not None:
            bound = 1 / math.sqrt(region_dim)
            self.weight = nn.Parameter(torch.empty(hidden_dim, region_dim).uniform_(-bound, bound))

    @staticmethod
    def _default_scale(score: str, width: int) -> float:
        return 10.0 if score == "cosine" else 1 / math.sqrt(width)

    def forward(self, regions: Tensor, query: Tensor | None = None, mask: Tensor | None = None) -> Tensor:
        """Score regions (B, *S, D), given a query (B, Q) and a mask (B, *S): (B, M, *S)."""
        check_call(self, regions, query, mask, region_dim=self.region_dim)
        return self.score_keys(self.keys(regions, mask), query)

    def keys(self, regions: Tensor, mask: Tensor | None = None) -> Tensor:
        """Compute what does not depend on the query: for a cosine W^I v_i (B, *S, d), else the regions (B, *S, D)."""
        keys = clean(regions, mask)
        if self.score == "cosine" and self.weight is not None:
            keys = nn.functional.linear(keys, self.weight)
        return keys

    def score_keys(self, keys: Tensor, query: Tensor | None = None) -> Tensor:
        """Score by the keys and a query (B, Q): (B, M, *S)."""
        check_query(self, query, self.query_dim)
        queries = self.query(query, keys.shape[0]).unflatten(1, (self.maps, -1))  # (B, M, d)
        if self.score == "cosine":
            return cosine_scores(keys, queries) * self.scale
        if self.weight is not None:
            queries = torch.matmul(queries, self.weight)  # (B, M, d) x (d, D) -> (B, M, D)
        return dot_scores(keys, queries * self.scale)

"""Soft attention: any Scorer, normalised by a softmax over the regions.

Source: the blog, single hop: p_att = softmax(scores), v_I^filt = sum_i p_att[i] v_i. Several maps (the glimpses of
MCB) are concatenated.
"""

from __future__ import annotations

from typing import Any

from torch import Tensor, nn

from scanpath.attention.checks import check_call
from scanpath.attention.preparing import splits
from scanpath.errors import ConfigError
from scanpath.ops import clean, masked_softmax, weighted_pooling
from scanpath.types import Attended, Axis, Kind, Scorer


class SoftAttention(nn.Module):
    """p_m = softmax(s_m) over the regions, context = [sum_i p_1i v_i; ..; sum_i p_Mi v_i].

    Args:
        scorer: Scores the regions; never normalised, that is done here.
        region_dim: D.
        project: What the concatenated maps (B, M * D) go through, such as a linear map and PReLU; none by default.
        context_dim: C, the width that ``project`` gives; M * D without it.
    """

    kind: Kind = "soft"
    axis: Axis = "glimpse"

    def __init__(
        self, scorer: Scorer, *, region_dim: int, project: nn.Module | None = None, context_dim: int | None = None
    ) -> None:
        super().__init__()
        if (project is None) != (context_dim is None):
            raise ConfigError("SoftAttention takes project and context_dim together: the width is what project gives.")
        self.scorer = scorer
        self.region_dim = region_dim
        self.project = nn.Identity() if project is None else project
        self.context_dim = context_dim or scorer.maps * region_dim
        self.glimpses = scorer.maps if project is None else 1

    def forward(self, regions: Tensor, query: Tensor | None = None, mask: Tensor | None = None) -> Attended:
        """Attend to regions.

        Args:
            regions: (B, *S, D).
            query: (B, Q), if the scorer was built for one.
            mask: (B, *S) bool, True where real.

        Returns:
            ``Attended(context (B, C), weights (B, M, *S), extras)`` with the scores (B, M, *S) among the extras.
        """
        check_call(self, regions, query, mask, region_dim=self.region_dim)
        return self._pool(self.scorer(regions, query, mask), clean(regions, mask), mask)

    def keys(self, regions: Tensor, mask: Tensor | None = None) -> Tensor | None:
        """Compute of regions (B, *S, D) what the scorer does not need the query for (B, *S, d); None: nothing."""
        check_call(self, regions, None, mask, region_dim=self.region_dim)
        scorer: Any = self.scorer
        found: Tensor | None = scorer.keys(regions, mask) if splits(scorer) else None
        return found

    def attend(
        self, regions: Tensor, keys: Tensor | None, query: Tensor | None = None, mask: Tensor | None = None
    ) -> Attended:
        """Attend to clean regions with their keys, as :meth:`forward` does without."""
        scorer: Any = self.scorer
        scores = self.scorer(regions, query, mask) if keys is None else scorer.score_keys(keys, query)
        return self._pool(scores, regions, mask)

    def _pool(self, scores: Tensor, regions: Tensor, mask: Tensor | None) -> Attended:
        weights = masked_softmax(scores, mask)  # (B, M, *S)
        context = self.project(weighted_pooling(weights, regions))  # (B, M * D) -> (B, C)
        return Attended(context, weights, {"scores": scores})

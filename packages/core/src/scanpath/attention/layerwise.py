"""Layer-wise selection: attention that first chooses among the layers of a CNN, then among a layer's regions.

Source: the blog, "Attention as a conditional feature selection mechanism": attention weights over all tensors of a CNN,
summed within each, a softmax across the layers.

Read thus. What is summed are the scores before any softmax, where the blog first speaks of an attention weight: of what
a softmax over all regions gives, a second softmax could prefer no layer by more than a factor of e. A region's weight
is its layer's times the softmax among that layer's regions, so that a map sums to 1.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import torch
from torch import Tensor, nn

from scanpath.attention.checks import check_call, check_positive
from scanpath.attention.creation import create_scorer
from scanpath.errors import ConfigError, ShapeError
from scanpath.layers.options import named
from scanpath.ops import clean, layer_scores, layer_softmax, weighted_pooling
from scanpath.types import Attended, Axis, Kind, Scorer


class LayerwiseAttention(nn.Module):
    """p_i = beta_l softmax_{i in l}(s_i) with beta = softmax_l(pool_{i in l} s_i), context = sum_i p_i v_i.

    The regions are those of all layers one after another, projected to one width by the host: (B, sum K_l, D). A map
    covers them all; the layers' own weights beta stand in the extras.

    Warning: ``pooling="sum"`` is the blog's word. A sum grows with the number of regions, so a layer of 196 cells beats
    one of 49, or loses to it, by the size of its grid: with equal scores of 0.5 its weight is 1 to within 1e-31.

    Args:
        scorer: Scores the regions of all layers alike; several maps are concatenated.
        region_dim: D.
        layers: K_l, the number of regions of each layer. A call may bring the first layers alone, and what it brings
            beyond the last is that one's too, since batches are padded at the end.
        pooling: Of the scores within a layer: "mean", or "sum" with the effect above.
    """

    kind: Kind = "soft"
    axis: Axis = "glimpse"  # a map covers all layers

    def __init__(
        self, scorer: Scorer, *, region_dim: int, layers: Sequence[int], pooling: Literal["mean", "sum"] = "mean"
    ) -> None:
        super().__init__()
        if isinstance(layers, int | str) or not layers:
            raise ConfigError(f"LayerwiseAttention got layers={layers!r}, expected a list of regions a layer.")
        check_positive("LayerwiseAttention", **{f"layers[{i}]": size for i, size in enumerate(layers)})
        if pooling not in ("mean", "sum"):
            raise ConfigError(f"LayerwiseAttention got pooling={pooling!r}, expected 'mean' or 'sum'.")
        self.scorer = scorer
        self.region_dim = region_dim
        self.context_dim = scorer.maps * region_dim
        self.glimpses = scorer.maps
        self.layers = tuple(layers)
        self.pooling = pooling

    def forward(self, regions: Tensor, query: Tensor | None = None, mask: Tensor | None = None) -> Attended:
        """Attend to the regions of several layers.

        Args:
            regions: (B, sum K_l, D).
            query: (B, Q), if the scorer was built for one.
            mask: (B, sum K_l) bool, True where real.

        Returns:
            ``Attended(context (B, M * D), weights (B, M, sum K_l), extras)``; among the extras the scores and, in
            "layers", beta (B, M, L).

        Raises:
            ShapeError: A grid, or regions that end within a layer.
        """
        check_call(self, regions, query, mask, region_dim=self.region_dim)
        if regions.dim() != 3:
            raise ShapeError(
                f"LayerwiseAttention got a grid {tuple(regions.shape)}, expected (B, K, {self.region_dim}): flatten "
                "each layer's grid and put the layers one after another."
            )
        sizes = self._sizes(regions.shape[1])
        scores = self.scorer(regions, query, mask)  # (B, M, K)
        layers = layer_scores(scores, sizes, mask, pooling=self.pooling)  # (B, M, L)
        weights = layer_softmax(scores, layers, sizes, mask)  # (B, M, K)
        chosen = torch.stack([part.sum(-1) for part in torch.split(weights, sizes, -1)], -1)  # beta, (B, M, L)
        context = weighted_pooling(weights, clean(regions, mask))  # (B, M * D)
        return Attended(context, weights, {"scores": scores, "layers": chosen})

    def _sizes(self, count: int) -> list[int]:
        """Split K regions among the layers; the last takes what is beyond."""
        ends = list(itertools.accumulate(self.layers))
        if count > ends[-1]:
            return [*self.layers[:-1], self.layers[-1] + count - ends[-1]]
        if count not in ends:
            raise ShapeError(
                f"LayerwiseAttention got {count} regions, expected {ends[-1]} of layers of {list(self.layers)}: bring "
                "whole layers, in this order."
            )
        return list(self.layers[: ends.index(count) + 1])


def layerwise(
    *,
    region_dim: int,
    layers: Sequence[int],
    query_dim: int | None = None,
    scorer: str | Mapping[str, Any] = "dot",
    pooling: Literal["mean", "sum"] = "mean",
) -> LayerwiseAttention:
    """Build a :class:`LayerwiseAttention` around a scorer by name.

    Args:
        region_dim: D.
        layers: K_l, the number of regions of each layer.
        query_dim: Q; None attends without a query.
        scorer: Scores all regions: a scorer's name, or ``{"name": .., **options}``.
        pooling: See :class:`LayerwiseAttention`.
    """
    name, options = named(scorer, "scorer")
    scores = create_scorer(name, region_dim=region_dim, query_dim=query_dim, **options)
    return LayerwiseAttention(scores, region_dim=region_dim, layers=layers, pooling=pooling)

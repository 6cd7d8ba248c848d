"""The fixed choice with a gradient that passes it as if it were smooth: the baseline that the paper found unstable.

Source: HAN, sec. 4.8 and Fig. 3b (its details are in a supplement that we do not have), after Estimating or Propagating
Gradients Through Stochastic Neurons (Bengio 2013, https://arxiv.org/abs/1308.3432).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import torch
from torch import Tensor

from scanpath.errors import ConfigError
from scanpath.ops import masked_softmax
from scanpath_han.aggregators import Aggregating, check_aggregator
from scanpath_han.ops import Norm, straight_through, top_cells
from scanpath_han.presence_attention import PresenceAttention
from scanpath_han.quota import Quota
from scanpath_han.selection import Selection, pick


class StraightThroughAttention(PresenceAttention):
    """Count each cell by its gate, 1 for the k of highest presence and 0 else, whose gradient is that of p itself.

    Its context is HardAttention's. Its cost is not: every cell is aggregated, since a cell that was not chosen is told
    by the gradient how much it would have helped.

    Read thus: the estimator takes the derivative of the threshold for 1, so d gate / d p = 1 for every real cell, with
    p the raw norm. ``surrogate="softmax"`` takes the derivative of softmax(p) instead, which is bounded.

    Args:
        region_dim: D.
        query_dim: Q; None adds a learnt vector in the question's place.
        k: How many cells count.
        fraction: Or which part of a sample's real cells, rounded, at least one. A quarter if neither is given.
        hidden_dim: d, the width of m; D by default.
        layers: Of each side's embedding, see :class:`JointEmbedding`.
        embeds_regions: False where the regions come through the host's own layers (Eq. 2), once a picture: D is d.
        norm: How presence is read, see :func:`scanpath_han.ops.presence`.
        surrogate: "identity" or "softmax", see above.
        aggregator: As of :class:`HardAttention`, if its ``differentiates_gates`` is True; "pairwise" is refused, since
            the fused attention that it runs on takes no gradient of a gate.
    """

    def __init__(
        self,
        *,
        region_dim: int,
        query_dim: int | None = None,
        k: int | None = None,
        fraction: float | None = None,
        hidden_dim: int | None = None,
        layers: int = 2,
        embeds_regions: bool = True,
        norm: Norm = "l2",
        surrogate: Literal["identity", "softmax"] = "identity",
        aggregator: Aggregating = "sum",
    ) -> None:
        super().__init__(
            region_dim=region_dim,
            query_dim=query_dim,
            hidden_dim=hidden_dim,
            layers=layers,
            embeds_regions=embeds_regions,
            norm=norm,
            aggregator=aggregator,
        )
        if surrogate not in ("identity", "softmax"):
            raise ConfigError(
                f"StraightThroughAttention got surrogate={surrogate!r}, expected 'identity' or 'softmax'."
            )
        _check_gates(self.aggregator, type(self.aggregator).__name__)
        self.quota = Quota.checked("StraightThroughAttention", k, fraction)
        self.surrogate = surrogate

    @staticmethod
    def check_options(options: Mapping[str, Any]) -> None:
        """Check the options nested in the aggregator's, and that it passes gates their gradient; building nothing.

        Raises:
            ConfigError: As building.
        """
        chosen = check_aggregator(options.get("aggregator", "sum"))
        if isinstance(chosen, type):  # what another factory builds shows when it is built
            _check_gates(chosen, chosen.__name__)

    def select(self, regions: Tensor, query: Tensor | None = None, mask: Tensor | None = None) -> Selection:
        """Gate the cells of regions (B, *S, D), given a query (B, Q) and a mask (B, *S): all of them are in the result.

        Raises:
            ShapeError: What does not fit, no cell, or fewer than k.
        """
        joint = self._embedded(regions, query, mask)  # (B, K, d)
        slots = self.quota.slots("StraightThroughAttention", joint.shape[1])
        sizes = self._presence(joint, regions, mask)  # (B, *S), with its gradient
        quota = None if mask is None else self.quota.of(mask)
        positions, chosen = top_cells(sizes.detach(), slots, mask, quota)  # (B, k)
        flat = sizes.flatten(1)  # (B, K)
        hard = flat.new_zeros(flat.shape).scatter(1, positions, chosen.to(flat.dtype))
        soft = flat if self.surrogate == "identity" else masked_softmax(sizes.unsqueeze(1), mask).flatten(1)
        everywhere = torch.arange(flat.shape[1], device=flat.device).expand_as(flat)  # (B, K)
        return pick(joint, everywhere, straight_through(hard, soft), sizes.detach())


def _check_gates(aggregator: object, name: str) -> None:
    if not getattr(aggregator, "differentiates_gates", False):  # a factory's may not say so at all
        raise ConfigError(
            f"StraightThroughAttention got the aggregator {name}, which passes no gradient to a gate: use 'sum' or "
            "'relation', or set its differentiates_gates to True if it multiplies by the gates."
        )

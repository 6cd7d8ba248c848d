"""Channel attention: the question chooses among the channels of all regions before any region is looked at.

Source: the blog, "Attention as a conditional feature selection mechanism": the affinity matrix of region and question,
pooled over space, gives each channel its weight. Read thus: the affinity matrix is the product v_I (*) v_Q of the
blog's single hop, channels x regions; a hop sums it over the channels, this pools it over the regions; the softmax runs
across the channels, as in SCA-CNN (Chen 2017), which the blog names.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from torch import Tensor, nn

from scanpath.attention.checks import check_call, check_query
from scanpath.attention.contextual import Contextual
from scanpath.attention.creation import create_attention
from scanpath.attention.query import QueryProjection
from scanpath.errors import ConfigError
from scanpath.layers.options import named
from scanpath.ops import channel_affinity, channel_weights, clean


class ChannelAttention(nn.Module):
    """v'_id = w_d v_id with w = D softmax_d(pool_i v_id (W^Q q + b^Q)_d), one weight a channel for a grid or boxes.

    Weights are 1 on average. They are no maps over regions, so :meth:`weigh` gives them to who wants to see them.

    Args:
        region_dim: D.
        query_dim: Q; None compares with a learnt vector, without a question.
        pooling: Over the real regions: their "mean" asks what the picture is full of, their "max" what is in it.
    """

    def __init__(
        self, *, region_dim: int, query_dim: int | None = None, pooling: Literal["mean", "max"] = "mean"
    ) -> None:
        super().__init__()
        if pooling not in ("mean", "max"):
            raise ConfigError(f"ChannelAttention got pooling={pooling!r}, expected 'mean' or 'max'.")
        self.region_dim = region_dim
        self.query_dim = query_dim
        self.output_dim = region_dim
        self.pooling = pooling
        self.query = QueryProjection(query_dim=query_dim, output_dim=region_dim)  # W^Q, b^Q

    def weigh(self, regions: Tensor, query: Tensor | None = None, mask: Tensor | None = None) -> Tensor:
        """Weigh the channels of regions (B, *S, D), given a query (B, Q) and a mask (B, *S): (B, D)."""
        check_call(self, regions, query, mask, region_dim=self.region_dim)
        check_query(self, query, self.query_dim)
        asked = self.query(query, len(regions))  # (B, D)
        return channel_weights(channel_affinity(regions, asked, mask, pooling=self.pooling))

    def forward(self, regions: Tensor, query: Tensor | None = None, mask: Tensor | None = None) -> Tensor:
        """Scale regions (B, *S, D) channel by channel: (B, *S, D), 0 behind the mask."""
        weights = self.weigh(regions, query, mask).to(regions.dtype)
        return clean(regions, mask) * weights.view(len(regions), *[1] * (regions.dim() - 2), -1)


def channel(
    *,
    region_dim: int,
    query_dim: int | None = None,
    attention: str | Mapping[str, Any] = "dot",
    pooling: Literal["mean", "max"] = "mean",
) -> Contextual:
    """Build :class:`ChannelAttention` in front of an attention; ``attention="mean"`` chooses channels alone.

    Args:
        region_dim: D.
        query_dim: Q; None attends without a query.
        attention: Looks at the weighted regions: a name, or ``{"name": .., **options}``.
        pooling: See :class:`ChannelAttention`.
    """
    name, options = named(attention, "attention")
    encoder = ChannelAttention(region_dim=region_dim, query_dim=query_dim, pooling=pooling)
    return Contextual(encoder, create_attention(name, region_dim=region_dim, query_dim=query_dim, **options))

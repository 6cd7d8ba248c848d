"""Regions in the context of all others, by self-attention.

Source: the blog, "Contextualizing image embeddings": each region is a conditioning vector that attends to all regions,
and what it finds is added to it. The projections are those of Attention Is All You Need (Vaswani 2017); the blog prints
none. No normalisation and no feed-forward layers: it is the blog's step, not a Transformer's.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from torch import Tensor, nn

from scanpath.attention.checks import check_call, check_positive
from scanpath.attention.contextual import Contextual
from scanpath.attention.creation import create_attention
from scanpath.errors import ConfigError
from scanpath.layers.options import named
from scanpath.ops import clean, region_attention


class SelfAttention(nn.Module):
    """v'_i = v_i + W^O [o_i1; ..; o_ih] + b with o_i = sum_j softmax_j(W^Q v_i . W^K v_j / sqrt(d)) W^V v_j.

    The order of regions plays no part. Time grows with K squared; torch's fused kernels hold no K x K weights.

    Args:
        region_dim: D, also of the result.
        heads: h, parts of the width that attend apart.
        hidden_dim: h * d, the width of W^Q, W^K and W^V; D by default. ``heads`` divides it.
    """

    def __init__(self, *, region_dim: int, heads: int = 1, hidden_dim: int | None = None) -> None:
        super().__init__()
        check_positive("SelfAttention", heads=heads, hidden_dim=hidden_dim)
        width = hidden_dim or region_dim
        if width % heads:
            raise ConfigError(
                f"SelfAttention got heads={heads} for a width of {width}, expected a divisor: give heads or hidden_dim."
            )
        self.region_dim = region_dim
        self.output_dim = region_dim
        self.heads = heads
        self.project = nn.Linear(region_dim, 3 * width, bias=False)  # W^Q, W^K, W^V
        self.out = nn.Linear(width, region_dim)  # W^O, b

    def forward(self, regions: Tensor, mask: Tensor | None = None) -> Tensor:
        """Encode regions (B, *S, D) with a mask (B, *S): (B, *S, D), 0 behind the mask."""
        check_call(self, regions, None, mask, region_dim=self.region_dim)
        flat = clean(regions, mask).flatten(1, -2)  # (B, K, D)
        split = self.project(flat).unflatten(-1, (3, self.heads, -1))  # (B, K, 3, h, d)
        queries, keys, values = split.permute(2, 0, 3, 1, 4)  # each (B, h, K, d)
        found = region_attention(queries, keys, values, mask).transpose(1, 2).flatten(2)  # (B, K, h * d)
        return clean((flat + self.out(found)).view(regions.shape), mask)


def self_attention(
    *,
    region_dim: int,
    query_dim: int | None = None,
    attention: str | Mapping[str, Any] = "dot",
    heads: int = 1,
    hidden_dim: int | None = None,
) -> Contextual:
    """Build a :class:`SelfAttention` in front of an attention.

    Args:
        region_dim: D.
        query_dim: Q; None attends without a query.
        attention: Looks at the encoded regions: a name, or ``{"name": .., **options}``; another ``"self_attention"`` is
            a second layer.
        heads: See :class:`SelfAttention`, as ``hidden_dim``.
        hidden_dim: See above.
    """
    name, options = named(attention, "attention")
    encoder = SelfAttention(region_dim=region_dim, heads=heads, hidden_dim=hidden_dim)
    return Contextual(encoder, create_attention(name, region_dim=region_dim, query_dim=query_dim, **options))

"""Regions in the context of those before and after them, by a bi-directional LSTM in raster order.

Source: the blog, "Contextualizing image embeddings", after Multi-level Attention Networks (Yu 2017).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from torch import Tensor, nn

from scanpath.attention.checks import check_call, check_positive
from scanpath.attention.contextual import Contextual
from scanpath.attention.creation import create_attention
from scanpath.layers.options import named
from scanpath.layers.recurrence import run_over_real


class BiLSTM(nn.Module):
    """v'_i = [h_i; g_i] with h read from the first region to the last and g from the last to the first.

    A grid is read row by row, boxes in the order they come in. Masked regions are stepped over wherever they stand: the
    states are those of the real regions alone.

    Args:
        region_dim: D.
        hidden_dim: Width of each direction; half of D, rounded up, by default. D' is twice that.
    """

    def __init__(self, *, region_dim: int, hidden_dim: int | None = None) -> None:
        super().__init__()
        check_positive("BiLSTM", hidden_dim=hidden_dim)
        width = hidden_dim or (region_dim + 1) // 2
        self.region_dim = region_dim
        self.output_dim = 2 * width
        self.forwards = nn.LSTM(region_dim, width, batch_first=True)
        self.backwards = nn.LSTM(region_dim, width, batch_first=True)

    def forward(self, regions: Tensor, mask: Tensor | None = None) -> Tensor:
        """Encode regions (B, *S, D) with a mask (B, *S): (B, *S, D'), 0 behind the mask."""
        check_call(self, regions, None, mask, region_dim=self.region_dim)
        flat_mask = None if mask is None else mask.flatten(1)  # (B, K)
        states = run_over_real(self.forwards, regions.flatten(1, -2), flat_mask, backwards=self.backwards)
        return states.view(*regions.shape[:-1], -1)  # (B, K, D') -> (B, *S, D')


def bilstm(
    *,
    region_dim: int,
    query_dim: int | None = None,
    attention: str | Mapping[str, Any] = "dot",
    hidden_dim: int | None = None,
) -> Contextual:
    """Build a :class:`BiLSTM` in front of an attention.

    Args:
        region_dim: D.
        query_dim: Q; None attends without a query.
        attention: Looks at the encoded regions: a name, or ``{"name": .., **options}``; ``"bilstm"`` is a second layer.
        hidden_dim: See :class:`BiLSTM`.
    """
    name, options = named(attention, "attention")
    encoder = BiLSTM(region_dim=region_dim, hidden_dim=hidden_dim)
    return Contextual(encoder, create_attention(name, region_dim=encoder.output_dim, query_dim=query_dim, **options))

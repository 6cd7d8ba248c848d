"""Regions that know their surroundings before they are looked at.

Source: the blog, "Contextualizing image embeddings": a recurrent network or self-attention over the regions, then any
attention.
"""

from __future__ import annotations

import inspect

from torch import Tensor, nn

from scanpath.ops import clean
from scanpath.types import Attended, Attention


class Contextual(nn.Module):
    """attention(encoder(regions), query), itself an Attention.

    Args:
        encoder: From regions (B, *S, D) to regions (B, *S, D'). One that lets regions see each other takes ``mask``
            as its second argument and heeds it; one that treats each alone takes the regions only.
        attention: Built for regions D' wide.
    """

    def __init__(self, encoder: nn.Module, attention: Attention) -> None:
        super().__init__()
        self.encoder = encoder
        self.attention = attention
        self.context_dim = attention.context_dim
        self.kind = attention.kind
        self.axis = attention.axis
        self.masked = "mask" in inspect.signature(encoder.forward).parameters

    def forward(self, regions: Tensor, query: Tensor | None = None, mask: Tensor | None = None) -> Attended:
        """Encode regions (B, *S, D), then attend to them with a query (B, Q) and a mask (B, *S)."""
        cleaned = clean(regions, mask)
        encoded = self.encoder(cleaned, mask) if self.masked else self.encoder(cleaned)  # (B, *S, D')
        return self.attention(encoded, query, mask)

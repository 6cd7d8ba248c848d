"""Regions that know their surroundings, or the question, before they are looked at.

Source: the blog, "Contextualizing image embeddings": a recurrent network or self-attention over the regions, then any
attention; and its channel attention, which weighs the channels of the regions in the same place.
"""

from __future__ import annotations

import inspect

from torch import Tensor, nn

from scanpath.ops import clean
from scanpath.types import Attended, Attention


class Contextual(nn.Module):
    """attention(encoder(regions), query), itself an Attention.

    Args:
        encoder: From regions (B, *S, D) to regions (B, *S, D'). One that lets regions see each other has the argument
            ``mask`` and heeds it, one that asks the question has ``query``; one that treats each region alone takes
            the regions only.
        attention: Built for regions D' wide.
    """

    def __init__(self, encoder: nn.Module, attention: Attention) -> None:
        super().__init__()
        self.encoder = encoder
        self.attention = attention
        self.context_dim = attention.context_dim
        self.kind = attention.kind
        self.axis = attention.axis
        self.glimpses: int = getattr(attention, "glimpses", 1)
        takes = inspect.signature(encoder.forward).parameters
        self.asks, self.masked = "query" in takes, "mask" in takes

    def encode(self, regions: Tensor, query: Tensor | None = None, mask: Tensor | None = None) -> Tensor:
        """Encode regions (B, *S, D): (B, *S, D').

        Without ``asks`` it is the same for every question, so a host does it once a picture.
        """
        given: dict[str, Tensor | None] = {"query": query} if self.asks else {}
        if self.masked:
            given["mask"] = mask
        encoded: Tensor = self.encoder(clean(regions, mask), **given)
        return encoded

    def forward(self, regions: Tensor, query: Tensor | None = None, mask: Tensor | None = None) -> Attended:
        """Encode regions (B, *S, D), then attend to them with a query (B, Q) and a mask (B, *S)."""
        return self.attention(self.encode(regions, query, mask), query, mask)

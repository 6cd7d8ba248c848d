"""Attention to the regions and to the words, each on its own.

Source: the blog, "Attending to the image and question", independent attention: the question looks at the regions, and
the image looks at the words.
"""

from __future__ import annotations

from torch import Tensor, nn

from scanpath.errors import ConfigError
from scanpath.ops import masked_mean
from scanpath.types import Attention, CoAttended


class IndependentCoAttention(nn.Module):
    """Any two Attentions side by side.

    Args:
        regions_attention: Looks at the regions (B, *S, D), given the query.
        tokens_attention: Looks at the tokens (B, T, E).
        cross: What the tokens are asked with: False, the query; True, the mean of the real regions, as in the blog,
            so that ``tokens_attention`` must have been built with ``query_dim=D``.
    """

    def __init__(self, regions_attention: Attention, tokens_attention: Attention, *, cross: bool = False) -> None:
        super().__init__()
        facts = [(one.kind, one.axis) for one in (regions_attention, tokens_attention)]
        if facts[0] != facts[1]:
            raise ConfigError(
                f"IndependentCoAttention got {facts[0]} for the regions and {facts[1]} for the tokens, expected two "
                "attentions of one kind and one axis."
            )
        self.regions = regions_attention
        self.tokens = tokens_attention
        self.cross = cross
        self.context_dims = (regions_attention.context_dim, tokens_attention.context_dim)
        self.kind, self.axis = facts[0]
        self.glimpses: int = getattr(regions_attention, "glimpses", 1)

    def forward(
        self,
        regions: Tensor,
        tokens: Tensor,
        query: Tensor | None = None,
        region_mask: Tensor | None = None,
        token_mask: Tensor | None = None,
    ) -> CoAttended:
        """Attend to both sides.

        Args:
            regions: (B, *S, D).
            tokens: (B, T, E).
            query: (B, Q), if the attentions were built for one.
            region_mask: (B, *S) bool, True where real.
            token_mask: (B, T) bool, True where real.

        Returns:
            ``CoAttended(regions: Attended, tokens: Attended)``.
        """
        asked = masked_mean(regions, region_mask) if self.cross else query  # (B, D) or (B, Q)
        return CoAttended(self.regions(regions, query, region_mask), self.tokens(tokens, asked, token_mask))

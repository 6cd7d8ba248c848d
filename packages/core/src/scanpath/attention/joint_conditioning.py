"""Attention to the regions and to the words, hop by hop, both asked with what either side has found so far.

Source: the blog, "Attending to the image and question", independent attention with joint conditioning; without it, the
name is ``independent``. Near to it is DAN (Nam 2017), whose memory adds products of the two sides instead of their sum.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from scanpath.attention.checks import check_call, check_positive, check_query, check_tokens
from scanpath.ops import additive_scores, clean, masked_mean, masked_softmax, weighted_pooling
from scanpath.types import Attended, Axis, CoAttended, Kind


class JointConditioning(nn.Module):
    """k hops over x_i = W_I v_i + b_I and y_t = W_T w_t + b_T. The condition is the sum of one vector for each side,

        z_0 = mean_i x_i + (W_0 q + b_0), and at each hop, with weights of its own and the same z for both sides,
        p = softmax_i(w_p' tanh(W_A x_i + W_Z z + b)),   x~ = sum_i p_i x_i,   y~ likewise,   z <- z + x~ + y~.

    Each side's vector grows by what it finds, as the question's does in multi_hop; the blog sums the two and does not
    say how they start: here the image's as the mean of its regions, the question's as the query. A side's context is
    the sum of its hops.

    Args:
        region_dim: D.
        token_dim: E.
        query_dim: Q; None starts from the mean of the words y_t.
        hops: k.
        hidden_dim: Width of x, y and z, and of both contexts; D by default.
        score_dim: Rows of W_A and W_Z; half of ``hidden_dim`` by default.
    """  # noqa: D415 - the formula belongs to the first sentence

    kind: Kind = "soft"
    axis: Axis = "hop"

    def __init__(
        self,
        *,
        region_dim: int,
        token_dim: int,
        query_dim: int | None = None,
        hops: int = 2,
        hidden_dim: int | None = None,
        score_dim: int | None = None,
    ) -> None:
        super().__init__()
        check_positive("JointConditioning", hops=hops, hidden_dim=hidden_dim, score_dim=score_dim)
        width = hidden_dim or region_dim
        score_width = score_dim or max(1, width // 2)
        self.region_dim = region_dim
        self.token_dim = token_dim
        self.query_dim = query_dim
        self.context_dims = (width, width)
        self.query = None if query_dim is None else nn.Linear(query_dim, width)  # W_0, b_0
        self.embed_regions = nn.Linear(region_dim, width)  # W_I, b_I
        self.embed_tokens = nn.Linear(token_dim, width)  # W_T, b_T
        self.regions = nn.ModuleList(_Look(width, score_width) for _ in range(hops))
        self.tokens = nn.ModuleList(_Look(width, score_width) for _ in range(hops))

    def forward(
        self,
        regions: Tensor,
        tokens: Tensor,
        query: Tensor | None = None,
        region_mask: Tensor | None = None,
        token_mask: Tensor | None = None,
    ) -> CoAttended:
        """Attend to both sides, hop by hop.

        Args:
            regions: (B, *S, D).
            tokens: (B, T, E).
            query: (B, Q), if it was built for one.
            region_mask: (B, *S) bool, True where real.
            token_mask: (B, T) bool, True where real.

        Returns:
            ``CoAttended(regions: Attended, tokens: Attended)`` with a map a hop, (B, hops, *S) and (B, hops, T);
            among each side's extras its hops' own contexts, (B, hops, C).
        """
        check_call(self, regions, query, region_mask, region_dim=self.region_dim)
        check_tokens(self, tokens, token_mask, batch=len(regions), token_dim=self.token_dim)
        check_query(self, query, self.query_dim)
        x = self.embed_regions(clean(regions, region_mask))  # (B, *S, C)
        y = self.embed_tokens(clean(tokens, token_mask))  # (B, T, C)
        asked = masked_mean(y, token_mask) if self.query is None else self.query(query)
        z = masked_mean(x, region_mask) + asked  # (B, C)
        looks, reads = [], []
        for look, read in zip(self.regions, self.tokens, strict=True):
            looks.append(look(x, z, region_mask))  # weights (B, 1, *S), x~ (B, C)
            reads.append(read(y, z, token_mask))  # weights (B, 1, T), y~ (B, C)
            z = z + looks[-1][1] + reads[-1][1]
        return CoAttended(_summed(looks), _summed(reads))


class _Look(nn.Module):
    """One hop of one side."""

    def __init__(self, width: int, score_width: int) -> None:
        super().__init__()
        self.keys = nn.Linear(width, score_width, bias=False)  # W_A
        self.condition = nn.Linear(width, score_width)  # W_Z, b
        bound = 1 / math.sqrt(score_width)
        self.weight = nn.Parameter(torch.empty(1, score_width).uniform_(-bound, bound))  # w_p

    def forward(self, values: Tensor, z: Tensor, mask: Tensor | None) -> tuple[Tensor, Tensor]:
        """Look at values (B, *S, C) under a condition (B, C): weights (B, 1, *S) and what is found, (B, C)."""
        weights = masked_softmax(additive_scores(self.keys(values), self.condition(z), self.weight), mask)
        return weights, weighted_pooling(weights, values)


def _summed(hops: list[tuple[Tensor, Tensor]]) -> Attended:
    contexts = torch.stack([found for _, found in hops], 1)  # (B, hops, C)
    return Attended(contexts.sum(1), torch.cat([weights for weights, _ in hops], 1), {"contexts": contexts})

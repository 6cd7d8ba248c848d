"""Joint attention: one matrix of affinities between words and regions says where to look on both sides.

Source: the blog, "Attending to the image and question", joint attention, with its two ways from the matrix to weights:
the largest affinity, without parameters, or a small network, which is parallel co-attention of Lu 2016 (hierarchical
question-image co-attention, Eqs. 3 to 5; one level of it, as the question's encoder gives it).
"""

from __future__ import annotations

import math
from typing import Literal

import torch
from torch import Tensor, nn

from scanpath.attention.checks import check_call, check_positive, check_query, check_tokens
from scanpath.errors import ConfigError
from scanpath.ops import affine_scores, affinities, clean, largest_affinity, masked_softmax, weighted_pooling
from scanpath.types import Attended, Axis, CoAttended, Kind


class AffinityCoAttention(nn.Module):
    """With C = tanh(w' W v) between words w_t and regions v_i, each side's p = softmax(s) and context sum_i p_i v_i:

    * ``pooling="max"``: s_i = scale * max_t C_ti for regions, s_t = scale * max_i C_ti for words;
    * ``pooling="learned"``: s_i = w_hv' tanh(W_v v_i + sum_t C_ti W_q w_t) for regions,
      s_t = w_hq' tanh(W_q w_t + sum_i C_ti W_v v_i) for words.

    The words are the question, so the query is not read.

    Args:
        region_dim: D, the width of the regions' context too.
        token_dim: E, the width of the words' context too.
        query_dim: Q, if it is called with a query.
        pooling: From the matrix to scores, see above.
        hidden_dim: Rows of W_v and W_q, for "learned" alone; half of D by default.
        scale: Factor of the scores, for "max" alone; 10 by default. The blog has none (``scale=1.0``), but affinities
            lie in [-1, 1], and then a softmax over 64 regions gives none of them more than about a tenth.
    """  # noqa: D415 - the formula belongs to the first sentence

    kind: Kind = "soft"
    axis: Axis = "glimpse"

    def __init__(
        self,
        *,
        region_dim: int,
        token_dim: int,
        query_dim: int | None = None,
        pooling: Literal["max", "learned"] = "max",
        hidden_dim: int | None = None,
        scale: float | None = None,
    ) -> None:
        super().__init__()
        check_positive("AffinityCoAttention", hidden_dim=hidden_dim)
        if pooling not in ("max", "learned"):
            raise ConfigError(f"AffinityCoAttention got pooling={pooling!r}, expected 'max' or 'learned'.")
        for option, value, other in (("hidden_dim", hidden_dim, "max"), ("scale", scale, "learned")):
            if value is not None and pooling == other:
                raise ConfigError(
                    f"AffinityCoAttention got {option}={value!r} with pooling={other!r}, which has none: leave it out."
                )
        self.region_dim = region_dim
        self.token_dim = token_dim
        self.query_dim = query_dim
        self.context_dims = (region_dim, token_dim)
        self.scale = 10.0 if scale is None else scale
        bound = 1 / math.sqrt(region_dim)
        self.weight = nn.Parameter(torch.empty(token_dim, region_dim).uniform_(-bound, bound))  # W
        self.learned = None
        if pooling == "learned":
            self.learned = _LearnedPooling(region_dim, token_dim, hidden_dim or max(1, region_dim // 2))

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
            query: (B, Q), if it was built for one; not read.
            region_mask: (B, *S) bool, True where real.
            token_mask: (B, T) bool, True where real.

        Returns:
            ``CoAttended(regions: Attended, tokens: Attended)`` with one map a side; among the regions' extras the
            affinity (B, T, *S).
        """
        check_call(self, regions, query, region_mask, region_dim=self.region_dim)
        check_tokens(self, tokens, token_mask, batch=len(regions), token_dim=self.token_dim)
        check_query(self, query, self.query_dim)
        regions, tokens = clean(regions, region_mask), clean(tokens, token_mask)
        related = affinities(tokens, regions, self.weight)  # C, (B, T, K)
        if self.learned is not None:
            of_regions, of_tokens = self.learned(regions.flatten(1, -2), tokens, related)
        else:
            flat_mask = None if region_mask is None else region_mask.flatten(1)  # (B, K)
            of_regions = largest_affinity(related.transpose(1, 2), token_mask) * self.scale  # (B, 1, K)
            of_tokens = largest_affinity(related, flat_mask) * self.scale  # (B, 1, T)
        shape = regions.shape[1:-1]  # *S
        look = masked_softmax(of_regions.reshape(len(regions), 1, *shape), region_mask)  # (B, 1, *S)
        read = masked_softmax(of_tokens, token_mask)  # (B, 1, T)
        return CoAttended(
            Attended(weighted_pooling(look, regions), look, {"affinity": related.view(len(related), -1, *shape)}),
            Attended(weighted_pooling(read, tokens), read, {}),
        )


class _LearnedPooling(nn.Module):
    """Lu's small network from affinities to the scores of both sides; without biases, so that what is masked is 0."""

    def __init__(self, region_dim: int, token_dim: int, width: int) -> None:
        super().__init__()
        self.regions = nn.Linear(region_dim, width, bias=False)  # W_v
        self.tokens = nn.Linear(token_dim, width, bias=False)  # W_q
        self.region_scores = nn.Linear(width, 1, bias=False)  # w_hv
        self.token_scores = nn.Linear(width, 1, bias=False)  # w_hq

    def forward(self, regions: Tensor, tokens: Tensor, related: Tensor) -> tuple[Tensor, Tensor]:
        """Score regions (B, K, D) and tokens (B, T, E) by their affinity (B, T, K): (B, 1, K) and (B, 1, T)."""
        seen, said = self.regions(regions), self.tokens(tokens)  # (B, K, k), (B, T, k)
        return (
            affine_scores(seen, said, related.transpose(1, 2), self.region_scores.weight),
            affine_scores(said, seen, related, self.token_scores.weight),
        )

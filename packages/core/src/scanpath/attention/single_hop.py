"""One look: score every region against the question, softmax, weighted sum.

Source: the blog, "Single Hop Attention".
"""

from __future__ import annotations

from typing import Literal

from scanpath.attention.scorers.additive import AdditiveScorer
from scanpath.attention.scorers.dot import DotScorer
from scanpath.attention.soft import SoftAttention
from scanpath.errors import ConfigError
from scanpath.types import Scorer


def single_hop(
    *,
    region_dim: int,
    query_dim: int | None = None,
    score: Literal["dot", "additive", "cosine"] = "dot",
    maps: int = 1,
    hidden_dim: int | None = None,
    scale: float | None = None,
) -> SoftAttention:
    """Build the blog's attention of a single hop.

    Args:
        region_dim: D.
        query_dim: Q; None attends without a question.
        score: "dot" (the blog's first form), "additive" (its parametric one, with tanh) or "cosine".
        maps: M, the number of maps.
        hidden_dim: Width in which region and question meet.
        scale: Factor of a dot or cosine score, see :class:`DotScorer`.

    Raises:
        ConfigError: An unknown score, or a scale for the additive one.
    """
    scorer: Scorer
    if score == "additive":
        if scale is not None:
            raise ConfigError(f"single_hop got scale={scale!r} for the additive score, which has none: leave it out.")
        scorer = AdditiveScorer(region_dim=region_dim, query_dim=query_dim, maps=maps, hidden_dim=hidden_dim)
    elif score in ("dot", "cosine"):
        scorer = DotScorer(
            region_dim=region_dim, query_dim=query_dim, maps=maps, hidden_dim=hidden_dim, score=score, scale=scale
        )
    else:
        raise ConfigError(f"single_hop got score={score!r}, expected 'dot', 'additive' or 'cosine'.")
    return SoftAttention(scorer, region_dim=region_dim)

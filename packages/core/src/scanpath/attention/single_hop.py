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
) -> SoftAttention:
    """Build the blog's attention of a single hop.

    Args:
        region_dim: D.
        query_dim: Q; None attends without a question.
        score: "dot" (the blog's first form), "additive" (its parametric one, with tanh) or "cosine".
        maps: M, the number of maps.
        hidden_dim: Width in which region and question meet.

    Raises:
        ConfigError: An unknown score.
    """
    scorer: Scorer
    if score == "additive":
        scorer = AdditiveScorer(region_dim=region_dim, query_dim=query_dim, maps=maps, hidden_dim=hidden_dim)
    elif score in ("dot", "cosine"):
        scorer = DotScorer(region_dim=region_dim, query_dim=query_dim, maps=maps, hidden_dim=hidden_dim, score=score)
    else:
        raise ConfigError(f"single_hop got score={score!r}, expected 'dot', 'additive' or 'cosine'.")
    return SoftAttention(scorer, region_dim=region_dim)

"""single_hop is the blog's attention by its score."""

from __future__ import annotations

import pytest

from scanpath.attention import AdditiveScorer, DotScorer, single_hop
from scanpath.errors import ConfigError


@pytest.mark.parametrize(("score", "scorer"), [("dot", DotScorer), ("additive", AdditiveScorer), ("cosine", DotScorer)])
def test_holds_the_scorer_it_names(score, scorer):
    attention = single_hop(region_dim=5, query_dim=7, score=score, maps=2, hidden_dim=3)
    assert isinstance(attention.scorer, scorer)
    assert (attention.context_dim, attention.kind, attention.axis) == (10, "soft", "glimpse")


def test_unknown_score():
    with pytest.raises(ConfigError, match="'additive'"):
        single_hop(region_dim=5, score="adictive")


def test_the_scale_goes_with_a_product():
    assert single_hop(region_dim=16).scorer.scale == 0.25
    assert single_hop(region_dim=16, hidden_dim=4).scorer.scale == 0.5
    assert single_hop(region_dim=16, scale=3.0).scorer.scale == 3.0
    assert single_hop(region_dim=16, score="cosine").scorer.scale == 10.0
    with pytest.raises(ConfigError, match="leave it out"):
        single_hop(region_dim=16, score="additive", scale=3.0)

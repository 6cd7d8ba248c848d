"""DotScorer against loops and the contract."""

from __future__ import annotations

import functools

import pytest
import torch

from scanpath.attention import DotScorer, reference
from scanpath.errors import ConfigError
from scanpath.testing import check_scorer


def test_contract():
    check_scorer(functools.partial(DotScorer, hidden_dim=11, maps=3), backend=None)
    check_scorer(functools.partial(DotScorer, score="cosine", hidden_dim=11, scale=7.0), backend=None)


@pytest.mark.parametrize("score", ["dot", "cosine"])
@pytest.mark.parametrize("hidden_dim", [None, 11])
def test_equals_the_loop_over_projected_regions(with_gradient, score, hidden_dim):
    scorer = DotScorer(region_dim=5, query_dim=7, maps=2, hidden_dim=hidden_dim, score=score, scale=3.0)
    w_q = scorer.query.linear.weight
    w_i = torch.eye(5) if scorer.weight is None else scorer.weight
    loop = getattr(reference, f"{score}_scores")

    def slow(regions, query):
        queries = torch.stack([(w_q @ q).view(2, -1) for q in query])
        return 3.0 * loop(torch.stack([torch.stack([w_i @ v for v in vs]) for vs in regions]), queries)

    inputs = torch.randn(3, 13, 5), torch.randn(3, 7)
    torch.testing.assert_close(with_gradient(scorer, *inputs), with_gradient(slow, *inputs), rtol=1e-4, atol=1e-4)


def test_unknown_score():
    with pytest.raises(ConfigError, match="'dot' or 'cosine'"):
        DotScorer(region_dim=5, score="cos")

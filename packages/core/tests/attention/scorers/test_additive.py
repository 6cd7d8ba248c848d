"""AdditiveScorer against loops and the contract, and what the blog's letter does."""

from __future__ import annotations

import functools

import pytest
import torch

from scanpath.attention import AdditiveScorer, reference
from scanpath.ops import masked_softmax
from scanpath.testing import check_scorer


def test_contract():
    check_scorer(functools.partial(AdditiveScorer, hidden_dim=11, maps=2), backend=None)


@pytest.mark.parametrize("literal", [True, False])
def test_equals_the_loop(with_gradient, literal):
    scorer = AdditiveScorer(region_dim=5, query_dim=7, maps=2, hidden_dim=11, literal=literal)
    linear = scorer.query.linear
    parameters = scorer.regions.weight, linear.weight, linear.bias, scorer.weight
    inputs = torch.randn(3, 13, 5), torch.randn(3, 7)
    slow = functools.partial(reference.additive_scores, literal=literal)
    fast = with_gradient(scorer, *inputs)
    torch.testing.assert_close(fast, with_gradient(lambda r, q: slow(r, q, *parameters), *inputs))


def test_the_blogs_letter_ignores_the_question():
    regions = torch.randn(3, 13, 5)
    for literal, same in ((True, True), (False, False)):
        scorer = AdditiveScorer(region_dim=5, query_dim=7, hidden_dim=11, literal=literal)
        maps = [masked_softmax(scorer(regions, torch.randn(3, 7) * 5)) for _ in range(2)]
        assert torch.allclose(*maps, atol=1e-5) == same


def test_no_bias_on_scores():
    assert AdditiveScorer(region_dim=5, query_dim=7).weight.shape == (1, 2)
    assert not [name for name, _ in AdditiveScorer(region_dim=5).named_parameters() if name.endswith("bias")]

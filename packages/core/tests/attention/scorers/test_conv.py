"""ConvScorer, alone and with neighbours, against loops and the contract."""

from __future__ import annotations

import functools

import pytest
import torch

from scanpath.attention import ConvScorer, local, reference
from scanpath.errors import ConfigError, ShapeError
from scanpath.testing import check_scorer


def test_contract():
    check_scorer(functools.partial(ConvScorer, maps=2), backend=None)
    check_scorer(functools.partial(local, hidden_dim=11), boxes=False, backend=None)


@pytest.mark.parametrize("kernel_size", [1, 3, 5])
def test_equals_the_loop(with_gradient, kernel_size):
    scorer = ConvScorer(region_dim=2, query_dim=7, maps=2, hidden_dim=11, kernel_size=kernel_size)
    kernel = scorer.regions.weight.view(11, 2, kernel_size, kernel_size)
    linear = scorer.query.linear
    inputs = torch.randn(2, 3, 5, 2), torch.randn(2, 7)

    def slow(grid, query):
        return reference.conv_scores(grid, query, kernel, linear.weight, linear.bias, scorer.scores.weight)

    torch.testing.assert_close(with_gradient(scorer, *inputs), with_gradient(slow, *inputs), rtol=1e-4, atol=1e-5)


def test_boxes_have_no_neighbours():
    with pytest.raises(ShapeError, match="kernel_size=1"):
        local(region_dim=5)(torch.randn(2, 3, 5))


def test_a_kernel_has_a_centre():
    with pytest.raises(ConfigError, match="kernel_size=2"):
        ConvScorer(region_dim=5, kernel_size=2)

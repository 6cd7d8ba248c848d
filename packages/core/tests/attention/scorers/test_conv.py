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


def test_a_bias_is_the_gate_s_offset():
    scorer = ConvScorer(region_dim=2, query_dim=7, maps=3, hidden_dim=11, bias=True)
    given = torch.randn(2, 5, 2), torch.randn(2, 7)
    offset = scorer.scores.bias.detach().clone()
    with_it = scorer(*given)
    torch.nn.init.zeros_(scorer.scores.bias)
    torch.testing.assert_close(with_it, scorer(*given) + offset.view(1, 3, 1))


def test_glorot_s_weights_are_as_large_as_their_sizes_say():
    scorer = local(region_dim=31, query_dim=7, maps=2, hidden_dim=37, bias=True, glorot=True)
    for weight, fans in (
        (scorer.regions.weight, 9 * (31 + 37)), (scorer.query.linear.weight, 7 + 37), (scorer.scores.weight, 37 + 2)
    ):  # fmt: skip
        bound = (6 / fans) ** 0.5
        assert 0.9 * bound < weight.abs().max() <= bound
    assert scorer.scores.bias.eq(0).all()
    assert scorer.query.linear.bias.eq(0).all()


def test_boxes_have_no_neighbours():
    with pytest.raises(ShapeError, match="kernel_size=1"):
        local(region_dim=5)(torch.randn(2, 3, 5))


def test_a_kernel_has_a_centre():
    with pytest.raises(ConfigError, match="kernel_size=2"):
        ConvScorer(region_dim=5, kernel_size=2)


def test_switches_are_on_or_off():
    with pytest.raises(ConfigError, match=r"ConvScorer got glorot='no', expected true or false"):
        ConvScorer(region_dim=5, glorot="no")

"""SoftAttention, the holder of any Scorer: contract, equation, projection."""

from __future__ import annotations

import functools

import pytest
import torch
from torch import nn

from scanpath.attention import DotScorer, SoftAttention, create_attention, list_attentions, reference
from scanpath.errors import ConfigError, ShapeError
from scanpath.testing import check_attention

#: How each installed name of the core is checked; what is not named takes boxes and a grid and heeds its query.
SPECIAL = {"local": {"boxes": False}, "mean": {"query": "ignored"}}
CORE = ("additive", "conv", "dot", "local", "mean", "multi_hop", "single_hop", "sum")


@pytest.mark.parametrize("name", CORE)
def test_contract_of_every_name(name):
    check_attention(functools.partial(create_attention, name), **SPECIAL.get(name, {}), backend=None)


@pytest.mark.parametrize("name", ["conv", "multi_hop"])
def test_contract_of_every_name_without_a_query(name):
    check_attention(functools.partial(create_attention, name), query=False, backend=None)


def test_no_name_of_the_core_is_left_out():
    assert set(CORE) <= set(list_attentions())


def test_context_is_the_sum_under_the_softmax():
    attention = SoftAttention(DotScorer(region_dim=5, query_dim=7, maps=2), region_dim=5)
    regions, query = torch.randn(3, 11, 5), torch.randn(3, 7)
    mask = torch.rand(3, 11) > 0.3
    mask[2] = False
    out = attention(regions, query, mask)
    weights = reference.masked_softmax(out.extras["scores"], mask)
    torch.testing.assert_close(out.weights, weights)
    torch.testing.assert_close(out.context, reference.weighted_pooling(weights, regions))
    assert (attention.context_dim, attention.kind, attention.axis) == (10, "soft", "glimpse")


def test_projection_names_its_width():
    project = nn.Sequential(nn.Linear(10, 3), nn.PReLU())
    attention = SoftAttention(DotScorer(region_dim=5, maps=2), region_dim=5, project=project, context_dim=3)
    assert attention(torch.randn(2, 7, 5)).context.shape == (2, 3)
    with pytest.raises(ConfigError, match="together"):
        SoftAttention(DotScorer(region_dim=5), region_dim=5, project=project)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((torch.randn(2, 3, 11), torch.randn(2, 7)), r"expected \(B, K, 5\)"),
        ((torch.randn(2, 5), torch.randn(2, 7)), "channels last"),
        ((torch.randn(2, 3, 5), torch.randn(3, 7)), r"expected \(2, Q\)"),
        ((torch.randn(2, 3, 5), torch.randn(2, 11)), r"expected \(B, 7\)"),
        ((torch.randn(2, 3, 5),), "got no query"),
        ((torch.randn(2, 3, 5), torch.randn(2, 7), torch.ones(2, 3)), "torch.bool"),
        ((torch.randn(2, 3, 5), torch.randn(2, 7), torch.ones(2, 2, dtype=torch.bool)), r"expected \(2, 3\)"),
    ],
)
def test_shapes_raise(arguments, words):
    attention = SoftAttention(DotScorer(region_dim=5, query_dim=7), region_dim=5)
    with pytest.raises(ShapeError, match=words):
        attention(*arguments)

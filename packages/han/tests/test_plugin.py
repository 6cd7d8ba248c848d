"""The package's entry in the catalogue: it is found, every address loads, what it exports is a module."""

from __future__ import annotations

import pytest
import torch

import scanpath_han
from scanpath import create_attention, registry
from scanpath.testing import check_method
from scanpath_han.plugin import METHOD


def test_the_method():
    check_method(METHOD)


def test_it_is_installed():
    assert registry.methods()["han"] == METHOD


@pytest.mark.parametrize("name", ["hard", "adaptive_hard", "straight_through"])
@pytest.mark.parametrize("aggregator", ["sum", {"name": "relation", "hidden_dim": 11}], ids=str)
def test_it_builds_by_name(name, aggregator):
    attention = create_attention(name, region_dim=7, query_dim=5, aggregator=aggregator)
    context, weights, extras = attention(torch.ones(2, 3, 13, 7), torch.ones(2, 5))
    assert (context.shape, weights.shape) == ((2, attention.context_dim), (2, 1, 3, 13))
    assert extras.keys() == {"presence", "kept"}


def test_it_exports_modules_only():
    public = {name for name in dir(scanpath_han) if name[0].isupper()}
    assert public == {
        "AdaptiveHardAttention", "HardAttention", "PairwiseOperator", "RelationNetwork", "StraightThroughAttention",
        "SumPooling",
    }  # fmt: skip
    assert all(issubclass(getattr(scanpath_han, name), torch.nn.Module) for name in public)

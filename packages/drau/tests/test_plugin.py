"""The package's entry in the catalogue: it is found, every address loads, and names build what they say."""

from __future__ import annotations

import torch

from scanpath import create_attention, create_co_attention, registry
from scanpath.testing import check_method
from scanpath_drau.plugin import METHOD


def test_the_method():
    check_method(METHOD)


def test_it_is_installed_and_builds_by_name():
    assert registry.methods()["drau"] == METHOD
    regions, tokens, query = torch.ones(2, 3, 7), torch.ones(2, 5, 11), torch.ones(2, 11)
    for name, width in (("recurrent", 7), ("rvau", 7)):
        attention = create_attention(name, region_dim=7, query_dim=11)
        assert attention(regions, query).context.shape == (2, width)
    co_attention = create_co_attention("dual_recurrent", region_dim=7, token_dim=11, query_dim=11)
    found = co_attention(regions, tokens, query)
    assert (found.regions.weights.shape, found.tokens.weights.shape) == ((2, 2, 3), (2, 2, 5))

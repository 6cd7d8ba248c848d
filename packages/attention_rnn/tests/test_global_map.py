"""The global baseline: one layer over the whole map, bound to its size."""

from __future__ import annotations

from functools import partial

import pytest
import torch

from scanpath.errors import ConfigError, ShapeError
from scanpath.testing import check_scorer
from scanpath_attention_rnn.global_map import GlobalScorer


@pytest.mark.parametrize("query", [True, False])
@pytest.mark.parametrize("maps", [1, 3])
def test_the_contract(maps, query):
    check_scorer(partial(GlobalScorer, maps=maps), positions=True, query=query)


def test_every_value_sees_every_cell():
    scorer = GlobalScorer(region_dim=3, positions=6, query_dim=2, maps=2).double()
    regions, query = torch.randn(5, 2, 3, 3, dtype=torch.float64), torch.randn(5, 2, dtype=torch.float64)
    found = scorer(regions, query)
    weight = scorer.regions.weight.view(2, 6, 6, 3)
    expected = torch.einsum("mkcd,bcd->bmk", weight, regions.flatten(1, 2))
    expected = expected + scorer.query(query).view(5, 2, 6) + scorer.regions.bias.view(2, 6)
    torch.testing.assert_close(found.flatten(2), expected)


def test_what_cannot_be():
    with pytest.raises(ConfigError, match="GlobalScorer got positions=0, expected a whole number from 1 on"):
        GlobalScorer(region_dim=3, positions=0)
    scorer = GlobalScorer(region_dim=3, positions=6)
    with pytest.raises(ShapeError, match=r"has parameters for 6 regions and got 2 x 4: build it with positions=8"):
        scorer(torch.ones(5, 2, 4, 3))

"""Blocks of cells: against the parts by hand, padding and cropping, masks."""

from __future__ import annotations

from functools import partial

import pytest
import torch
from hypothesis import given, strategies as st
from torch.nn import functional as F

from scanpath.errors import ConfigError, ShapeError
from scanpath.testing import check_scorer
from scanpath_attention_rnn import BlockAttentionRNN


def built(gamma, **options):
    return BlockAttentionRNN(region_dim=5, query_dim=3, gamma=gamma, hidden=2, **options).double()


@pytest.mark.parametrize("query", [True, False])
def test_the_contract(query):
    """With blocks of one cell, since a single region is asked for too; larger blocks are tested below."""
    check_scorer(partial(BlockAttentionRNN, gamma=1), boxes=False, query=query)


@given(st.integers(2, 3), st.integers(3, 8), st.integers(3, 8), st.integers(1, 2))
def test_a_block_has_one_value_and_the_pattern_of_its_map(gamma, rows, columns, glimpses):
    layer = built(gamma, glimpses=glimpses)
    with torch.no_grad():
        layer.up.weight.normal_()
        layer.up.bias.normal_()
    regions, query = torch.randn(2, rows, columns, 5, dtype=torch.float64), torch.randn(2, 3, dtype=torch.float64)
    found = layer(regions, query)
    assert found.shape == (2, glimpses, rows, columns)
    padded = F.pad(regions.permute(0, 3, 1, 2), (0, -columns % gamma, 0, -rows % gamma))
    coarse = F.conv2d(padded, layer.down.weight, layer.down.bias, stride=gamma).permute(0, 2, 3, 1)
    values = layer.attention_rnn(coarse, query)
    for i in range(rows):
        for j in range(columns):
            pattern = layer.up.weight[:, 0, i % gamma, j % gamma]
            expected = values[:, :, i // gamma, j // gamma] * pattern + layer.up.bias
            torch.testing.assert_close(found[:, :, i, j], expected)


def test_it_begins_as_the_coarse_map():
    layer = built(2)
    regions, query = torch.randn(2, 4, 6, 5, dtype=torch.float64), torch.randn(2, 3, dtype=torch.float64)
    found = layer(regions, query).unflatten(3, (-1, 2)).unflatten(2, (-1, 2))
    assert torch.equal(found.amax((3, 5)), found.amin((3, 5)))


def test_what_is_masked_changes_nothing_and_padding_neither():
    layer = built(3)
    regions, query = torch.randn(2, 7, 8, 5, dtype=torch.float64), torch.randn(2, 3, dtype=torch.float64)
    larger = torch.full((2, 11, 13, 5), torch.nan, dtype=torch.float64)
    mask = torch.zeros(2, 11, 13, dtype=torch.bool)
    larger[:, :7, :8], mask[:, :7, :8] = regions, True
    torch.testing.assert_close(layer(larger, query, mask)[..., :7, :8], layer(regions, query))


def test_a_block_is_real_where_a_cell_is():
    mask = torch.zeros(1, 4, 6, dtype=torch.bool)
    mask[0, 0, 1] = mask[0, 3, 4] = True
    assert built(2)._coarse(mask).tolist() == [[[True, False, False], [False, False, True]]]


def test_gradients_reach_every_parameter():
    layer = built(2, sample=True)
    regions = torch.randn(2, 5, 4, 5, dtype=torch.float64, requires_grad=True)
    layer(regions, torch.randn(2, 3, dtype=torch.float64)).square().sum().backward()
    assert all(parameter.grad is not None and parameter.grad.abs().sum() > 0 for parameter in layer.parameters())
    assert regions.grad.abs().sum((0, 3)).gt(0).all()


def test_what_is_drawn_spreads_as_it_is_told():
    layer = built(2, sample=True, spread=0)
    regions, query = torch.randn(2, 5, 4, 5, dtype=torch.float64), torch.randn(2, 3, dtype=torch.float64)
    assert torch.equal(layer(regions, query), layer(regions, query))
    layer.attention_rnn.spread = 1.0
    assert not torch.equal(layer(regions, query), layer(regions, query))


def test_what_cannot_be():
    for gamma in (0, True, "2"):
        with pytest.raises(ConfigError, match=f"BlockAttentionRNN got gamma={gamma!r}, expected a whole number"):
            built(gamma)
    with pytest.raises(ConfigError, match="BlockAttentionRNN got hidden=0"):
        BlockAttentionRNN(region_dim=5, hidden=0)
    with pytest.raises(ConfigError, match="BlockAttentionRNN got combine='product', expected 'learned'"):
        BlockAttentionRNN(region_dim=5, combine="product")
    with pytest.raises(ShapeError, match=r"has blocks of gamma=4 and got a grid of 3 x 5 cells: take gamma=3 at most"):
        built(4)(torch.ones(2, 3, 5, 5, dtype=torch.float64), torch.ones(2, 3, dtype=torch.float64))
    with pytest.raises(ShapeError, match=r"BlockAttentionRNN got regions \(2, 7, 5\), expected a grid"):
        built(2)(torch.ones(2, 7, 5, dtype=torch.float64), torch.ones(2, 3, dtype=torch.float64))

"""What the checks work on: sizes that cannot be confused, parameters that hide nothing, inputs as a host gives them."""

from __future__ import annotations

import functools
import math

import pytest
import torch
from torch import nn

from scanpath.testing import subject as kit
from scanpath.testing.subject import Side, Subject, draw_mask, randomise, subjects


def test_sizes_are_distinct_primes():
    sizes = [kit.BATCH, kit.TOKENS, kit.BOXES, *kit.GRID, kit.REGION_DIM, kit.QUERY_DIM, kit.TOKEN_DIM]
    assert len(set(sizes)) == len(sizes)
    assert all(size > 1 and all(size % divisor for divisor in range(2, math.isqrt(size) + 1)) for size in sizes)


@pytest.mark.parametrize("axes", [(11,), (2, 7), (1,), (1, 1), (2,)])
def test_masks_have_real_cells_and_masked_ones(axes):
    for seed in range(20):
        mask = draw_mask(3, axes, torch.Generator().manual_seed(seed)).flatten(1)
        assert mask.any(1).all()
        if mask.shape[1] > 1:
            assert not mask.all(1).any()


def test_parameters_are_drawn_whatever_they_were():
    module = nn.Sequential(nn.Linear(101, 53), nn.PReLU())
    nn.init.zeros_(module[0].weight)
    randomise(module, 0)
    before = module[0].weight.clone()
    assert module[0].weight.std().item() == pytest.approx(1 / math.sqrt(101), rel=0.1)
    randomise(module, 0)
    assert torch.equal(module[0].weight, before)
    randomise(module, 1, scale=3.0)
    assert module[0].weight.std().item() == pytest.approx(3 / math.sqrt(101), rel=0.1)


def test_a_grid_comes_as_a_view():
    boxes, grid = subjects(boxes=True, grid=True, factory=nn.Identity, role="Scorer")
    assert boxes.inputs().regions.shape == (3, 11, 13)
    assert grid.inputs().regions.shape == (3, 2, 7, 13)
    assert not grid.inputs().regions.is_contiguous()
    assert grid.place == "a grid of 2 x 7"


def test_a_query_only_where_there_is_one():
    assert Subject(factory=nn.Identity, role="Scorer", query=False).inputs().query is None
    assert Subject(factory=nn.Identity, role="Scorer", query="ignored").inputs().query is not None


def test_rows_are_chosen_everywhere_alike():
    inputs = Subject(factory=nn.Identity, role="CoAttention").inputs(masked=True)
    row = inputs.rows(lambda tensor: tensor[1:2])
    for one, other in zip(inputs, row, strict=True):
        assert one is not None
        assert torch.equal(one[1:2], other)


def test_only_real_scores_are_visible():
    mask = torch.tensor([[True, False]])
    side = Side("region", None, torch.tensor([[[3.0, torch.nan]]]), mask)
    assert side.visible()["scores"].tolist() == [[[3.0, 0.0]]]


def test_a_name_built_by_name():
    factory = functools.partial(functools.partial(max, "dot"), maps=3)
    assert Subject(factory=factory, role="Scorer").name == "max('dot')"

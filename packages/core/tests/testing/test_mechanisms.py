"""The three checks as a contributor calls them: correct mechanisms pass, options reach the factory."""

from __future__ import annotations

import functools

import pytest
import torch
from torch import nn

from scanpath.errors import ConfigError
from scanpath.testing import ContractError, check_attention, check_co_attention, check_scorer


def test_correct_mechanisms_pass(scorer, attention, co_attention):
    check_scorer(scorer)
    check_attention(attention)
    check_attention(attention, query=False)
    check_co_attention(co_attention)


def test_random_state_is_left_alone(scorer):
    torch.manual_seed(3)
    expected = torch.rand(5)
    torch.manual_seed(3)
    check_scorer(scorer, grid=True, boxes=True)
    assert torch.equal(torch.rand(5), expected)


def test_a_partial_is_called_by_its_class(scorer):
    class Sized(scorer):
        def __init__(self, *, region_dim, query_dim=None, maps):
            self.maps = maps
            super().__init__(region_dim=region_dim, query_dim=query_dim)
            self.maps = 4

    with pytest.raises(ContractError, match=r"^Scorer Sized on 11 boxes: the scores have shape \(3, 5, 11\)"):
        check_scorer(functools.partial(Sized, maps=5))


def test_a_factory_that_cannot_be_called(scorer):
    class Positional(scorer):
        def __init__(self, dim):
            super().__init__(region_dim=dim)

    with pytest.raises(ContractError, match=r"cannot be built .TypeError.*take the keywords region_dim, query_dim"):
        check_scorer(Positional)
    with pytest.raises(ContractError, match=r"the factory returns a dict; return an nn\.Module"):
        check_scorer(dict)


def test_nothing_to_check():
    with pytest.raises(ConfigError, match=r"boxes=False and grid=False leave nothing to check"):
        check_scorer(nn.Identity, boxes=False, grid=False)


class Placed(nn.Module):
    """A Scorer with one bias a position."""

    maps = 1

    def __init__(self, *, region_dim, positions, query_dim=None):
        super().__init__()
        self.score = nn.Linear(region_dim, 1)
        self.bias = nn.Parameter(torch.zeros(positions))

    def forward(self, regions, query=None, mask=None):
        if mask is not None:
            if mask.shape != regions.shape[:-1]:
                raise ValueError
            regions = torch.where(mask.unsqueeze(-1), regions, 0)
        return (self.score(regions)[..., 0] + self.bias.view(regions.shape[1:-1])).unsqueeze(1)


def test_positions_reach_the_factory():
    check_scorer(Placed, positions=True, query=False)
    with pytest.raises(ContractError, match=r"cannot be built .*positions"):
        check_scorer(Placed, query=False)


def test_positions_of_a_co_attention_are_a_pair(co_attention):
    seen = []

    class Tied(co_attention):
        def __init__(self, *, positions, **keywords):
            seen.append(positions)
            super().__init__(**keywords)

    check_co_attention(Tied, positions=True, grid=True)
    assert set(seen) == {(11, 5), (14, 5), (1, 1)}


@pytest.mark.parametrize("check", [check_attention, check_co_attention])
def test_every_sentence_names_the_mechanism(check):
    with pytest.raises(ContractError, match=r"Attention Linear on 11 boxes: cannot be built"):
        check(nn.Linear)

"""The reviewer against the loops, untied and tied, with any attention; projections once a picture; refusals."""

from __future__ import annotations

import functools

import pytest
import torch
from hypothesis import given, strategies as st

from scanpath.attention import create_attention
from scanpath.errors import ConfigError, ShapeError
from scanpath.hosts.word_decoder import State
from scanpath_sla.review import Reviewer, reference as loops

ATTENTIONS = {
    "additive": {"hidden_dim": 5},
    "standard": {"hidden_dim": 5},
    "stacked": {"layers": 2, "hidden_dim": 5},
    "stacked_latent": {"layers": 3, "hidden_dim": 5},
}


def built(name="additive", **options):
    attention = functools.partial(create_attention, name, **ATTENTIONS[name])
    return Reviewer(**{"region_dim": 7, "attention": attention, "steps": 3, "hidden_dim": 11, **options}).double()


def first(batch=3, seed=0):
    source = torch.Generator().manual_seed(seed)
    return torch.randn(batch, 11, generator=source, dtype=torch.float64).requires_grad_()


@given(
    name=st.sampled_from(sorted(ATTENTIONS)),
    axes=st.one_of(st.tuples(st.integers(1, 5)), st.tuples(st.integers(1, 2), st.integers(1, 3))),
    mask=st.sampled_from(["no", "some", "nothing"]),
    steps=st.sampled_from([1, 2, 5]),
    tied=st.booleans(),
    seed=st.integers(0, 10**6),
)
def test_equals_the_loop(draw, looks, cell, assert_twins, name, axes, mask, steps, tied, seed):
    torch.manual_seed(seed)
    reviewer = built(name, steps=steps, tied=tied)
    drawn, state = draw(axes, mask=mask, query_dim=None, seed=seed), first(seed=seed)
    found = reviewer(drawn.regions.requires_grad_(), State(state, state), drawn.mask)
    parts = [
        (looks(one), cell(gates.weight, gates.bias))
        for one, gates in zip(reviewer.attentions, reviewer.gates, strict=True)
    ]
    flat = drawn.regions.flatten(1, -2)
    if drawn.mask is not None:
        flat = torch.where(drawn.mask.flatten(1).unsqueeze(-1), flat, 0.0)
    real = None if drawn.mask is None else drawn.mask.flatten(1)
    slow = loops.review(flat, state, parts * steps if tied else parts, real)
    fast = found.thoughts, found.maps.flatten(3), *found.state
    assert_twins(fast, slow, [drawn.regions, state, *reviewer.parameters()])


@pytest.mark.parametrize("name", sorted(ATTENTIONS))
def test_masked_regions_change_nothing(draw, name):
    drawn, state = draw((13,), mask="some"), first()
    reviewer = built(name)
    poisoned = drawn.regions.masked_fill(~drawn.mask.unsqueeze(-1), torch.nan).requires_grad_()
    found = reviewer(poisoned, State(state, state), drawn.mask)
    torch.testing.assert_close(found.thoughts, reviewer(drawn.regions, State(state, state), drawn.mask).thoughts)
    assert not found.maps.permute(0, 3, 1, 2)[~drawn.mask].any()
    found.thoughts.sum().backward()
    assert not poisoned.grad[~drawn.mask].any()
    assert poisoned.grad[drawn.mask].isfinite().all()


@pytest.mark.parametrize(("tied", "times"), [(False, 5), (True, 1)])
def test_what_does_not_depend_on_the_step_is_computed_once(monkeypatch, tied, times):
    """Of the regions there is one product with W_v for each weight there is, however many steps share it."""
    reviewer = built("stacked_latent", steps=5, tied=tied)
    linear, wide = torch.nn.functional.linear, []

    def counted(given, weight, bias=None):
        if given.shape == (2, 13, 7):
            wide.append(tuple(weight.shape))
        return linear(given, weight, bias)

    monkeypatch.setattr(torch.nn.functional, "linear", counted)
    state = first(2)
    reviewer(torch.randn(2, 13, 7, dtype=torch.float64), State(state, state))
    assert wide == [(3 * 5, 7)] * times


def test_untied_steps_have_weights_of_their_own():
    untied, tied = (sum(p.numel() for p in built(tied=tied).parameters()) for tied in (False, True))
    assert untied == 3 * tied


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"steps": 0}, "a reviewer got steps=0, expected a whole number from 1 on"),
        ({"hidden_dim": 0}, "a reviewer got hidden_dim=0, expected a whole number from 1 on"),
        ({"tied": "no"}, "a reviewer got tied='no', expected true or false"),
    ],
)
def test_impossible_options_are_refused(options, words):
    with pytest.raises(ConfigError, match=words):
        built(**options)


def test_states_are_counted():
    state = first(2)
    with pytest.raises(ShapeError, match="3 pictures came with 2 states: give one a picture"):
        built()(torch.randn(3, 13, 7, dtype=torch.float64), State(state, state))

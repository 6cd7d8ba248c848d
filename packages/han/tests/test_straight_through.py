"""StraightThroughAttention against its dense twin, and against HardAttention, whose values it has."""

from __future__ import annotations

import functools
import json
from pathlib import Path

import pytest
import torch
from hypothesis import given, strategies as st

from scanpath.errors import ConfigError, ShapeError
from scanpath.testing import check_attention
from scanpath_han import HardAttention, StraightThroughAttention, reference

CASES = json.loads((Path(__file__).parent / "contracts.json").read_text())["attentions"]["straight_through"]
AGGREGATORS = ["sum", {"name": "relation", "hidden_dim": 3, "layers": 2}]


def gated(**options):
    return StraightThroughAttention(region_dim=7, hidden_dim=3, **{"query_dim": 5, **options}).double().eval()


class Mean(torch.nn.Module):
    """An aggregator of somebody else, who knows of no gates."""

    def __init__(self, *, input_dim, query_dim):
        super().__init__()
        self.context_dim = input_dim

    def forward(self, selection, query=None):
        return selection.cells.view(len(selection.counts), -1, self.context_dim).mean(1)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_contract(case):
    check_attention(functools.partial(StraightThroughAttention, **case["options"] if case else {}), backend=None)


@given(
    axes=st.one_of(st.tuples(st.integers(1, 6)), st.tuples(st.integers(1, 2), st.integers(1, 3))),
    masked=st.sampled_from(["no", "some", "one", "nothing"]),
    aggregator=st.sampled_from(AGGREGATORS),
    surrogate=st.sampled_from(["identity", "softmax"]),
    seed=st.integers(0, 10**6),
)
def test_equals_the_dense_loop(draw, by_loops, assert_twins, axes, masked, aggregator, surrogate, seed):
    """The gates' gradient included, which reaches cells that were not chosen."""
    torch.manual_seed(seed)
    attention = gated(k=1, aggregator=aggregator, surrogate=surrogate)

    def gates(sizes, mask):
        hard = reference.top(sizes.detach(), [1, 1], mask)
        soft = reference.shares(sizes, mask) if surrogate == "softmax" else sizes
        return hard + soft - soft.detach()

    drawn = draw(axes, batch=2, masked=masked, seed=seed)
    assert_twins(attention, drawn, lambda drawn: by_loops(attention, drawn, gates))


@pytest.mark.parametrize("recompute", [False, True])
@pytest.mark.parametrize("masked", ["no", "some"])
def test_gated_pairs_in_several_runs_equal_the_loop(draw, by_loops, assert_twins, monkeypatch, masked, recompute):
    monkeypatch.setattr("scanpath_han.aggregators.relation.PAIRS_AT_ONCE", {"cpu": 72})  # two of three samples
    options = {"name": "relation", "hidden_dim": 3, "layers": 2, "recompute": recompute}
    attention, drawn = gated(k=2, aggregator=options), draw((2, 3), masked=masked)
    counts = [2] * 3 if drawn.mask is None else attention.quota.of(drawn.mask).tolist()

    def gates(sizes, mask):
        return reference.top(sizes.detach(), counts, mask) + sizes - sizes.detach()

    assert_twins(attention, drawn, lambda drawn: by_loops(attention, drawn, gates))


@pytest.mark.parametrize("aggregator", AGGREGATORS, ids=str)
@pytest.mark.parametrize("masked", ["no", "some", "nothing"])
def test_its_values_are_those_of_hard_attention(draw, aggregator, masked):
    torch.manual_seed(0)
    soft = gated(fraction=0.4, aggregator=aggregator)
    hard = HardAttention(region_dim=7, query_dim=5, hidden_dim=3, fraction=0.4, aggregator=aggregator).double().eval()
    hard.load_state_dict(soft.state_dict())
    drawn = draw((3, 5), masked=masked)
    one, other = soft(*drawn), hard(*drawn)
    torch.testing.assert_close(one.context, other.context)
    assert torch.equal(one.weights, other.weights)
    assert torch.equal(one.extras["kept"], other.extras["kept"])


def test_cells_that_were_not_chosen_get_a_gradient(draw):
    attention, drawn = gated(k=1, layers=0), draw((2, 3))  # no ReLU that could be dead
    drawn.regions.requires_grad_()
    attention(*drawn).context.sum().backward()
    assert (drawn.regions.grad != 0).any(-1).all()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"aggregator": "pairwise"}, "aggregator PairwiseOperator, which passes no gradient to a gate: use 'sum' or"),
        ({"aggregator": Mean}, "got the aggregator Mean, which passes no gradient to a gate: .* differentiates_gates"),
        ({"region_dim": 0}, "StraightThroughAttention got region_dim=0, expected a whole number from 1 on"),
        ({"surrogate": "tanh"}, "StraightThroughAttention got surrogate='tanh', expected 'identity' or 'softmax'"),
        ({"fraction": 0}, "StraightThroughAttention got fraction=0"),
        ({"norm": "l7"}, "StraightThroughAttention got norm='l7'"),
    ],
)
def test_impossible_options_are_refused(options, words):
    with pytest.raises(ConfigError, match=words):
        StraightThroughAttention(**{"region_dim": 7, **options})


def test_more_cells_than_there_are_are_refused():
    with pytest.raises(ShapeError, match="StraightThroughAttention keeps k=4 cells and got 3 a sample"):
        StraightThroughAttention(region_dim=7, k=4)(torch.randn(2, 3, 7))

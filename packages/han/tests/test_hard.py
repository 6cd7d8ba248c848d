"""HardAttention against its masked dense twin; its choice, its contract, and what it refuses."""

from __future__ import annotations

import functools
import json
from pathlib import Path

import pytest
import torch
from hypothesis import given, strategies as st

from scanpath.errors import ConfigError, ShapeError
from scanpath.testing import check_attention
from scanpath_han import HardAttention, SumPooling, reference

CASES = json.loads((Path(__file__).parent / "contracts.json").read_text())["attentions"]["hard"]
AGGREGATORS = [
    "sum",
    {"name": "pairwise", "heads": 2, "head_dim": 3},
    {"name": "relation", "hidden_dim": 3, "layers": 2},
]


def hard(**options):
    return HardAttention(region_dim=7, hidden_dim=3, **{"query_dim": 5, **options}).double().eval()


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_contract(case):
    check_attention(functools.partial(HardAttention, **case["options"] if case else {}), backend=None)


@given(
    axes=st.one_of(st.tuples(st.integers(1, 6)), st.tuples(st.integers(1, 2), st.integers(1, 3))),
    cells=st.sampled_from(["random", "ties", "equal"]),
    masked=st.sampled_from(["no", "some", "one", "nothing"]),
    aggregator=st.sampled_from(AGGREGATORS),
    k=st.integers(1, 6),
    seed=st.integers(0, 10**6),
)
def test_equals_the_masked_dense_loop(draw, by_loops, assert_twins, axes, cells, masked, aggregator, k, seed):
    """Outputs and gradients, for k = 1, k = all, and more than are real."""
    count = torch.Size(axes).numel()
    torch.manual_seed(seed)
    attention = hard(k=min(k, count), aggregator=aggregator)
    drawn = draw(axes, batch=2, cells=cells, masked=masked, seed=seed)
    own = attention.select(*drawn).presence.flatten(1)

    def kept(sizes, mask):
        torch.testing.assert_close(sizes, own)
        return reference.top(own, [min(k, count)] * 2, mask)  # by its own norms: a loop's may round equals apart

    assert_twins(attention, drawn, lambda drawn: by_loops(attention, drawn, kept))


def test_equals_the_loop_without_a_query(draw, by_loops, assert_twins):
    attention = hard(query_dim=None, fraction=0.4, aggregator={"name": "relation", "hidden_dim": 3}, layers=0)
    drawn = draw((2, 3), query_dim=None, masked="some")
    counts = attention.quota.of(drawn.mask).tolist()
    assert_twins(
        attention,
        drawn,
        lambda drawn: by_loops(attention, drawn, lambda sizes, mask: reference.top(sizes, counts, mask)),
    )


def test_only_what_is_kept_gets_a_gradient(draw):
    attention, drawn = hard(k=2, layers=0), draw((2, 3))  # no ReLU that could be dead
    drawn.regions.requires_grad_()
    out = attention(*drawn)
    out.context.sum().backward()
    reached = (drawn.regions.grad != 0).any(-1)
    assert torch.equal(reached, out.weights.squeeze(1).bool())
    assert out.extras["kept"].tolist() == [2, 2, 2]


def test_of_equals_the_first_are_kept():
    attention = hard(k=3, layers=0)
    with torch.no_grad():
        attention.embed.regions[0].weight.zero_()
    weights = attention(torch.randn(2, 5, 7).double(), torch.randn(2, 5).double()).weights
    assert weights.tolist() == [[[1, 1, 1, 0, 0]]] * 2


@pytest.mark.parametrize("recompute", [False, True])
def test_pairs_in_several_runs_equal_the_loop(draw, by_loops, assert_twins, monkeypatch, recompute):
    monkeypatch.setattr("scanpath_han.aggregators.relation.PAIRS_AT_ONCE", {"cpu": 5})
    options = {"name": "relation", "hidden_dim": 3, "layers": 2, "recompute": recompute}
    for masked in ("no", "some"):
        attention, drawn = hard(k=2, aggregator=options), draw((2, 3), masked=masked)
        counts = [2] * 3 if drawn.mask is None else attention.quota.of(drawn.mask).tolist()
        choose = functools.partial(reference.top, counts=counts)
        assert sum(count**2 for count in counts) > 5
        assert_twins(
            attention,
            drawn,
            lambda drawn, attention=attention, choose=choose: by_loops(
                attention, drawn, lambda sizes, mask: choose(sizes, mask=mask)
            ),
        )


@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("aggregator", AGGREGATORS, ids=str)
def test_exactly_what_is_kept_enters_the_aggregator(draw, aggregator, masked):
    attention, drawn = hard(k=4, aggregator=aggregator), draw((3, 5))
    if masked:  # of which one sample has fewer than k
        drawn = drawn._replace(mask=(torch.arange(15) < torch.tensor([[15], [2], [7]])).view(3, 3, 5))
    first = next((part for part in attention.aggregator.modules() if isinstance(part, torch.nn.Linear)), None)
    rows = []
    if first is None:  # a sum has no layer: what it is called with
        attention.aggregator.register_forward_pre_hook(lambda _, given: rows.append(len(given[0].cells)))
    else:
        first.register_forward_pre_hook(lambda _, given: rows.append(given[0].shape.numel() // given[0].shape[-1]))
    out = attention(*drawn)
    assert out.extras["kept"].tolist() == ([4, 2, 4] if masked else [4, 4, 4])
    assert rows == [10 if masked else 12]


def test_pairs_of_what_is_kept_alone_are_made(monkeypatch):
    """A quarter of 20, 100, 10 and 6 cells: what one sample keeps costs no other one anything."""
    mask = torch.arange(100) < torch.tensor([[20], [100], [10], [6]])
    attention = HardAttention(region_dim=7, aggregator={"name": "relation", "hidden_dim": 3})
    made, own = [], attention.aggregator._relate
    monkeypatch.setattr(attention.aggregator, "_relate", lambda first: made.append(len(first)) or own(first))
    assert attention(torch.randn(4, 100, 7), mask=mask).extras["kept"].tolist() == [5, 25, 2, 2]
    assert made == [5**2 + 25**2 + 2**2 + 2**2]


def test_nothing_behind_the_mask_counts(draw):
    attention, drawn = hard(k=4, aggregator="pairwise"), draw((2, 3), masked="one")
    context = attention(*drawn).context
    spoilt = torch.where(drawn.mask.unsqueeze(-1), drawn.regions, torch.nan)
    again = attention(spoilt, drawn.query, drawn.mask)
    assert torch.equal(again.context, context)
    assert again.extras["kept"].tolist() == [1, 1, 1]
    assert torch.equal(again.weights.squeeze(1).bool(), drawn.mask)


class Largest(torch.nn.Module):
    """An aggregator of somebody else, who knows of no gates."""

    def __init__(self, *, input_dim, query_dim):
        super().__init__()
        self.context_dim = input_dim

    def forward(self, selection, query=None):
        rows = selection.samples.unsqueeze(1).expand_as(selection.cells)
        nothing = selection.cells.new_zeros(len(selection.counts), self.context_dim)
        return nothing.scatter_reduce(0, rows, selection.cells, "amax")


def test_a_factory_builds_the_aggregator():
    attention = HardAttention(region_dim=7, k=2, aggregator=Largest)
    regions, mask = torch.randn(3, 5, 7), torch.arange(5) < torch.tensor([[5], [1], [0]])
    assert attention(regions).context.shape == (3, attention.context_dim) == (3, 7)
    joint = attention.embed(regions, None)  # (B, K, d)
    context = attention(regions, mask=mask).context
    torch.testing.assert_close(context[1:], torch.stack([joint[1, 0], torch.zeros(7)]))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"fraction": 1.5}, r"HardAttention got fraction=1.5, expected a number in \(0, 1\]"),
        ({"fraction": "0.25"}, r"HardAttention got fraction='0.25', expected a number in \(0, 1\]"),
        ({"k": 2.5}, "HardAttention got k=2.5, expected a whole number"),
        ({"k": True}, "HardAttention got k=True, expected a whole number from 1 on"),
        ({"region_dim": 0}, "HardAttention got region_dim=0, expected a whole number from 1 on"),
        ({"query_dim": "5"}, "HardAttention got query_dim='5', expected a whole number from 1 on"),
        ({"hidden_dim": 0}, "HardAttention got hidden_dim=0"),
        ({"norm": "l7"}, "HardAttention got norm='l7', expected one of l2"),
        ({"aggregator": "pairwize"}, "there is no aggregator 'pairwize'; did you mean 'pairwise'"),
        ({"aggregator": {"name": "sum", "heads": 2}}, "'sum' takes no option 'heads'"),
        ({"aggregator": 3}, "aggregator is 3, expected a name or a mapping"),
        ({"aggregator": SumPooling(input_dim=7)}, "is built already, expected what builds one: pass the class SumPool"),
        ({"aggregator": {"name": "pairwise", "scale": "1"}}, "PairwiseOperator got scale='1', expected a number"),
        ({"aggregator": {"name": "relation", "dropout": "0"}}, "RelationNetwork got dropout='0', expected a number"),
        ({"aggregator": {"name": "relation", "coordinates": "grid"}}, "got coordinates='grid', expected true or false"),
        ({"embeds_regions": "no"}, "the joint embedding got embeds_regions='no', expected true or false"),
    ],
)
def test_impossible_options_are_refused(options, words):
    with pytest.raises(ConfigError, match=words):
        HardAttention(**{"region_dim": 7, **options})


def test_calls_that_do_not_fit_are_refused():
    attention = HardAttention(region_dim=7, query_dim=5, k=12)
    query = torch.randn(3, 5)
    with pytest.raises(ShapeError, match="keeps k=12 cells and got 11 a sample: build it with k=11 at most"):
        attention(torch.randn(3, 11, 7), query)
    with pytest.raises(ShapeError, match=r"HardAttention got regions \(3, 13, 6\), expected \(B, K, 7\)"):
        attention(torch.randn(3, 13, 6), query)
    with pytest.raises(ShapeError, match="HardAttention was built with query_dim=5 and got no query"):
        attention(torch.randn(3, 13, 7))
    with pytest.raises(ShapeError, match="built with query_dim=None and got a query: build it with query_dim=5"):
        HardAttention(region_dim=7)(torch.randn(3, 13, 7), query)

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
from scanpath_han import HardAttention, reference

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


@pytest.mark.parametrize("aggregator", AGGREGATORS, ids=str)
def test_exactly_what_is_kept_enters_the_aggregator(draw, aggregator):
    attention = hard(k=2, aggregator=aggregator)
    first = next((part for part in attention.aggregator.modules() if isinstance(part, torch.nn.Linear)), None)
    rows = []
    if first is None:  # a sum has no layer: what it is called with
        attention.aggregator.register_forward_pre_hook(lambda _, given: rows.append(len(given[0].cells)))
    else:
        first.register_forward_pre_hook(lambda _, given: rows.append(given[0].shape.numel() // given[0].shape[-1]))
    out = attention(*draw((3, 5)))
    assert rows == [3 * 2]
    assert out.extras["kept"].sum() == 3 * 2


def test_nothing_behind_the_mask_counts(draw):
    attention, drawn = hard(k=4, aggregator="pairwise"), draw((2, 3), masked="one")
    context = attention(*drawn).context
    spoilt = torch.where(drawn.mask.unsqueeze(-1), drawn.regions, torch.nan)
    again = attention(spoilt, drawn.query, drawn.mask)
    assert torch.equal(again.context, context)
    assert again.extras["kept"].tolist() == [1, 1, 1]
    assert torch.equal(again.weights.squeeze(1).bool(), drawn.mask)


def test_a_factory_builds_the_aggregator():
    class Largest(torch.nn.Module):
        def __init__(self, *, input_dim, query_dim):
            super().__init__()
            self.context_dim = input_dim

        def forward(self, selection, query=None):
            return selection.cells.view(-1, selection.slots, self.context_dim).amax(1)

    attention = HardAttention(region_dim=7, k=2, aggregator=Largest)
    assert attention(torch.randn(3, 5, 7)).context.shape == (3, attention.context_dim) == (3, 7)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"fraction": 1.5}, r"HardAttention got fraction=1.5, expected a number in \(0, 1\]"),
        ({"k": 2.5}, "HardAttention got k=2.5, expected a whole number"),
        ({"hidden_dim": 0}, "HardAttention got hidden_dim=0"),
        ({"norm": "l7"}, "HardAttention got norm='l7', expected one of l2"),
        ({"aggregator": "pairwize"}, "there is no aggregator 'pairwize'; did you mean 'pairwise'"),
        ({"aggregator": {"name": "sum", "heads": 2}}, "'sum' takes no option 'heads'"),
        ({"aggregator": 3}, "aggregator is 3, expected a name or a mapping"),
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

"""AdaptiveHardAttention against its masked dense twin; how many cells it keeps, its contract, what it refuses."""

from __future__ import annotations

import functools
import json
from pathlib import Path

import pytest
import torch
from hypothesis import given, strategies as st

from scanpath.errors import ConfigError, ShapeError
from scanpath.testing import check_attention
from scanpath_han import AdaptiveHardAttention, reference

CASES = json.loads((Path(__file__).parent / "contracts.json").read_text())["attentions"]["adaptive_hard"]
AGGREGATORS = [
    "sum",
    {"name": "pairwise", "heads": 2, "head_dim": 3},
    {"name": "relation", "hidden_dim": 3, "layers": 2},
]


def adaptive(**options):
    return AdaptiveHardAttention(region_dim=7, hidden_dim=3, **{"query_dim": 5, **options}).double().eval()


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_contract(case):
    check_attention(functools.partial(AdaptiveHardAttention, **case["options"] if case else {}), backend=None)


def test_compiled_it_is_one_graph_and_stays_equal():
    """Of what is compiled otherwise than it is run: pairs of cells, whose number the graph learns late."""
    torch.manual_seed(0)
    attention = adaptive(aggregator={"name": "pairwise", "head_dim": 3}, temperature=0.1)
    regions, query = torch.randn(3, 11, 7).double(), torch.randn(3, 5).double()
    expected = attention(regions, query)
    assert len(set(expected.extras["kept"].tolist())) > 1
    found = torch.compile(attention, backend="eager", fullgraph=True)(regions, query)
    torch.testing.assert_close(found, expected)


@given(
    axes=st.one_of(st.tuples(st.integers(1, 6)), st.tuples(st.integers(1, 2), st.integers(1, 3))),
    cells=st.sampled_from(["random", "ties", "equal"]),
    masked=st.sampled_from(["no", "some", "one", "nothing"]),
    aggregator=st.sampled_from(AGGREGATORS),
    threshold=st.sampled_from([0.01, 1.0, 1.5]),
    seed=st.integers(0, 10**6),
)
def test_equals_the_masked_dense_loop(draw, by_loops, assert_twins, axes, cells, masked, aggregator, threshold, seed):
    torch.manual_seed(seed)
    attention = adaptive(aggregator=aggregator, threshold=threshold, temperature=0.7)
    drawn = draw(axes, batch=2, cells=cells, masked=masked, seed=seed)
    own = attention.select(*drawn).presence.flatten(1)

    def kept(sizes, mask):
        torch.testing.assert_close(sizes, own)
        return reference.above(own, mask, threshold=threshold, temperature=0.7)

    assert_twins(attention, drawn, lambda drawn: by_loops(attention, drawn, kept))


@pytest.mark.parametrize("recompute", [False, True])
def test_pairs_in_several_runs_equal_the_loop(draw, by_loops, assert_twins, monkeypatch, recompute):
    monkeypatch.setattr("scanpath_han.aggregators.relation.PAIRS_AT_ONCE", {"cpu": 5})
    options = {"name": "relation", "hidden_dim": 3, "layers": 2, "recompute": recompute}
    attention = adaptive(aggregator=options, threshold=0.01)  # all that is real
    drawn = draw((2, 3), masked="some")
    assert attention.select(*drawn).lengths.square().sum() > 5
    assert_twins(
        attention,
        drawn,
        lambda drawn: by_loops(attention, drawn, functools.partial(reference.above, threshold=0.01)),
    )


@pytest.mark.parametrize("aggregator", AGGREGATORS, ids=str)
def test_exactly_what_is_kept_enters_the_aggregator(draw, aggregator):
    attention, drawn = adaptive(aggregator=aggregator), draw((3, 5), masked="some")
    first = next((part for part in attention.aggregator.modules() if isinstance(part, torch.nn.Linear)), None)
    rows = []
    if first is None:  # a sum has no layer: what it is called with
        attention.aggregator.register_forward_pre_hook(lambda _, given: rows.append(len(given[0].cells)))
    else:
        first.register_forward_pre_hook(lambda _, given: rows.append(given[0].shape.numel() // given[0].shape[-1]))
    out = attention(*drawn)
    assert rows == [out.weights.sum().item()]
    assert out.extras["kept"].sum() == out.weights.sum()
    assert 3 <= rows[0] < drawn.mask.sum()


def test_the_scale_of_the_norms_decides_how_many_are_kept():
    torch.manual_seed(0)
    regions = torch.randn(19, 8, 8, 13)
    kept = {}
    for name, options in {"raw": {}, "relative": {"norm": "relative", "temperature": 0.1}}.items():
        torch.manual_seed(1)
        attention = AdaptiveHardAttention(region_dim=13, layers=0, **options)
        scaled = [attention(regions)]
        with torch.no_grad():
            for parameter in attention.parameters():
                parameter.mul_(100)
        scaled.append(attention(regions))
        kept[name] = [out.extras["kept"].float().mean().item() for out in scaled]
    assert kept["raw"][0] > 15
    assert kept["raw"][1] < 1.5
    assert kept["relative"][0] == pytest.approx(kept["relative"][1], rel=0.02)
    assert 2 < kept["relative"][0] < 32


def test_one_cell_is_kept_where_all_are_alike():
    attention = adaptive(layers=0)
    with torch.no_grad():
        attention.embed.regions[0].weight.zero_()
    weights = attention(torch.randn(2, 5, 7).double(), torch.randn(2, 5).double()).weights
    assert weights.tolist() == [[[1, 0, 0, 0, 0]]] * 2


def test_select_gives_the_selection_alone(draw):
    attention, drawn = adaptive(), draw((2, 3))
    selection = attention.select(*drawn)
    assert torch.equal(selection.weights(), attention(*drawn).weights)
    torch.testing.assert_close(attention.aggregator(selection), attention(*drawn).context)


def test_only_what_is_kept_gets_a_gradient(draw):
    attention, drawn = adaptive(layers=0), draw((3, 5))  # no ReLU that could be dead
    drawn.regions.requires_grad_()
    out = attention(*drawn)
    out.context.sum().backward()
    assert torch.equal((drawn.regions.grad != 0).any(-1), out.weights.squeeze(1).bool())


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"threshold": 0}, "AdaptiveHardAttention got threshold=0, expected a number above 0"),
        ({"temperature": "1"}, "AdaptiveHardAttention got temperature='1', expected a number above 0"),
        ({"threshold": True}, "AdaptiveHardAttention got threshold=True, expected a number above 0"),
        ({"region_dim": 0}, "AdaptiveHardAttention got region_dim=0, expected a whole number from 1 on"),
        ({"temperature": -1.0}, "AdaptiveHardAttention got temperature=-1.0, expected a number above 0"),
        ({"hidden_dim": 0}, "AdaptiveHardAttention got hidden_dim=0"),
        ({"norm": "l7"}, "AdaptiveHardAttention got norm='l7'"),
        ({"aggregator": "relations"}, "there is no aggregator 'relations'; did you mean 'relation'"),
    ],
)
def test_impossible_options_are_refused(options, words):
    with pytest.raises(ConfigError, match=words):
        AdaptiveHardAttention(**{"region_dim": 7, **options})


def test_calls_that_do_not_fit_are_refused():
    attention = AdaptiveHardAttention(region_dim=7)
    with pytest.raises(ShapeError, match=r"AdaptiveHardAttention got regions \(3, 13, 6\)"):
        attention(torch.randn(3, 13, 6))
    with pytest.raises(ShapeError, match="built with query_dim=None and got a query"):
        attention(torch.randn(3, 13, 7), torch.randn(3, 5))

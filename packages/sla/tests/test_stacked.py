"""StackedAttention and StandardAttention against the loops, their contract, fusions in f_att, and what they refuse."""

from __future__ import annotations

import functools
import json
from pathlib import Path

import pytest
import torch
from hypothesis import given, strategies as st

from scanpath import create_attention
from scanpath.errors import ConfigError, ShapeError
from scanpath.layers import create_fusion
from scanpath.ops import clean, masked_softmax, weighted_pooling
from scanpath.testing import check_attention
from scanpath_sla import StackedAttention, StandardAttention, reference

CASES = json.loads((Path(__file__).parent / "contracts.json").read_text())["attentions"]
BUILT = {"standard": StandardAttention, "stacked": StackedAttention}


@pytest.mark.parametrize(("name", "case"), [(name, case) for name in BUILT for case in CASES[name]], ids=str)
def test_the_contract(name, case):
    check_attention(functools.partial(BUILT[name], **case["options"]), backend=None)


@given(
    axes=st.one_of(st.tuples(st.integers(1, 5)), st.tuples(st.integers(1, 2), st.integers(1, 3))),
    mask=st.sampled_from(["no", "some", "nothing"]),
    activation=st.sampled_from(["relu", "tanh"]),
    layers=st.integers(1, 3),
    query_dim=st.sampled_from([5, None]),
    seed=st.integers(0, 10**6),
)
def test_equals_the_loop(draw, perceptron_layers, assert_twins, axes, mask, activation, layers, query_dim, seed):
    torch.manual_seed(seed)
    attention = StackedAttention(
        region_dim=7, query_dim=query_dim, layers=layers, hidden_dim=3, activation=activation
    ).double()
    drawn = draw(axes, batch=2, mask=mask, query_dim=query_dim, seed=seed)
    leaves = [drawn.regions.requires_grad_(), *attention.parameters()]
    out = attention(*drawn)
    query = drawn.regions.new_zeros(2, 1) if query_dim is None else drawn.query
    real = None if drawn.mask is None else drawn.mask.flatten(1)
    layers = perceptron_layers(attention.reasoning, attention.scores)
    values = clean(drawn.regions, drawn.mask).flatten(1, -2)
    slow = reference.stacked(values, query, layers, real, activation)
    assert_twins((out.context, out.weights.flatten(2)), slow, leaves)


def test_one_layer_is_the_standard_attention():
    one = StackedAttention(region_dim=7, query_dim=5, layers=1, hidden_dim=3)
    standard = StandardAttention(region_dim=7, query_dim=5, hidden_dim=3)
    standard.load_state_dict(one.state_dict())
    given = torch.randn(2, 3, 5, 7), torch.randn(2, 5)
    torch.testing.assert_close(standard(*given), one(*given))


@pytest.mark.parametrize("fusion", [{"name": "mcb", "output_dim": 23}, {"name": "mlb", "output_dim": 11}], ids=str)
def test_a_fusion_stands_in_the_perceptrons_place(fusion):
    """Each layer's own, joined with what the last one found."""
    attention = StackedAttention(region_dim=7, query_dim=5, layers=2, fusion=fusion).eval()
    regions, query, mask = torch.randn(2, 13, 7), torch.randn(2, 5), torch.arange(13) < torch.tensor([[13], [4]])
    out = attention(regions, query, mask)
    options = {key: value for key, value in fusion.items() if key != "name"}
    regions, state = clean(regions, mask), query  # MCB's norm is of all regions together
    for layer, width in enumerate((5, 7)):
        alone = create_fusion(fusion["name"], input_dim=7, query_dim=width, **options).eval()
        alone.load_state_dict(attention.reasoning.layers[layer].state_dict())
        scores = (alone(regions, state) @ attention.scores[layer]).unsqueeze(1)
        weights = masked_softmax(scores, mask)
        state = weighted_pooling(weights, regions)
        torch.testing.assert_close(out.weights[:, layer : layer + 1], weights)
    torch.testing.assert_close(out.context, state)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"region_dim": 0}, "StackedAttention got region_dim=0, expected a whole number from 1 on"),
        ({"query_dim": 0}, "StackedAttention got query_dim=0, expected a whole number from 1 on"),
        ({"layers": 0}, "StackedAttention got layers=0, expected a whole number from 1 on"),
        ({"layers": 2.0}, "StackedAttention got layers=2.0, expected a whole number"),
        ({"hidden_dim": 0}, "StackedAttention got hidden_dim=0, expected a whole number from 1 on"),
        ({"activation": "gelu"}, "StackedAttention got activation='gelu', expected 'relu' or 'tanh'"),
        ({"fusion": "mlp"}, "there is no fusion 'mlp'; did you mean 'mlb'"),
        ({"fusion": "mlb", "query_dim": None}, "fusion='mlb' joins regions with a question: give query_dim"),
    ],
)
def test_impossible_options_are_refused(options, words):
    with pytest.raises(ConfigError, match=words):
        StackedAttention(**{"region_dim": 7, "query_dim": 5, **options})


def test_options_are_checked_before_anything_is_built():
    from scanpath.attention.creation import check_attention_options

    with pytest.raises(ConfigError, match="'mlb' takes no option 'widht'"):
        check_attention_options("standard", {"fusion": {"name": "mlb", "widht": 3}})
    check_attention_options("stacked", {"fusion": "mcb", "layers": 2})


def test_calls_that_do_not_fit_are_refused():
    attention = create_attention("standard", region_dim=7, query_dim=5)
    with pytest.raises(ShapeError, match=r"StandardAttention got regions \(2, 3, 6\), expected \(B, K, 7\)"):
        attention(torch.ones(2, 3, 6), torch.ones(2, 5))
    with pytest.raises(ShapeError, match=r"StandardAttention got a mask \(2, 4\) of torch.bool, expected \(2, 3\)"):
        attention(torch.ones(2, 3, 7), torch.ones(2, 5), torch.ones(2, 4, dtype=torch.bool))
    with pytest.raises(ShapeError, match="StandardAttention was built with query_dim=5 and got no query"):
        attention(torch.ones(2, 3, 7))

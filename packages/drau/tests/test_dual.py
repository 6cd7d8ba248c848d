"""Both units together against the loop, under masks, and the tied form between any other numbers of places."""

from __future__ import annotations

import pytest
import torch

from scanpath.attention import create_co_attention
from scanpath.errors import ConfigError, ShapeError
from scanpath_drau import DualRecurrentAttention, GridLSTM, reference

SIZES = {"region_dim": 7, "token_dim": 11, "joint_dim": 3, "hidden_dim": 5, "context_dim": 13}
FORMS = {
    "mean": {},
    "channels": {"join": "channels", "glimpses": 3},
    "tied": {"exchange": "tied", "positions": (5, 2), "activate_scores": True},
    "query": {"exchange": "query", "query_dim": 3},
}
REGION_MASK = torch.tensor([[1, 1, 0, 1, 0], [0, 0, 1, 1, 1]], dtype=torch.bool)
TOKEN_MASK = torch.tensor([[1, 1], [0, 1]], dtype=torch.bool)


def given(*shape):
    return [torch.randn(one, dtype=torch.float64) for one in ((2, 5, 7), (2, 2, 11), *shape)]


def between(named, seen, said):
    """Give what the tied form has learnt between these regions and words alone."""
    return {
        "exchange.to_regions": named["exchange.to_regions"][seen][:, said],
        "exchange.to_regions_bias": named["exchange.to_regions_bias"][seen],
        "exchange.to_words": named["exchange.to_words"][said][:, seen],
        "exchange.to_words_bias": named["exchange.to_words_bias"][said],
    }


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("masked", [False, True])
def test_equals_its_loop(drawn, assert_twins, by_rows, form, masked):
    module = drawn(DualRecurrentAttention(**SIZES, **FORMS[form]))
    named = dict(module.named_parameters())
    masks = (REGION_MASK, TOKEN_MASK) if masked else (REGION_MASK | True, TOKEN_MASK | True)
    exchange, stack = FORMS[form].get("exchange", "mean"), form != "channels"

    def fast(regions, tokens, query):
        asked = query if form == "query" else None
        look, read = module(regions, tokens, asked, *(masks if masked else (None, None)))
        return look.context, look.weights, read.context, read.weights

    def slow(regions, tokens, query):
        def one(row, seen, said):
            places = [regions[row, n] for n in seen], [tokens[row, n] for n in said]
            parameters = named if form != "tied" else {**named, **between(named, seen, said)}
            return reference.dual(parameters, *places, query[row], exchange=exchange, stack=stack)

        return by_rows(one, masks, [5, 2])

    assert_twins(fast, slow, *given((2, 3)), parameters=[*module.parameters()])


@pytest.mark.parametrize("form", FORMS)
def test_a_grid_is_its_cells_row_by_row(drawn, form):
    options = FORMS[form] | ({"positions": (6, 2)} if form == "tied" else {})
    module = drawn(DualRecurrentAttention(**SIZES, **options))
    regions, tokens, query = (
        torch.randn(2, 2, 3, 7).double(),
        torch.randn(2, 2, 11).double(),
        torch.randn(2, 3).double(),
    )
    asked = query if form == "query" else None
    grid, boxes = (module(one, tokens, asked) for one in (regions, regions.flatten(1, 2)))
    torch.testing.assert_close(grid.regions.weights.flatten(2), boxes.regions.weights)
    torch.testing.assert_close(grid.regions.context, boxes.regions.context)
    torch.testing.assert_close(grid.tokens.context, boxes.tokens.context)


def test_the_grid_lstm_reads_regions_alone():
    module = DualRecurrentAttention(**SIZES | {"hidden_dim": 6}, recurrence="grid_lstm")
    assert isinstance(module.rvau.scores.recurrence, GridLSTM)
    assert isinstance(module.rtau.scores.recurrence, torch.nn.LSTM)
    found = module(torch.randn(2, 2, 3, 7), torch.randn(2, 5, 11))
    assert found.regions.weights.shape == (2, 2, 2, 3)


def test_sizes_are_the_papers_for_its_features():
    module = create_co_attention("dual_recurrent", region_dim=512, token_dim=512)
    assert module.context_dims == (512, 512)
    assert module.regions[0].out_features == module.tokens[0].out_features == 256
    assert module.rvau.scores.recurrence.hidden_size == module.rtau.scores.recurrence.hidden_size == 512
    assert module.rvau.project[0].in_features == 2 * 512


def test_padding_that_is_read_is_zeros_on_both_sides():
    module = DualRecurrentAttention(**SIZES, read_padding=True).eval().double()
    regions, tokens = given()
    found = module(regions, tokens, None, REGION_MASK, TOKEN_MASK)
    regions[~REGION_MASK] = tokens[~TOKEN_MASK] = 0
    expected = module(regions, tokens)
    torch.testing.assert_close(found.regions.context, expected.regions.context)
    torch.testing.assert_close(found.tokens.context, expected.tokens.context)
    assert (found.tokens.weights > 0).all()


@pytest.mark.parametrize(
    ("form", "call", "words"),
    [
        (
            "tied",
            [(2, 7, 7), (2, 2, 11)],
            r"for 5 regions and 2 words, and got 7 and 2: build it with positions=\(7, 2\)",
        ),
        (
            "tied",
            [(2, 5, 7), (2, 3, 11)],
            r"for 5 regions and 2 words, and got 5 and 3: build it with positions=\(5, 3\)",
        ),
        (
            "mean",
            [(2, 5, 7), (2, 2, 11), (2, 3)],
            r"built with query_dim=None and got a query: build it with query_dim=3",
        ),
        ("query", [(2, 5, 7), (2, 2, 11)], r"built with query_dim=3 and got no query: pass one \(B, 3\)"),
        ("mean", [(2, 5, 7), (2, 2, 7)], r"got tokens \(2, 2, 7\), expected \(2, T, 11\)"),
    ],
)
def test_a_call_that_does_not_fit(form, call, words):
    module = DualRecurrentAttention(**SIZES, **FORMS[form])
    with pytest.raises(ShapeError, match=words):
        module(*(torch.randn(shape) for shape in call))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"glimpses": 0}, r"^DualRecurrentAttention got glimpses=0, expected a whole number from 1 on\.$"),
        ({"token_dim": 0}, r"token_dim=0, expected a whole number"),
        ({"exchange": "query"}, r"exchange='query' and no query to exchange"),
        ({"exchange": "tied"}, r"positions=None with exchange='tied'"),
    ],
)
def test_options_that_cannot_be(options, words):
    with pytest.raises(ConfigError, match=words):
        DualRecurrentAttention(**{**SIZES, **options})

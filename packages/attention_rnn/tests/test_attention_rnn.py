"""The layer: against loops over cells, and what the paper promises of it: causality, padding, sampling."""

from __future__ import annotations

from functools import partial

import pytest
import torch
from hypothesis import given, strategies as st

from scanpath import create_attention
from scanpath.errors import ConfigError, ShapeError
from scanpath.testing import ContractError, check_attention, check_scorer
from scanpath_attention_rnn import AttentionRNN, Distribution, reference
from scanpath_attention_rnn.attention_rnn import default_hidden

OPTIONS = [{}, {"combine": "independent", "glimpses": 2}, {"context": 1, "hidden": 3}, {"context": 5, "glimpses": 3}]


def built(*, query_dim=3, seed=0, **options):
    """Build a layer of float64 whose every parameter is drawn."""
    layer = AttentionRNN(region_dim=5, query_dim=query_dim, **{"hidden": 2, **options}).double()
    source = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in layer.parameters():
            parameter.copy_(torch.randn(parameter.shape, generator=source, dtype=torch.float64))
    return layer


def by_loops(layer, regions, query, mask=None):
    """Give mean and deviation cell by cell, from a layer's parameters."""
    if mask is not None:
        regions = torch.where(mask.unsqueeze(-1), regions, 0)
    context = reference.local_context(regions, layer.context.weight, layer.context.bias)
    constant = layer.bias.unsqueeze(2)
    if query is not None:
        constant = constant + torch.stack([side @ query.T for side in layer.from_query])
    read = reference.scan(context, layer.from_context, layer.from_state, constant, layer.heads, mask)
    found = []
    for number, (left, right) in enumerate(zip(*reference.estimates(read, layer.head_bias), strict=True)):
        if layer.combine is None:
            found.append(reference.independent(left, right))
        else:
            found.append(reference.learned(left, right, layer.combine[number], layer.combine_bias[number]))
    return Distribution(*(torch.stack(parts, 1) for parts in zip(*found, strict=True)))


@pytest.mark.parametrize("options", OPTIONS, ids=str)
@pytest.mark.parametrize("asked", [False, True])
@pytest.mark.parametrize("masked", [False, True])
def test_it_equals_the_loops(assert_twins, options, asked, masked):
    layer = built(query_dim=3 if asked else None, **options)
    regions, query = torch.randn(2, 3, 5, 5, dtype=torch.float64), torch.randn(2, 3, dtype=torch.float64)
    given = regions, query if asked else None, torch.rand(2, 3, 5) > 0.3 if masked else None
    leaves = [one.requires_grad_() for one in given[:2] if one is not None] + [*layer.parameters()]
    found, expected = layer.distribution(*given), by_loops(layer, *given)
    assert (found.deviation > 0).all()
    assert_twins(torch.stack(found), torch.stack(expected), leaves)
    torch.testing.assert_close(layer(*given), found.mean)


@pytest.mark.parametrize("query", [True, False])
@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_the_contract(options, query):
    check_scorer(lambda **dims: AttentionRNN(**dims, **options), boxes=False, query=query, backend=None)


def test_the_contract_under_compilation():
    check_scorer(AttentionRNN, boxes=False)


def test_a_softmax_hides_what_moves_all_values_alike():
    """Its gradient cancels, which the contract tells from a small one in double precision."""
    with pytest.raises(ContractError, match=r"scorer\.combine_bias gets no gradient"):
        check_attention(partial(create_attention, "attention_rnn"), boxes=False, backend=None)


@given(st.integers(1, 5), st.integers(1, 5), st.sampled_from([1, 3]), st.data())
def test_a_value_depends_on_nothing_that_comes_later(rows, columns, context, data):
    """Of (i, j) it may see rows above and its own row up to j, each with the local context around it."""
    i, j = data.draw(st.integers(0, rows - 1)), data.draw(st.integers(0, columns - 1))
    layer = built(context=context)
    regions = torch.randn(1, rows, columns, 5, dtype=torch.float64, requires_grad=True)
    found = layer.distribution(regions, torch.randn(1, 3, dtype=torch.float64))
    (gradient,) = torch.autograd.grad(found.mean[0, 0, i, j] + found.deviation[0, 0, i, j], regions)
    reach = context // 2
    seen = {(r, c) for r in range(i) for c in range(columns)} | {(i, c) for c in range(j + 1)}
    allowed = {
        (r + down, c + across)
        for r, c in seen
        for down in range(-reach, reach + 1)
        for across in range(-reach, reach + 1)
    }
    for r in range(rows):
        for c in range(columns):
            assert bool((gradient[0, r, c] != 0).any()) == ((r, c) in allowed), (r, c)


@given(st.integers(1, 6), st.integers(1, 6), st.integers(0, 3), st.integers(0, 3))
def test_a_padded_grid_is_the_grid(rows, columns, below, beyond):
    layer = built()
    regions, query = torch.randn(2, rows, columns, 5, dtype=torch.float64), torch.randn(2, 3, dtype=torch.float64)
    padded = torch.full((2, rows + below, columns + beyond, 5), torch.nan, dtype=torch.float64)
    mask = torch.zeros(padded.shape[:3], dtype=torch.bool)
    padded[:, :rows, :columns], mask[:, :rows, :columns] = regions, True
    found = layer(padded, query, mask)[..., :rows, :columns]
    torch.testing.assert_close(found, layer(regions, query))


@pytest.mark.parametrize("spread", [1.0, 3.5])
def test_samples_spread_as_the_deviation_says(spread):
    layer = built(sample=True, spread=spread)
    regions, query = torch.randn(1, 3, 4, 5, dtype=torch.float64), torch.randn(1, 3, dtype=torch.float64)
    with torch.no_grad():
        found = layer.distribution(regions, query)
        drawn = torch.stack([layer.value(found) for _ in range(20_000)])
    most = spread * float(found.deviation.max())
    torch.testing.assert_close(drawn.mean(0), found.mean, atol=0.04 * most, rtol=0)
    torch.testing.assert_close(drawn.std(0), spread * found.deviation, rtol=0.03, atol=0)


def test_a_sample_passes_its_gradient_to_both():
    """The deviation's row of the combination learns from samples alone."""
    given = torch.randn(2, 3, 4, 5, dtype=torch.float64), torch.randn(2, 3, dtype=torch.float64)
    of_rows = {}
    for sample in (False, True):
        layer = built(sample=sample)
        layer(*given).square().sum().backward()
        of_rows[sample] = layer.combine.grad[0].abs().sum(1) > 0
    assert of_rows[False].tolist() == [True, False]
    assert of_rows[True].tolist() == [True, True]


def test_it_is_drawn_in_evaluation_too():
    layer, given = built(sample=True).eval(), (torch.randn(1, 3, 4, 5, dtype=torch.float64), torch.randn(1, 3).double())
    assert not torch.equal(layer(*given), layer(*given))


def test_the_combination_begins_as_the_average():
    layer = AttentionRNN(region_dim=5, hidden=2).double()
    read = 0.1 * torch.randn(2, 1, 2, 3, 4, dtype=torch.float64)  # as what has not learnt reads: near 0
    (left,), (right,) = reference.estimates(read, layer.head_bias)
    found = reference.learned(left, right, layer.combine[0], layer.combine_bias[0])
    torch.testing.assert_close(found[0], (left[0] + right[0]) / 2)
    torch.testing.assert_close(found[1], (left[1] + right[1]) / 2, atol=0.01, rtol=0)


@pytest.mark.parametrize(
    ("region_dim", "hidden"), [(32, 32), (64, 64), (128, 64), (512, 128), (2048, 256), (16000, 256)]
)
def test_widths_where_nobody_says(region_dim, hidden):
    assert default_hidden(region_dim) == hidden


def test_the_plain_form_has_a_gradient_of_the_gradient():
    layer = built(kernel="plain")
    regions = torch.randn(1, 2, 3, 5, dtype=torch.float64, requires_grad=True)
    query = torch.randn(1, 3, dtype=torch.float64)
    torch.testing.assert_close(layer(regions, query), built()(regions, query))
    (first,) = torch.autograd.grad(layer(regions, query).square().sum(), regions, create_graph=True)
    first.square().sum().backward()
    assert layer.from_state.grad.abs().sum() > 0


def test_in_a_host_of_questions_it_comes_softmaxed():
    attention = create_attention("attention_rnn", region_dim=7, query_dim=5, glimpses=2, context=1)
    context, weights, _ = attention(torch.randn(3, 4, 6, 7), torch.randn(3, 5))
    assert (context.shape, weights.shape) == ((3, 14), (3, 2, 4, 6))
    torch.testing.assert_close(weights.sum((2, 3)), torch.ones(3, 2))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"hidden": 0}, "AttentionRNN got hidden=0, expected a whole number from 1 on"),
        ({"glimpses": True}, "AttentionRNN got glimpses=True, expected a whole number from 1 on"),
        ({"context": 2}, "AttentionRNN got context=2, expected an odd number"),
        ({"combine": "product"}, "AttentionRNN got combine='product', expected 'learned' or 'independent'"),
        ({"sample": "no"}, "AttentionRNN got sample='no', expected true or false"),
        ({"spread": -1}, "AttentionRNN got spread=-1, expected a number from 0 on"),
        ({"kernel": "cuda"}, "AttentionRNN got kernel='cuda', expected 'sweep' or 'plain' or 'triton'"),
    ],
)
def test_options_that_cannot_be(options, words):
    with pytest.raises(ConfigError, match=words):
        AttentionRNN(region_dim=5, **options)


def test_calls_that_cannot_be():
    layer = AttentionRNN(region_dim=5, query_dim=3)
    with pytest.raises(ShapeError, match=r"AttentionRNN got regions \(2, 7, 5\), expected a grid"):
        layer(torch.ones(2, 7, 5), torch.ones(2, 3))
    with pytest.raises(ShapeError, match=r"AttentionRNN got regions \(2, 0, 4, 5\), expected a grid .* with a cell"):
        layer(torch.ones(2, 0, 4, 5), torch.ones(2, 3))
    with pytest.raises(ShapeError, match=r"got a query \(2, 4\), expected \(B, 3\)"):
        layer(torch.ones(2, 3, 4, 5), torch.ones(2, 4))
    with pytest.raises(ShapeError, match="built with query_dim=3 and got no query"):
        layer(torch.ones(2, 3, 4, 5))

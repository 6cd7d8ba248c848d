"""StackedLatentAttention against the loops, the softmax beside its main path, memory that is given back, refusals."""

from __future__ import annotations

import functools
import json
from pathlib import Path

import pytest
import torch
from hypothesis import given, strategies as st

from scanpath.bench.memory import peak_bytes
from scanpath.errors import ConfigError, ShapeError
from scanpath.ops import clean
from scanpath.testing import check_attention
from scanpath_sla import StackedAttention, StackedLatentAttention, reference

CASES = json.loads((Path(__file__).parent / "contracts.json").read_text())["attentions"]["stacked_latent"]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_contract(case):
    keywords = dict(case)
    options = keywords.pop("options")
    check_attention(functools.partial(StackedLatentAttention, **options), backend=None, **keywords)


def by_loops(attention, drawn, path_layers, activation):
    query, bias = drawn.query, None
    if attention.bias is not None:
        linear = attention.bias.linear
        bias = reference.positional_bias(query, linear.weight, linear.bias, attention.positions, "tanh")
    if query is None:
        query = drawn.regions.new_zeros(len(drawn.regions), 1)
    axes = drawn.regions.shape[1:-1]
    layers, kernels = path_layers(attention.path, axes)
    values = clean(drawn.regions, drawn.mask).flatten(1, -2)
    mask = None if drawn.mask is None else drawn.mask.flatten(1)
    return reference.stacked_latent(values, query, bias, layers, mask, activation, kernels)


@given(
    axes=st.one_of(st.tuples(st.integers(1, 5)), st.tuples(st.integers(1, 2), st.integers(1, 3))),
    mask=st.sampled_from(["no", "some", "nothing"]),
    activation=st.sampled_from(["relu", "tanh"]),
    layers=st.integers(1, 3),
    bias=st.sampled_from([None, 1, 2]),
    query_dim=st.sampled_from([5, None]),
    recompute=st.sampled_from([None, 1, 2]),
    kernel=st.sampled_from([1, 3]),
    seed=st.integers(0, 10**6),
)
def test_equals_the_loop(
    draw, path_layers, assert_twins, axes, mask, activation, layers, bias, query_dim, recompute, kernel, seed
):
    torch.manual_seed(seed)
    placed = {} if bias is None or query_dim is None else {"positions": torch.Size(axes).numel(), "bias_dim": bias}
    attention = StackedLatentAttention(
        region_dim=7, query_dim=query_dim, layers=layers, hidden_dim=3, activation=activation, recompute=recompute,
        kernel=kernel if len(axes) == 2 else 1, **placed,
    ).double()  # fmt: skip
    drawn = draw(axes, mask=mask, query_dim=query_dim, seed=seed)
    asked = [] if drawn.query is None else [drawn.query.requires_grad_()]
    leaves = [drawn.regions.requires_grad_(), *asked, *attention.parameters()]
    out = attention(*drawn)
    slow = by_loops(attention, drawn, path_layers, activation)
    assert_twins((out.context, out.weights.flatten(2)), slow, leaves)


@given(layers=st.integers(1, 4), activation=st.sampled_from(["relu", "tanh"]), seed=st.integers(0, 10**6))
def test_the_softmax_is_outside_the_main_path(layers, activation, seed):
    """With every gradient through the attention branch cut off, that to v through s is intact, number by number.

    What remains must be the gradient of a network without any attention: v goes through W_v, W_z and sigma alone, the
    contents a being constants. A plain stack has nothing left.
    """
    torch.manual_seed(seed)
    attention = StackedLatentAttention(
        region_dim=7, query_dim=5, layers=layers, hidden_dim=5, activation=activation
    ).double()
    regions, query = torch.randn(2, 11, 7, dtype=torch.float64), torch.randn(2, 5, dtype=torch.float64)

    def through_s(mechanism):
        leaf = regions.clone().requires_grad_()
        context = mechanism(leaf, query).context[:, :5]  # the mean of s^(T)
        pull = torch.linspace(-1, 1, context.numel(), dtype=torch.float64).view_as(context)
        return torch.autograd.grad((context * pull).sum(), leaf)[0]

    path = attention.path
    path.register_forward_hook(lambda _path, _given, look: look._replace(content=look.content.detach()))
    cut = through_s(attention)

    leaf, s = regions.clone().requires_grad_(), None
    rows = path.values.view(layers, 5, 7)
    with torch.no_grad():
        contents = [weights.unsqueeze(1) @ regions for weights in attention(regions, query).weights.unbind(1)]
    for t in range(layers):
        hidden = leaf @ rows[t].t() + path.states[t](query, 2).unsqueeze(1)
        if t == 0:
            hidden = hidden + leaf @ path.first.t()
        else:
            hidden = hidden + s @ path.of_s[t - 1].t() + contents[t - 1] @ path.of_content[t - 1].t()
        s = torch.relu(hidden) if activation == "relu" else torch.tanh(hidden)
    context = s.mean(1)
    pull = torch.linspace(-1, 1, context.numel(), dtype=torch.float64).view_as(context)
    (expected,) = torch.autograd.grad((context * pull).sum(), leaf)
    torch.testing.assert_close(cut, expected, rtol=1e-9, atol=1e-12)
    assert cut.abs().sum() > 0


def test_of_a_plain_stack_nothing_is_left_past_the_softmax(monkeypatch):
    """The same cut there: with the weights of its layers held fast, no layer but the last sees a gradient."""
    attention = StackedAttention(region_dim=7, query_dim=5, layers=3, hidden_dim=5)
    from scanpath_sla import stacked

    real = stacked.masked_softmax
    monkeypatch.setattr(stacked, "masked_softmax", lambda scores, mask: real(scores, mask).detach())
    attention(torch.randn(2, 11, 7).requires_grad_(), torch.randn(2, 5)).context.sum().backward()
    assert all(parameter.grad is None for parameter in attention.parameters())


def test_w_v_of_all_layers_is_one_product(monkeypatch):
    """Of the regions themselves there is one product with a matrix, and it is computed once."""
    attention = StackedLatentAttention(region_dim=7, query_dim=5, layers=3, hidden_dim=11, positions=13)
    linear, wide = torch.nn.functional.linear, []

    def counted(given, weight, bias=None):
        if given.shape == (2, 13, 7):
            wide.append(tuple(weight.shape))
        return linear(given, weight, bias)

    monkeypatch.setattr(torch.nn.functional, "linear", counted)
    attention(torch.randn(2, 13, 7), torch.randn(2, 5))
    assert wide == [(3 * 11, 7)]


def test_contents_are_never_copied_to_the_positions():
    """With regions much wider than the hidden layer, one copy of a to K positions would be most of the memory."""
    attention = StackedLatentAttention(region_dim=512, query_dim=5, layers=3, hidden_dim=2)
    regions, query = torch.randn(2, 97, 512), torch.randn(2, 5)

    def run():
        attention(regions, query).context.sum().backward()
        attention.zero_grad(set_to_none=True)

    assert peak_bytes(run) < regions.numel() * 4 / 2


def test_recomputing_gives_memory_back_and_changes_nothing(gradients):
    regions, query = torch.randn(16, 53, 7).requires_grad_(), torch.randn(16, 5)
    kept = StackedLatentAttention(region_dim=7, query_dim=5, layers=3, hidden_dim=31)
    again = StackedLatentAttention(region_dim=7, query_dim=5, layers=3, hidden_dim=31, recompute=2)
    again.load_state_dict(kept.state_dict())

    def run(attention):
        attention(regions, query).context.sum().backward()
        attention.zero_grad(set_to_none=True)
        regions.grad = None

    peaks = [peak_bytes(functools.partial(run, one)) for one in (kept, again)]
    assert peaks[1] < peaks[0] / 3
    found = [gradients([one(regions, query).context], [regions, *one.parameters()]) for one in (kept, again)]
    torch.testing.assert_close(*found, rtol=1e-5, atol=1e-6)
    with torch.no_grad():
        torch.testing.assert_close(again(regions, query), kept(regions, query))


def test_the_bias_is_shown_and_tells_places_apart():
    attention = StackedLatentAttention(region_dim=7, query_dim=5, layers=1, hidden_dim=11, positions=15, bias_dim=2)
    regions, query = torch.ones(2, 3, 5, 7), torch.randn(2, 5)
    out = attention(regions, query)
    assert out.extras["bias"].shape == (2, 2, 3, 5)
    torch.testing.assert_close(out.extras["bias"].flatten(2).transpose(1, 2), attention.bias(query))
    assert out.weights.std() > 0  # equal regions everywhere: the bias alone tells them apart
    plain = StackedLatentAttention(region_dim=7, query_dim=5, layers=1, hidden_dim=11)
    assert plain(regions, query).extras == {}
    torch.testing.assert_close(plain(regions, query).weights, torch.full((2, 1, 3, 5), 1 / 15))


def test_the_bias_goes_through_what_was_asked_for():
    attention = StackedLatentAttention(region_dim=7, query_dim=5, positions=15, bias_activation="linear")
    query = 9 * torch.randn(2, 5)
    out = attention(torch.ones(2, 15, 7), query)
    torch.testing.assert_close(out.extras["bias"], attention.bias.linear(query).unsqueeze(1))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"region_dim": 0}, "StackedLatentAttention got region_dim=0, expected a whole number from 1 on"),
        ({"query_dim": "5"}, "StackedLatentAttention got query_dim='5', expected a whole number from 1 on"),
        ({"layers": 0}, "StackedLatentAttention got layers=0, expected a whole number from 1 on"),
        ({"hidden_dim": -1}, "StackedLatentAttention got hidden_dim=-1, expected a whole number"),
        ({"positions": 0}, "StackedLatentAttention got positions=0, expected a whole number from 1 on"),
        ({"positions": "196"}, "StackedLatentAttention got positions='196', expected K, or K and T"),
        ({"positions": 13, "query_dim": None}, "positions=13 and no query_dim, and draws its positional bias from"),
        ({"bias_dim": 0}, "StackedLatentAttention got bias_dim=0, expected a whole number from 1 on"),
        ({"bias_activation": "relu"}, "got bias_activation='relu', expected 'tanh' or 'linear'"),
        ({"kernel": 2}, "StackedLatentAttention got kernel=2, expected an odd number"),
        ({"activation": "sigmoid"}, "got activation='sigmoid', expected 'relu' or 'tanh'"),
        ({"recompute": 0}, "StackedLatentAttention got recompute=0, expected a whole number from 1 on"),
    ],
)
def test_impossible_options_are_refused(options, words):
    with pytest.raises(ConfigError, match=words):
        StackedLatentAttention(**{"region_dim": 7, "query_dim": 5, **options})


def test_calls_that_do_not_fit_are_refused():
    attention = StackedLatentAttention(region_dim=7, query_dim=5, positions=15)
    query = torch.ones(2, 5)
    with pytest.raises(ShapeError, match="positional bias for 15 regions and got 3 x 4: build it with positions=12"):
        attention(torch.ones(2, 3, 4, 7), query)
    with pytest.raises(ShapeError, match=r"got regions \(2, 15, 6\), expected \(B, K, 7\)"):
        attention(torch.ones(2, 15, 6), query)
    with pytest.raises(ShapeError, match=r"got a query \(2, 4\), expected \(B, 5\)"):
        attention(torch.ones(2, 15, 7), query[:, 1:])
    wide = StackedLatentAttention(region_dim=7, kernel=3)
    with pytest.raises(ShapeError, match=r"with kernel=3 needs a grid \(B, H, W, D\) and got \(2, 15, 7\): boxes"):
        wide(torch.ones(2, 15, 7))

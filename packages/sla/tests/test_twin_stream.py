"""TwinStream against the loops: every exchange, masks on both sides, with and without its latent path; refusals."""

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
from scanpath.testing import check_co_attention
from scanpath_sla import TwinStream, reference

CASES = json.loads((Path(__file__).parent / "contracts.json").read_text())["co_attentions"]["twin_stream"]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_contract(case):
    keywords = dict(case)
    options = keywords.pop("options")
    check_co_attention(functools.partial(TwinStream, **options), backend=None, **keywords)


def side(path, output, path_layers):
    of_s = [] if output.of_s is None else [output.of_s]
    return reference.Stream(path_layers(path)[0], torch.cat([*of_s, output.of_content], 1), output.bias)


@given(
    exchange=st.sampled_from(["parallel", "text_first", "regions_first"]),
    masks=st.tuples(*[st.sampled_from(["no", "some", "nothing"])] * 2),
    layers=st.integers(1, 3),
    latent=st.booleans(),
    bias=st.booleans(),
    query_dim=st.sampled_from([5, None]),
    activation=st.sampled_from(["relu", "tanh"]),
    recompute=st.sampled_from([None, 2]),
    seed=st.integers(0, 10**6),
)
def test_equals_the_loop(
    draw, path_layers, assert_twins, exchange, masks, layers, latent, bias, query_dim, activation, recompute, seed
):
    torch.manual_seed(seed)
    twin = TwinStream(
        region_dim=7, token_dim=7, query_dim=query_dim, layers=layers, hidden_dim=3, output_dim=2, exchange=exchange,
        latent=latent, activation=activation, positions=6 if bias and latent else None, recompute=recompute,
    ).double()  # fmt: skip
    seen = draw((2, 3), mask=masks[0], query_dim=query_dim, seed=seed)
    words = draw((4,), mask=masks[1], seed=seed + 1)
    asked = [] if seen.query is None else [seen.query.requires_grad_()]
    leaves = [seen.regions.requires_grad_(), words.regions.requires_grad_(), *asked, *twin.parameters()]
    regions, tokens = twin(seen.regions, words.regions, seen.query, seen.mask, words.mask)
    real = None if seen.mask is None else seen.mask.flatten(1)
    drawn = None if twin.bias is None else (twin.bias.linear.weight, twin.bias.linear.bias)
    contexts, maps = reference.twin_stream(
        (clean(seen.regions, seen.mask).flatten(1, -2), clean(words.regions, words.mask), seen.query),
        (real, words.mask),
        (side(twin.regions, twin.region_output, path_layers), side(twin.tokens, twin.token_output, path_layers)),
        drawn, exchange=exchange, activation=activation, latent=latent,
    )  # fmt: skip
    fast = regions.context, tokens.context, regions.weights.flatten(2), tokens.weights
    assert_twins(fast, (*contexts, *maps), leaves)


@pytest.mark.parametrize("place", ["regions", "tokens"])
def test_what_a_mask_hides_moves_neither_side(place):
    """Both streams read each other at every layer, so a leak on one side would show on both."""
    twin = TwinStream(region_dim=7, token_dim=11, query_dim=5, layers=3, hidden_dim=13, positions=6)
    regions, tokens, query = torch.randn(2, 2, 3, 7), torch.randn(2, 5, 11), torch.randn(2, 5)
    seen = torch.tensor([[[1, 0, 1], [0, 1, 1]], [[1, 1, 1], [1, 1, 1]]]).bool()
    heard = torch.tensor([[1, 1, 0, 0, 1], [1, 0, 0, 0, 0]]).bool()
    before = twin(regions, tokens, query, seen, heard)
    if place == "regions":
        regions = torch.where(seen.unsqueeze(-1), regions, torch.nan)
    else:
        tokens = torch.where(heard.unsqueeze(-1), tokens, torch.nan)
    torch.testing.assert_close(twin(regions, tokens, query, seen, heard), before, rtol=0, atol=0)


def test_exchanges_differ_in_what_is_asked_with():
    """At one layer, words looking first leave the regions' own look, and the other way round."""
    given = torch.randn(2, 13, 7), torch.randn(2, 5, 7), torch.randn(2, 7)
    twins = {
        exchange: TwinStream(region_dim=7, token_dim=7, query_dim=7, layers=1, hidden_dim=11, exchange=exchange)
        for exchange in ("parallel", "text_first", "regions_first")
    }
    for twin in twins.values():
        twin.load_state_dict(twins["parallel"].state_dict())
    found = {exchange: twin(*given) for exchange, twin in twins.items()}
    torch.testing.assert_close(found["parallel"].regions, found["regions_first"].regions)
    torch.testing.assert_close(found["parallel"].tokens, found["text_first"].tokens)
    assert not torch.allclose(found["parallel"].regions.weights, found["text_first"].regions.weights)
    assert not torch.allclose(found["parallel"].tokens.weights, found["regions_first"].tokens.weights)


def test_a_number_of_words_may_stand_beside_the_number_of_regions():
    twin = TwinStream(region_dim=7, token_dim=11, query_dim=5, positions=[6, 5])
    for words in (5, 3):
        out = twin(torch.randn(2, 2, 3, 7), torch.randn(2, words, 11), torch.randn(2, 5))
        assert out.regions.extras["bias"].shape == (2, 1, 2, 3)
        assert out.tokens.weights.shape == (2, 2, words)


def test_options_of_the_bias_and_the_pathway_arrive():
    twin = TwinStream(
        region_dim=7, token_dim=11, query_dim=5, positions=6, bias_dim=2, bias_activation="linear", kernel=3
    )
    query = 9 * torch.randn(2, 5)
    out = twin(torch.randn(2, 2, 3, 7), torch.randn(2, 4, 11), query)
    expected = twin.bias.linear(query).view(2, 2, 3, 2).permute(0, 3, 1, 2)
    torch.testing.assert_close(out.regions.extras["bias"], expected)
    assert (twin.regions.kernel, twin.tokens.kernel) == (3, 1)


def test_recomputing_gives_memory_back():
    given = torch.randn(16, 53, 7).requires_grad_(), torch.randn(16, 23, 11)

    def peak(recompute):
        twin = TwinStream(region_dim=7, token_dim=11, layers=3, hidden_dim=31, recompute=recompute)

        def run():
            regions, tokens = twin(*given)
            (regions.context.sum() + tokens.context.sum()).backward()
            twin.zero_grad(set_to_none=True)
            given[0].grad = None

        return peak_bytes(run)

    assert peak(2) < peak(None) / 3


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"token_dim": 0}, "TwinStream got token_dim=0, expected a whole number from 1 on"),
        ({"query_dim": 0}, "TwinStream got query_dim=0, expected a whole number from 1 on"),
        ({"layers": 0}, "TwinStream got layers=0, expected a whole number from 1 on"),
        ({"output_dim": 0}, "TwinStream got output_dim=0, expected a whole number from 1 on"),
        ({"exchange": "both"}, "got exchange='both', expected 'parallel' or 'text_first' or 'regions_first'"),
        ({"latent": "no"}, "TwinStream got latent='no', expected true or false"),
        ({"latent": False, "positions": 6}, "latent=False has no pathway for a positional bias or a kernel"),
        ({"positions": (6,)}, r"TwinStream got positions=\(6,\), expected K, or K and T"),
        ({"positions": (0, 5)}, r"TwinStream got positions\[0\]=0, expected a whole number"),
    ],
)
def test_impossible_options_are_refused(options, words):
    with pytest.raises(ConfigError, match=words):
        TwinStream(**{"region_dim": 7, "token_dim": 11, "query_dim": 5, **options})


def test_calls_that_do_not_fit_are_refused():
    twin = TwinStream(region_dim=7, token_dim=11, query_dim=5, positions=6)
    regions, tokens, query = torch.ones(2, 6, 7), torch.ones(2, 3, 11), torch.ones(2, 5)
    with pytest.raises(ShapeError, match="TwinStream has a positional bias for 6 regions and got 8"):
        twin(torch.ones(2, 8, 7), tokens, query)
    with pytest.raises(ShapeError, match=r"TwinStream got tokens \(2, 3, 10\), expected \(2, T, 11\)"):
        twin(regions, tokens[..., 1:], query)
    with pytest.raises(ShapeError, match="TwinStream was built with query_dim=5 and got no query"):
        twin(regions, tokens)

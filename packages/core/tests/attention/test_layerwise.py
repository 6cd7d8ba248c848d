"""Layer-wise selection: a layer's weight times the softmax among its regions."""

from __future__ import annotations

import functools

import pytest
import torch

from scanpath.attention import AdditiveScorer, LayerwiseAttention, create_attention, reference
from scanpath.attention.creation import check_attention_options
from scanpath.errors import ConfigError, ShapeError, UnknownNameError
from scanpath.testing import check_attention


def layerwise(layers, **options):
    return create_attention("layerwise", region_dim=5, query_dim=7, layers=layers, **options)


def test_contract():
    factory = functools.partial(create_attention, "layerwise", layers=[1, 3, 7], scorer={"name": "dot", "maps": 2})
    check_attention(factory, grid=False, backend=None)


@pytest.mark.parametrize("pooling", ["mean", "sum"])
@pytest.mark.parametrize("masked", [True, False])
def test_equals_its_loop(with_gradient, pooling, masked):
    attention = layerwise([2, 3, 5], scorer={"name": "additive", "maps": 2}, pooling=pooling)
    mask = torch.rand(3, 10) > 0.4 if masked else None
    if masked:
        mask[0, 2:5] = False  # a layer without a real region
        mask[1] = False

    def fast(regions, query):
        out = attention(regions, query, mask)
        return torch.cat([out.context, out.weights.flatten(1)], 1)

    def slow(regions, query):
        scores = attention.scorer(regions, query, mask)
        weights = reference.layerwise(scores, [2, 3, 5], mask, pooling=pooling)
        return torch.cat([reference.weighted_pooling(weights, regions), weights.flatten(1)], 1)

    inputs = torch.randn(3, 10, 5), torch.randn(3, 7)
    torch.testing.assert_close(with_gradient(fast, *inputs), with_gradient(slow, *inputs), rtol=1e-4, atol=1e-5)


def test_a_map_covers_all_layers_and_the_extras_tell_their_weights():
    attention = layerwise([2, 3, 5], scorer={"name": "dot", "maps": 2})
    mask = torch.ones(2, 10, dtype=torch.bool)
    mask[0, :2] = False
    out = attention(torch.randn(2, 10, 5), torch.randn(2, 7), mask)
    layers = out.extras["layers"]
    torch.testing.assert_close(layers[1, 1, 2], out.weights[1, 1, 5:].sum())
    torch.testing.assert_close(layers.sum(-1), torch.ones(2, 2))
    assert (layers[0, :, 0] == 0).all()
    assert (attention.context_dim, attention.kind, attention.axis) == (10, "soft", "glimpse")


def test_one_layer_is_a_single_hop():
    attention = layerwise([11])
    plain = create_attention("dot", region_dim=5, query_dim=7)
    plain.scorer = attention.scorer
    inputs = torch.randn(3, 11, 5), torch.randn(3, 7)
    torch.testing.assert_close(attention(*inputs).weights, plain(*inputs).weights)


def test_by_the_blogs_sum_the_larger_grid_wins():
    """The docstring's warning, with scores of 0.5 everywhere."""
    scorer = AdditiveScorer(region_dim=5)
    with torch.no_grad():
        scorer.regions.weight.zero_()
        scorer.query.learnt.fill_(20.0)  # tanh of it is 1
        scorer.weight.fill_(0.25)  # two hidden units
    inputs = torch.randn(1, 245, 5)
    found = {
        pooling: LayerwiseAttention(scorer, region_dim=5, layers=[196, 49], pooling=pooling)(inputs).extras["layers"]
        for pooling in ("mean", "sum")
    }
    torch.testing.assert_close(found["mean"], torch.full((1, 1, 2), 0.5))
    assert 0 < found["sum"][0, 0, 1] < 1e-31


def test_a_call_may_bring_the_first_layers_and_padding():
    attention, query = layerwise([2, 3, 5]), torch.randn(1, 7)
    regions = torch.randn(1, 13, 5)
    shapes = [attention(regions[:, :count], query).extras["layers"].shape[-1] for count in (2, 5, 10, 13)]
    assert shapes == [1, 2, 3, 3]
    for count in (1, 4, 9):
        with pytest.raises(ShapeError, match="whole layers"):
            attention(regions[:, :count], query)
    with pytest.raises(ShapeError, match="one after another"):
        attention(torch.randn(1, 2, 5, 5), query)


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({}, ConfigError, "needs the option 'layers'"),
        ({"layers": []}, ConfigError, "a list of regions"),
        ({"layers": 10}, ConfigError, "a list of regions"),
        ({"layers": [2, 0]}, ConfigError, r"layers\[1\]=0"),
        ({"layers": [2], "pooling": "max"}, ConfigError, "'mean' or 'sum'"),
        ({"layers": [2], "scorer": "mean"}, UnknownNameError, "mean"),
    ],
)
def test_mistakes_are_told(options, error, words):
    with pytest.raises(error, match=words):
        create_attention("layerwise", region_dim=5, **options)


def test_the_scorer_is_checked_without_building():
    with pytest.raises(UnknownNameError, match="'additive'"):
        check_attention_options("layerwise", {"layers": [2], "scorer": "addtive"})
    with pytest.raises(ConfigError, match="did you mean 'maps'"):
        check_attention_options("layerwise", {"layers": [2], "scorer": {"name": "dot", "map": 2}})
    check_attention_options("layerwise", {"layers": [2], "scorer": {"name": "dot", "maps": 2}})

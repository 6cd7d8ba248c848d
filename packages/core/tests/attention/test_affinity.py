"""Joint attention by an affinity matrix, max-pooled and learned, against its loops."""

from __future__ import annotations

import functools

import pytest
import torch

from scanpath.attention import AffinityCoAttention, create_co_attention, reference
from scanpath.errors import ConfigError, ShapeError
from scanpath.testing import check_co_attention


def test_contract():
    factory = functools.partial(create_co_attention, "affinity", pooling="learned", hidden_dim=5)
    check_co_attention(factory, query="ignored", backend=None)


def both_masks():
    """Some of each side, a row without words, a row without regions."""
    region_mask, token_mask = torch.rand(4, 13) > 0.4, torch.rand(4, 3) > 0.4
    token_mask[1], region_mask[2] = False, False
    return region_mask, token_mask


def flat(out):
    return torch.cat([part for side in out for part in (side[0], side[1].flatten(1))], 1)


@pytest.mark.parametrize("pooling", ["max", "learned"])
@pytest.mark.parametrize("masked", [True, False])
def test_equals_its_loop(with_gradient, pooling, masked):
    options = {"scale": 3.0} if pooling == "max" else {"hidden_dim": 11}
    both = AffinityCoAttention(region_dim=5, token_dim=7, pooling=pooling, **options)
    region_mask, token_mask = both_masks() if masked else (None, None)

    def slow(regions, tokens):
        related = reference.affinity(regions, tokens, both.weight)
        turned = related.transpose(1, 2)
        if pooling == "max":
            scores = 3.0 * reference.largest(turned, token_mask), 3.0 * reference.largest(related, region_mask)
        else:
            w_v, w_q = both.learned.regions.weight, both.learned.tokens.weight
            w_hv, w_hq = both.learned.region_scores.weight[0], both.learned.token_scores.weight[0]
            scores = (
                reference.affine(regions, tokens, turned, token_mask, w_v, w_q, w_hv),
                reference.affine(tokens, regions, related, region_mask, w_q, w_v, w_hq),
            )
        look, read = reference.masked_softmax(scores[0], region_mask), reference.masked_softmax(scores[1], token_mask)
        contexts = reference.weighted_pooling(look, regions), reference.weighted_pooling(read, tokens)
        return flat(((contexts[0], look), (contexts[1], read)))

    inputs = torch.randn(4, 13, 5), torch.randn(4, 3, 7)
    fast = with_gradient(lambda r, t: flat(both(r, t, None, region_mask, token_mask)), *inputs)
    torch.testing.assert_close(fast, with_gradient(slow, *inputs), rtol=1e-4, atol=1e-5)


def test_a_grid_keeps_its_shape_and_boxes_say_the_same():
    both = AffinityCoAttention(region_dim=5, token_dim=7, query_dim=11)
    grid, tokens, query = torch.randn(2, 3, 13, 5), torch.randn(2, 17, 7), torch.randn(2, 11)
    out = both(grid, tokens, query)
    assert out.regions.weights.shape == (2, 1, 3, 13)
    assert out.tokens.weights.shape == (2, 1, 17)
    assert out.regions.extras["affinity"].shape == (2, 17, 3, 13)
    boxes = both(grid.flatten(1, 2), tokens, query)
    torch.testing.assert_close(out.regions.weights.flatten(2), boxes.regions.weights)
    torch.testing.assert_close(out.tokens.context, boxes.tokens.context)
    assert (both.context_dims, both.kind, both.axis) == ((5, 7), "soft", "glimpse")


def test_without_its_factor_the_maximum_cannot_look_sharply():
    """The docstring's reason: 64 regions, one of affinity 1 and the others of -1."""
    regions = torch.full((1, 64, 1), -30.0)
    regions[0, 17] = 30.0
    found = {}
    for scale in (1.0, None):
        both = AffinityCoAttention(region_dim=1, token_dim=1, scale=scale)
        torch.nn.init.ones_(both.weight)
        found[scale] = both(regions, torch.ones(1, 1, 1)).regions.weights[0, 0, 17]
    assert 0.1 < found[1.0] < 0.11
    assert found[None] > 0.999


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"pooling": "mean"}, "'max' or 'learned'"),
        ({"pooling": "learned", "scale": 2.0}, "scale=2.0 with pooling='learned'"),
        ({"hidden_dim": 3}, "hidden_dim=3 with pooling='max'"),
    ],
)
def test_options_that_do_not_go_together(options, words):
    with pytest.raises(ConfigError, match=words):
        AffinityCoAttention(region_dim=5, token_dim=7, **options)


def test_tokens_of_another_width():
    with pytest.raises(ShapeError, match=r"expected \(2, T, 7\)"):
        AffinityCoAttention(region_dim=5, token_dim=7)(torch.randn(2, 3, 5), torch.randn(2, 11, 5))

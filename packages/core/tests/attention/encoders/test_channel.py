"""Channel attention against its loop."""

from __future__ import annotations

import functools

import pytest
import torch

from scanpath.attention import ChannelAttention, create_attention
from scanpath.attention.encoders import reference
from scanpath.errors import ConfigError, ShapeError
from scanpath.testing import check_attention


def test_contract():
    check_attention(functools.partial(create_attention, "channel", pooling="max", attention="mean"), backend=None)


@pytest.mark.parametrize("pooling", ["mean", "max"])
@pytest.mark.parametrize("masked", [True, False])
def test_equals_its_loop(with_gradient, pooling, masked):
    encoder = ChannelAttention(region_dim=5, query_dim=7, pooling=pooling)
    linear = encoder.query.linear
    mask = torch.rand(3, 13) > 0.4 if masked else None
    if masked:
        mask[1] = False

    def slow(regions, query):
        asked = torch.stack([linear.weight @ q + linear.bias for q in query])
        return reference.channel(regions, asked, mask, pooling=pooling)[1]

    inputs = torch.randn(3, 13, 5), torch.randn(3, 7)
    fast = with_gradient(lambda r, q: encoder(r, q, mask), *inputs)
    torch.testing.assert_close(fast, with_gradient(slow, *inputs), rtol=1e-4, atol=1e-5)


def test_the_question_scales_the_channels_of_all_regions_alike():
    encoder, grid, query = ChannelAttention(region_dim=5, query_dim=7), torch.randn(2, 3, 11, 5), torch.randn(2, 7)
    weights = encoder.weigh(grid, query)
    torch.testing.assert_close(weights.sum(1), torch.full((2,), 5.0))
    torch.testing.assert_close(encoder(grid, query), torch.einsum("byxd,bd->byxd", grid, weights))
    assert not torch.allclose(weights, encoder.weigh(grid, torch.randn(2, 7)))


def test_mistakes_are_told():
    with pytest.raises(ConfigError, match="'mean' or 'max'"):
        ChannelAttention(region_dim=5, pooling="sum")
    with pytest.raises(ShapeError, match="got no query"):
        ChannelAttention(region_dim=5, query_dim=7)(torch.randn(2, 3, 5))

"""Self-attention against its loop, and against torch's nn.MultiheadAttention."""

from __future__ import annotations

import functools

import pytest
import torch
from torch import nn

from scanpath.attention import SelfAttention, create_attention
from scanpath.attention.encoders import reference
from scanpath.errors import ConfigError
from scanpath.testing import check_attention


def test_contract():
    inner = {"name": "self_attention", "attention": "additive"}
    check_attention(
        functools.partial(create_attention, "self_attention", heads=3, hidden_dim=21, attention=inner), backend=None
    )


@pytest.mark.parametrize("masked", [True, False])
def test_equals_its_loop(with_gradient, masked):
    encoder = SelfAttention(region_dim=5, heads=2, hidden_dim=6)
    mask = torch.rand(3, 7) > 0.4 if masked else None
    if masked:
        mask[1] = False
    heads = list(zip(*(part.split(3) for part in encoder.project.weight.chunk(3)), strict=True))
    regions = torch.randn(3, 7, 5)
    fast = with_gradient(lambda r: encoder(r, mask), regions)
    slow = with_gradient(
        lambda r: reference.self_attention(r, mask, heads, encoder.out.weight, encoder.out.bias), regions
    )
    torch.testing.assert_close(fast, slow, rtol=1e-4, atol=1e-5)


def test_equals_torchs_multi_head_attention():
    encoder, oracle = SelfAttention(region_dim=10, heads=5), nn.MultiheadAttention(10, 5, batch_first=True)
    pairs = [
        (encoder.project.weight, oracle.in_proj_weight),
        (encoder.out.weight, oracle.out_proj.weight),
        (encoder.out.bias, oracle.out_proj.bias),
    ]
    with torch.no_grad():
        oracle.in_proj_bias.zero_()
        for ours, theirs in pairs:
            theirs.copy_(ours)
    grid, mask = torch.randn(3, 2, 7, 10, requires_grad=True), torch.rand(3, 2, 7) > 0.4
    mask[:, 1, 3] = True
    flat = grid.flatten(1, 2)
    mine = encoder(grid, mask).flatten(1, 2)[mask.flatten(1)]
    theirs = (flat + oracle(flat, flat, flat, key_padding_mask=~mask.flatten(1))[0])[mask.flatten(1)]
    torch.testing.assert_close(mine, theirs)
    pull = torch.randn(theirs.shape)
    gradients = [
        torch.autograd.grad((out * pull).sum(), [grid, *parameters])
        for out, parameters in ((mine, [one for one, _ in pairs]), (theirs, [other for _, other in pairs]))
    ]
    torch.testing.assert_close(*gradients)


def test_heads_divide_the_width():
    with pytest.raises(ConfigError, match="heads=3 for a width of 13"):
        SelfAttention(region_dim=13, heads=3)

from __future__ import annotations

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from scanpath.errors import ConfigError
from scanpath_attention_rnn.modular_gan.residual import ResidualBlock, normalised


def by_hand(features, scale, shift):
    """Each channel of each picture by itself: less its mean, over its deviation."""
    mean = features.mean(dim=(2, 3), keepdim=True)
    spread = ((features - mean) ** 2).mean(dim=(2, 3), keepdim=True)
    return scale.view(1, -1, 1, 1) * (features - mean) / (spread + 1e-5).sqrt() + shift.view(1, -1, 1, 1)


def test_pictures_are_normalised_each_by_itself():
    layer = normalised(nn.Conv2d(3, 5, 3, bias=False)).double()
    nn.init.normal_(layer[1].weight)
    nn.init.normal_(layer[1].bias)
    pictures = torch.randn(2, 3, 7, 11, dtype=torch.float64)
    expected = by_hand(F.conv2d(pictures, layer[0].weight), layer[1].weight, layer[1].bias).clamp(min=0)
    torch.testing.assert_close(layer(pictures), expected)
    torch.testing.assert_close(layer(pictures[1:]), expected[1:])


def test_a_block_adds_what_two_convolutions_make():
    block = ResidualBlock(5).double()
    features = torch.randn(2, 5, 7, 3, dtype=torch.float64)
    ones, zeros = torch.ones(5, dtype=torch.float64), torch.zeros(5, dtype=torch.float64)
    inner = by_hand(F.conv2d(features, block.first[0].weight, padding=1), ones, zeros).clamp(min=0)
    expected = features + by_hand(F.conv2d(inner, block.second[0].weight, padding=1), ones, zeros)
    torch.testing.assert_close(block(features), expected)


def test_a_layer_is_normalised_as_a_whole():
    layer = normalised(nn.Conv2d(3, 5, 3, bias=False), "layer").double()
    nn.init.normal_(layer[1].weight)
    nn.init.normal_(layer[1].bias)
    pictures = torch.randn(2, 3, 7, 11, dtype=torch.float64)
    found = F.conv2d(pictures, layer[0].weight)
    mean = found.mean(dim=(1, 2, 3), keepdim=True)
    spread = ((found - mean) ** 2).mean(dim=(1, 2, 3), keepdim=True)
    scaled = (found - mean) / (spread + 1e-5).sqrt() * layer[1].weight.view(1, -1, 1, 1)
    torch.testing.assert_close(layer(pictures), (scaled + layer[1].bias.view(1, -1, 1, 1)).clamp(min=0))


def test_what_is_not_normalised_has_a_bias_and_knows_how_bright_it_is():
    layer = normalised(nn.Conv2d(1, 1, 1, bias=False), "none", active=False)
    nn.init.constant_(layer[0].weight, 2.0)
    nn.init.constant_(layer[0].bias, 3.0)
    assert layer(torch.full((1, 1, 2, 2), 5.0)).unique().tolist() == [13.0]
    instance = normalised(nn.Conv2d(1, 1, 1, bias=False), "instance", active=False)
    assert instance(torch.full((1, 1, 2, 2), 5.0)).abs().max() < 1e-3
    with pytest.raises(ConfigError, match="normalisation"):
        normalised(nn.Conv2d(1, 1, 1), "batch")

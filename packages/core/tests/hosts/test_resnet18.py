"""ResNet-18 in CIFAR's form is the published network, with any attention in place of its pooling."""

from __future__ import annotations

import functools

import pytest
import torch
from torch.nn import functional as F

from scanpath.attention import create_attention
from scanpath.errors import ConfigError
from scanpath.features.preprocessing import HALF
from scanpath.features.resnets import resnet_trunk
from scanpath.hosts.resnet18 import CifarResNet18, resnet18


def test_it_is_as_large_as_published() -> None:
    """11,220,132 parameters for 100 classes, as https://github.com/weiaicunzai/pytorch-cifar100 has them."""
    model = resnet18(classes=100, statistics=HALF, attention=functools.partial(create_attention, "mean"))
    assert sum(parameter.numel() for parameter in model.parameters()) == 11_220_132


@pytest.mark.parametrize(("side", "cells"), [(32, 4), (28, 4), (64, 8)])
def test_it_keeps_cells_of_eight_pixels(side: int, cells: int) -> None:
    with torch.no_grad():
        assert CifarResNet18().eval()(torch.rand(1, 3, side, side)).shape == (1, cells, cells, 512)


def test_behind_its_stem_it_is_torchvisions() -> None:
    torch.manual_seed(0)
    own, other = CifarResNet18().eval().trunk, resnet_trunk("resnet18").eval()
    state = {**other.state_dict(), "conv1.weight": own.conv1.weight}
    own.load_state_dict(state)
    grid = torch.rand(1, 64, 9, 13)
    with torch.no_grad():
        expected = grid
        for layer in (other.layer1, other.layer2, other.layer3, other.layer4):
            expected = layer(expected)
        torch.testing.assert_close(own[3:](grid), expected)


@pytest.mark.parametrize(("widths", "cells"), [((5, 7, 11, 13), 4), ((5, 5, 7), 8), ((3,), 32)])
def test_it_may_be_narrower_and_shorter(widths: tuple[int, ...], cells: int) -> None:
    encode = CifarResNet18(widths=widths).eval()
    with torch.no_grad():
        assert encode(torch.rand(1, 3, 32, 32)).shape == (1, cells, cells, widths[-1])
    deviation = encode.trunk.layer1[0].conv1.weight.std().item()
    assert deviation == pytest.approx((2 / (9 * widths[0])) ** 0.5, rel=0.3)  # drawn for its fan out


@pytest.mark.parametrize(
    ("widths", "words"), [((), "got no widths"), ((16, 0), "got widths=0, expected a whole number from 1 on")]
)
def test_widths_that_cannot_be(widths: tuple[int, ...], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        CifarResNet18(widths=widths)


def test_the_mean_is_its_average_pooling() -> None:
    torch.manual_seed(0)
    model = resnet18(classes=5, statistics=HALF, attention=functools.partial(create_attention, "mean")).eval()
    pictures = torch.rand(2, 3, 32, 32)
    with torch.no_grad():
        pooled = F.avg_pool2d(model.encode.trunk((pictures - 0.5) / 0.5), 4).flatten(1)
        torch.testing.assert_close(model(pictures).logits, model.classifier(pooled))

"""ResNet-18 in CIFAR's form is the published network, with any attention in place of its pooling."""

from __future__ import annotations

import functools

import pytest
import torch
from torch.nn import functional as F

from scanpath.attention import create_attention
from scanpath.features.preprocessing import HALF
from scanpath.hosts.resnet18 import CifarResNet18, resnet18


def test_it_is_as_large_as_published() -> None:
    """11,220,132 parameters for 100 classes, as https://github.com/weiaicunzai/pytorch-cifar100 has them."""
    model = resnet18(classes=100, statistics=HALF, attention=functools.partial(create_attention, "mean"))
    assert sum(parameter.numel() for parameter in model.parameters()) == 11_220_132


@pytest.mark.parametrize(("side", "cells"), [(32, 4), (28, 4), (64, 8)])
def test_it_keeps_cells_of_eight_pixels(side: int, cells: int) -> None:
    with torch.no_grad():
        assert CifarResNet18().eval()(torch.rand(1, 3, side, side)).shape == (1, cells, cells, 512)


def test_the_mean_is_its_average_pooling() -> None:
    torch.manual_seed(0)
    model = resnet18(classes=5, statistics=HALF, attention=functools.partial(create_attention, "mean")).eval()
    pictures = torch.rand(2, 3, 32, 32)
    with torch.no_grad():
        pooled = F.avg_pool2d(model.encode.trunk((pictures - 0.5) / 0.5), 4).flatten(1)
        torch.testing.assert_close(model(pictures).logits, model.classifier(pooled))

"""ResNet-18 as it is trained on CIFAR: its stem is one 3x3 convolution, so that 32x32 pixels keep 4x4 cells.

Source: He et al., Deep Residual Learning for Image Recognition, CVPR 2016; the form for CIFAR is that of the code of
CBAM (https://github.com/Jongchan/attention-module) and of https://github.com/weiaicunzai/pytorch-cifar100.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn

from scanpath.attention.checks import check_positive
from scanpath.errors import ConfigError
from scanpath.features.preprocessing import Statistics
from scanpath.features.resnets import torchvision_models
from scanpath.hosts.picture_model import PictureModel
from scanpath.layers import Classifier
from scanpath.types import AttentionFactory

WIDTHS = (64, 128, 256, 512)


class CifarResNet18(nn.Module):
    """torchvision's blocks behind CIFAR's stem, two of each width; each width but the first halves height and width.

    Its parts are called as torchvision's are: ``trunk.conv1``, ``trunk.layer1`` and so on.

    Args:
        widths: One a stage; narrower ones than those of print are for small pictures and little time.

    Attributes:
        output_dim: D, the last width.

    Raises:
        MissingExtraError: torchvision is not installed.
        ConfigError: No width, or one that is no whole number from 1 on.
    """

    def __init__(self, *, widths: Sequence[int] = WIDTHS) -> None:
        super().__init__()
        if not widths:
            raise ConfigError("ResNet-18 got no widths, expected the width of a stage at least.")
        for width in widths:
            check_positive("ResNet-18", widths=width)
        block: Any = torchvision_models().resnet.BasicBlock
        first = _stage(block, widths[0], widths[0], stride=1)
        stages = [first, *(_stage(block, before, width, stride=2) for before, width in pairwise(widths))]
        stem = [
            ("conv1", nn.Conv2d(3, widths[0], 3, padding=1, bias=False)),
            ("bn1", nn.BatchNorm2d(widths[0])),
            ("relu", nn.ReLU(inplace=True)),
        ]
        layers = [(f"layer{number}", stage) for number, stage in enumerate(stages, 1)]
        self.output_dim = widths[-1]
        self.trunk = nn.Sequential(OrderedDict([*stem, *layers]))
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")

    def forward(self, pictures: Tensor) -> Tensor:
        """Turn pictures (B, 3, H, W) into regions (B, H / 8, W / 8, D), rounded up; 8 with four widths."""
        found: Tensor = self.trunk(laid_out(pictures))
        return found.permute(0, 2, 3, 1)


def laid_out(pictures: Tensor) -> Tensor:
    """Lay pictures (B, 3, H, W) out in memory for these convolutions: channels last, but not on a CPU.

    Torch 2.15 was seen to crash there in the backward of strided 1x1 convolutions that are channels last: on an Intel
    Xeon at some widths, on an AMD EPYC without AVX-512 at all that were tried.
    """
    return pictures.contiguous(memory_format=torch.channels_last if pictures.is_cuda else torch.contiguous_format)


def _stage(block: Any, before: int, width: int, *, stride: int) -> nn.Sequential:
    """Build two blocks, of which the first changes the width and takes a cell in ``stride``."""
    shortcut = None
    if stride > 1:
        shortcut = nn.Sequential(nn.Conv2d(before, width, 1, stride=stride, bias=False), nn.BatchNorm2d(width))
    return nn.Sequential(block(before, width, stride=stride, downsample=shortcut), block(width, width))


def resnet18(
    *, classes: int, statistics: Statistics, attention: AttentionFactory, widths: Sequence[int] = WIDTHS
) -> PictureModel:
    """Build ResNet-18 for small pictures; with ``attention: mean`` it is the network as published.

    Args:
        classes: A.
        statistics: Of the pixels, see :class:`scanpath.hosts.picture_model.PictureModel`.
        attention: Called with ``region_dim``, and with ``query_dim=None``; it stands where the pooling is.
        widths: See :class:`CifarResNet18`.

    Raises:
        MissingExtraError: torchvision is not installed.
    """
    encode = CifarResNet18(widths=widths)
    looks = attention(region_dim=encode.output_dim, query_dim=None)
    classifier = Classifier(input_dim=looks.context_dim, answers=classes)
    return PictureModel(encode=encode, attention=looks, classifier=classifier, statistics=statistics)

"""ResNet-18 as it is trained on CIFAR: its stem is one 3x3 convolution, so that 32x32 pixels keep 4x4 cells.

Source: He et al., Deep Residual Learning for Image Recognition, CVPR 2016; the form for CIFAR is that of the code of
CBAM (https://github.com/Jongchan/attention-module) and of https://github.com/weiaicunzai/pytorch-cifar100.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from scanpath.features.preprocessing import Statistics
from scanpath.features.resnets import resnet_trunk
from scanpath.hosts.picture_model import PictureModel
from scanpath.layers import Classifier
from scanpath.types import AttentionFactory


class CifarResNet18(nn.Module):
    """torchvision's blocks behind CIFAR's stem; widths 64, 128, 256, 512, each but the first halving height and width.

    Attributes:
        output_dim: D, 512.
    """

    output_dim = 512

    def __init__(self) -> None:
        super().__init__()
        trunk: Any = resnet_trunk("resnet18")
        trunk.conv1 = nn.Conv2d(3, 64, 3, padding=1, bias=False)
        nn.init.kaiming_normal_(trunk.conv1.weight, mode="fan_out", nonlinearity="relu")  # as torchvision the others
        trunk.maxpool = nn.Identity()
        self.trunk = trunk

    def forward(self, pictures: Tensor) -> Tensor:
        """Turn pictures (B, 3, H, W) into regions (B, H / 8, W / 8, 512), rounded up."""
        found: Tensor = self.trunk(pictures.contiguous(memory_format=torch.channels_last))
        return found.permute(0, 2, 3, 1)


def resnet18(*, classes: int, statistics: Statistics, attention: AttentionFactory) -> PictureModel:
    """Build ResNet-18 for small pictures; with ``attention: mean`` it is the network as published.

    Args:
        classes: A.
        statistics: Of the pixels, see :class:`scanpath.hosts.picture_model.PictureModel`.
        attention: Called with ``region_dim``, and with ``query_dim=None``; it stands where the pooling is.

    Raises:
        MissingExtraError: torchvision is not installed.
    """
    encode = CifarResNet18()
    looks = attention(region_dim=encode.output_dim, query_dim=None)
    classifier = Classifier(input_dim=looks.context_dim, answers=classes)
    return PictureModel(encode=encode, attention=looks, classifier=classifier, statistics=statistics)

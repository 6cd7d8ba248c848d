"""VGG-19 up to its last convolution, built by torchvision.

Source: Simonyan and Zisserman, Very Deep Convolutional Networks, ICLR 2015; the layer ``conv5_4`` behind its ReLU and
before ``pool5``, which gives captioning 14x14 cells of 512 numbers at 224 pixels (Show, Attend and Tell; ReviewNet).
"""

from __future__ import annotations

from collections import OrderedDict

import torch
from torch import nn

from scanpath.features.resnets import torchvision_models

LAYERS = 36
"""Of torchvision's 37, all but the last pooling."""


def vgg19_trunk() -> nn.Module:
    """Build the convolutions, untrained, under torchvision's names: pictures -> (N, 512, H / 16, W / 16)."""
    models = torchvision_models()
    with torch.device("meta"):  # its classifier is five sixths of it, and would be drawn only to be dropped
        whole = models.vgg19(weights=None)
    trunk = nn.Sequential(OrderedDict(features=whole.features[:LAYERS])).to_empty(device="cpu")
    for part in trunk.modules():
        if isinstance(part, nn.Conv2d):
            part.reset_parameters()
    return trunk

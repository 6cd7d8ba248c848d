"""ResNets up to their last convolutional stage, built by torchvision.

Source: He et al., Deep Residual Learning for Image Recognition, CVPR 2016; torchvision's ``IMAGENET1K_V1`` weights.
"""

from __future__ import annotations

from collections import OrderedDict
from types import ModuleType

from torch import nn

from scanpath.errors import missing_extra


def torchvision_models() -> ModuleType:
    """Import ``torchvision.models``, which the light install does not bring."""
    try:
        from torchvision import models
    except ImportError:
        raise missing_extra("torchvision", purpose="a backbone of torchvision") from None
    return models  # type: ignore[no-any-return]  # torchvision has no types


def resnet_trunk(name: str) -> nn.Module:
    """Build the layers of ``name`` before pooling, untrained, under torchvision's names: pictures -> (N, D, h, w)."""
    whole = getattr(torchvision_models(), name)(weights=None)
    kept = (child for child in whole.named_children() if child[0] not in {"avgpool", "fc"})
    return nn.Sequential(OrderedDict(kept))

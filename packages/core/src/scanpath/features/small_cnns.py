"""The small CNNs that models train end to end, taken out of a trained model to be used frozen.

Source of the widths: ``canonical``'s own, and the simple CNN of HAN (7x7x64, 3x3x256 twice, 3x3x512 twice, all with
stride 2: 320x320 pixels give 10x10 cells).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from torch import Tensor, nn

from scanpath.layers.cnn import SmallCNN

#: Name -> its blocks, and the pixels of its usual input.
SMALL_CNNS: Mapping[str, tuple[dict[str, Any], int]] = MappingProxyType(
    {
        "small_cnn": ({"channels": (32, 64, 64)}, 64),
        "han_cnn": ({"channels": (64, 256, 256, 512, 512), "kernels": (7, 3, 3, 3, 3)}, 320),
    }
)

HOME = "cnn."
"""How a CNN's tensors begin in the checkpoint of a model that holds it, behind the names of what holds that."""


class ChannelsFirst(nn.Module):
    """A :class:`SmallCNN` as trunks are: pixels (N, 3, H, W) in [0, 1] -> (N, D, h, w)."""

    def __init__(self, cnn: SmallCNN) -> None:
        super().__init__()
        self.cnn = cnn

    def forward(self, pixels: Tensor) -> Tensor:
        """Compute the grid of features."""
        features: Tensor = self.cnn(pixels)  # (N, h, w, D)
        return features.permute(0, 3, 1, 2)


def small_cnn_trunk(name: str) -> nn.Module:
    """Build a small CNN, untrained."""
    return ChannelsFirst(SmallCNN(**SMALL_CNNS[name][0]))


def out_of_a_model(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Find the tensors of a CNN in a model's checkpoint, under the names that :func:`small_cnn_trunk` has."""
    return {
        HOME + key.rpartition(f".{HOME}")[2].removeprefix(HOME): tensor
        for key, tensor in state.items()
        if key.startswith(HOME) or f".{HOME}" in key
    }

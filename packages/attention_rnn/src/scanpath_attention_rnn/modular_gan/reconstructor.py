"""R: from features back to a picture."""

from __future__ import annotations

from torch import Tensor, nn

from scanpath.attention.checks import check_odd
from scanpath_attention_rnn.modular_gan.encoder import HALVINGS
from scanpath_attention_rnn.modular_gan.residual import Normalisation, normalised


class Reconstructor(nn.Module):
    """Two transposed 4x4 convolutions that each double the size and halve the width, and a k x k one with tanh.

    Args:
        width: Channels in front of the last; 64 as published.
        kernel_size: k, odd; 7 as published.
        normalisation: "instance", "layer" or "none".
    """

    def __init__(self, *, width: int = 64, kernel_size: int = 7, normalisation: Normalisation = "instance") -> None:
        super().__init__()
        check_odd("Reconstructor", kernel_size=kernel_size)
        layers: list[nn.Module] = []
        for halving in range(HALVINGS, 0, -1):
            wide = width * 2**halving
            doubling = nn.ConvTranspose2d(wide, wide // 2, 4, stride=2, padding=1, bias=False)
            layers.append(normalised(doubling, normalisation))
        last = nn.Conv2d(width, 3, kernel_size, padding=kernel_size // 2, bias=False)
        self.layers = nn.Sequential(*layers, last, nn.Tanh())

    def forward(self, features: Tensor) -> Tensor:
        """Turn features (B, 4 width, H, W) into pictures (B, 3, 4 H, 4 W) from -1 to 1."""
        found: Tensor = self.layers(features)
        return found

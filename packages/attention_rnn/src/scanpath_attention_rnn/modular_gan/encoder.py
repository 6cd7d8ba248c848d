"""E: from a picture to the features that all edits work on."""

from __future__ import annotations

from torch import Tensor, nn

from scanpath.attention.checks import check_odd
from scanpath_attention_rnn.modular_gan.residual import Normalisation, ResidualBlock, normalised

HALVINGS = 2
"""Height and width of features are a quarter of the picture's."""


class Encoder(nn.Module):
    """A k x k convolution, two 4x4 ones that each halve the size and double the width, and residual blocks.

    Args:
        width: Channels of the first; 64 as published.
        blocks: Residual blocks behind; one public re-implementation has 6, another none.
        kernel_size: k, odd; 7 as published.
        normalisation: "instance", "layer" or "none".

    Attributes:
        output_dim: D, four times the width.
    """

    def __init__(
        self, *, width: int = 64, blocks: int = 0, kernel_size: int = 7, normalisation: Normalisation = "instance"
    ) -> None:
        super().__init__()
        check_odd("Encoder", kernel_size=kernel_size)
        first = nn.Conv2d(3, width, kernel_size, padding=kernel_size // 2, bias=False)
        layers: list[nn.Module] = [normalised(first, normalisation)]
        for _ in range(HALVINGS):
            halving = nn.Conv2d(width, 2 * width, 4, stride=2, padding=1, bias=False)
            layers.append(normalised(halving, normalisation))
            width *= 2
        self.layers = nn.Sequential(*layers, *(ResidualBlock(width, normalisation) for _ in range(blocks)))
        self.output_dim = width

    def forward(self, pictures: Tensor) -> Tensor:
        """Turn pictures (B, 3, S, S) from -1 to 1 into features (B, D, S / 4, S / 4)."""
        found: Tensor = self.layers(pictures)
        return found

"""The residual block of encoder and transformers, and the convolution with its normalisation that all modules share."""

from __future__ import annotations

from torch import Tensor, nn


def normalised(convolution: nn.Conv2d | nn.ConvTranspose2d, *, active: bool = True) -> nn.Sequential:
    """Put instance normalisation, with learnt scale and shift, and ReLU behind a convolution, which needs no bias."""
    layers = [convolution, nn.InstanceNorm2d(convolution.out_channels, affine=True)]
    return nn.Sequential(*layers, nn.ReLU()) if active else nn.Sequential(*layers)


class ResidualBlock(nn.Module):
    """x + IN(conv(relu(IN(conv(x))))), 3x3 at equal width.

    Args:
        width: Channels.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.first = normalised(nn.Conv2d(width, width, 3, padding=1, bias=False))
        self.second = normalised(nn.Conv2d(width, width, 3, padding=1, bias=False), active=False)

    def forward(self, features: Tensor) -> Tensor:
        """Change features (B, width, H, W)."""
        changed: Tensor = self.second(self.first(features))
        return features + changed

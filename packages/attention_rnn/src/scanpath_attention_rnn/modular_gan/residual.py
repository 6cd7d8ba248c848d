"""The residual block of encoder and transformers, and the convolution with its normalisation that all modules share."""

from __future__ import annotations

from typing import Literal, get_args

from torch import Tensor, nn

from scanpath.attention.checks import check_choice

Normalisation = Literal["instance", "layer", "none"]
"""Over what a feature's mean and deviation are taken: a channel of a picture, as published; all channels of a picture;
nothing. The first forgets how bright a picture is and in what colour, which narrow networks take long to learn anew."""


def normalised(
    convolution: nn.Conv2d | nn.ConvTranspose2d, kind: Normalisation = "instance", *, active: bool = True
) -> nn.Sequential:
    """Put a normalisation with learnt scale and shift, and ReLU, behind a convolution; without one it needs a bias.

    Raises:
        ConfigError: an unknown normalisation.
    """
    check_choice("ModularGAN", "normalisation", kind, get_args(Normalisation))
    layers: list[nn.Module] = [convolution]
    width = convolution.out_channels
    if kind == "none":
        convolution.bias = nn.Parameter(convolution.weight.new_zeros(width))
    else:
        layers.append(nn.InstanceNorm2d(width, affine=True) if kind == "instance" else nn.GroupNorm(1, width))
    return nn.Sequential(*layers, nn.ReLU()) if active else nn.Sequential(*layers)


class ResidualBlock(nn.Module):
    """x + N(conv(relu(N(conv(x))))), 3x3 at equal width, N the normalisation.

    Args:
        width: Channels.
        normalisation: "instance", "layer" or "none".
    """

    def __init__(self, width: int, normalisation: Normalisation = "instance") -> None:
        super().__init__()
        self.first = normalised(nn.Conv2d(width, width, 3, padding=1, bias=False), normalisation)
        self.second = normalised(nn.Conv2d(width, width, 3, padding=1, bias=False), normalisation, active=False)

    def forward(self, features: Tensor) -> Tensor:
        """Change features (B, width, H, W)."""
        changed: Tensor = self.second(self.first(features))
        return features + changed

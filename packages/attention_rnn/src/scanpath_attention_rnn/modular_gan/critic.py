"""D: how real a picture looks, patch by patch, and which value of an attribute it shows; one for each attribute."""

from __future__ import annotations

from typing import NamedTuple

from torch import Tensor, nn

from scanpath.errors import ConfigError


class Judgement(NamedTuple):
    """What a critic says."""

    real: Tensor
    """The higher the more real, any number, (B, 1, h, w): one a patch."""
    values: Tensor
    """Logits of the attribute's values, (B, c); one number for a yes or no."""


class Critic(nn.Module):
    """PatchGAN: 4x4 convolutions that halve the size and double the width, and two heads.

    Args:
        side: Height and width of pictures.
        code_dim: c.
        width: Channels behind the first layer; 64 as published.
        layers: How many; 6 as published, for pictures of 128.

    Raises:
        ConfigError: A side that so many halvings do not divide.
    """

    def __init__(self, *, side: int, code_dim: int, width: int = 64, layers: int = 6) -> None:
        super().__init__()
        left, rest = divmod(side, 2**layers)
        if rest or not left:
            raise ConfigError(
                f"a critic of {layers} layers halves pictures of {side} pixels so often: give a side that "
                f"{2**layers} divides, or fewer critic_layers."
            )
        stack: list[nn.Module] = []
        before = 3
        for layer in range(layers):
            stack += [nn.Conv2d(before, width * 2**layer, 4, stride=2, padding=1), nn.LeakyReLU(0.01)]
            before = width * 2**layer
        self.layers = nn.Sequential(*stack)
        self.real = nn.Conv2d(before, 1, 3, padding=1, bias=False)
        self.values = nn.Conv2d(before, code_dim, left, bias=False)

    def forward(self, pictures: Tensor) -> Judgement:
        """Judge pictures (B, 3, S, S) from -1 to 1."""
        found = self.layers(pictures)
        return Judgement(self.real(found), self.values(found).flatten(1))

"""A small convolutional network, trained end to end with the model that holds it."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from scanpath.errors import ConfigError, ShapeError


class SmallCNN(nn.Module):
    """Blocks of convolution, batch normalisation and ReLU, each of which halves height and width.

    Pictures of 64x64 become a grid of 8x8 under three blocks.

    Args:
        channels: Width of each block; the last is the width of a region.
        kernels: Height and width of each block's filters, odd numbers; None takes 3 everywhere.
        centre: What is subtracted from every pixel; 0 for pictures that have been standardised.

    Raises:
        ConfigError: Filters that are not one odd size a block.
    """

    def __init__(
        self,
        *,
        channels: Sequence[int] = (32, 64, 64),
        kernels: Sequence[int] | None = None,
        centre: float = 0.5,
    ) -> None:
        super().__init__()
        self.centre = centre
        widths = (3, *channels)
        sizes = [3] * len(channels) if kernels is None else list(kernels)
        if len(sizes) != len(channels) or any(size % 2 == 0 for size in sizes):
            raise ConfigError(f"a CNN of {len(channels)} blocks got kernels {sizes}, expected an odd size for each.")
        self.output_dim = widths[-1]
        self.blocks = nn.Sequential(
            *(
                nn.Sequential(
                    nn.Conv2d(before, after, size, stride=2, padding=size // 2, bias=False),
                    nn.BatchNorm2d(after),
                    nn.ReLU(),
                )
                for (before, after), size in zip(itertools.pairwise(widths), sizes, strict=True)
            )
        )

    def forward(self, pictures: Tensor) -> Tensor:
        """Turn pictures into a grid of regions.

        Args:
            pictures: (N, 3, H, W), uint8, or floats in [0, 1], or standardised with ``centre=0``.

        Returns:
            (N, H / 2^n, W / 2^n, D), rounded up, channels last: a view of the convolution's output.

        Raises:
            ShapeError: The input is not a batch of pictures in three colours.
        """
        if pictures.dim() != 4 or pictures.shape[1] != 3:
            raise ShapeError(f"the CNN got {tuple(pictures.shape)}, expected pictures (N, 3, H, W).")
        x = pictures.float() / 255 if pictures.dtype == torch.uint8 else pictures
        x = (x - self.centre).contiguous(memory_format=torch.channels_last)
        return self.blocks(x).permute(0, 2, 3, 1)  # type: ignore[no-any-return]  # nn.Sequential returns Any

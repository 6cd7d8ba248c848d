"""The small backbone of Scenes: three strided convolutions and one more, 64x64 pixels -> 8x8 cells of 64 numbers.

Also its last two layers side by side, for mechanisms that choose among layers. With other strides the same layers are
the backbone of another small world.

Its shipped weights come from ``scanpath features pretrain scenes_cnn`` (:mod:`scanpath.features.pretraining`), which
teaches it the attributes of objects and shows it no question. A cell sees 31x31 pixels around its upper left corner:
enough for the largest object, of which it must see no more than a quarter of its own area.
"""

from __future__ import annotations

import copy
import itertools
from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.fusion import fuse_conv_bn_eval

WIDTHS = (32, 64, 64, 64)
STRIDES = (2, 2, 2, 1)


class ScenesCNN(nn.Module):
    """Pictures (N, 3, H, W) in [-1, 1] -> features (N, 64, H / 8, W / 8), rounded up, none below zero.

    Batch norms are used in pre-training only and folded into the convolutions afterwards (:func:`folded`).

    Args:
        strides: one for each of the four convolutions; other ones divide H and W by their product.
        normalised: with batch norms.
    """

    def __init__(self, strides: Sequence[int] = STRIDES, *, normalised: bool = False) -> None:
        super().__init__()
        inputs = (3, *WIDTHS[:-1])
        self.convolutions = nn.ModuleList(
            nn.Conv2d(before, after, 3, stride, padding=1)
            for before, after, stride in zip(inputs, WIDTHS, strides, strict=True)
        )
        self.norms = nn.ModuleList(nn.BatchNorm2d(width) if normalised else nn.Identity() for width in WIDTHS)

    def forward(self, pixels: Tensor) -> Tensor:
        """Compute the grid of features."""
        return self.layers(pixels)[-1]

    def layers(self, pixels: Tensor) -> list[Tensor]:
        """Compute what comes out of each convolution, (N, C, h, w) each."""
        x = pixels
        found = []
        for convolution, norm in zip(self.convolutions, self.norms, strict=True):
            x = F.relu(norm(convolution(x)))
            found.append(x)
        return found


class ScenesCNNLayers(ScenesCNN):
    """The same network's last two layers: pictures (N, 3, H, W) -> regions (N, 128, K), the third's, then the fourth's.

    Each layer has 64 channels of its own, zero for the other's regions, so that one linear layer over all 128 is a
    projection for each of the two.
    """

    def forward(self, pixels: Tensor) -> Tensor:
        """Compute the regions of both layers."""
        third, fourth = (layer.flatten(2) for layer in self.layers(pixels)[-2:])  # (N, C, K_l) each
        return torch.cat([F.pad(third, (0, 0, 0, fourth.shape[1])), F.pad(fourth, (0, 0, third.shape[1], 0))], 2)

    def boxes(self, height: int, width: int) -> Tensor:
        """Place the regions of a picture of this size: the corners x1, y1, x2, y2 of their cells, (K, 4) in [0, 1]."""
        with torch.no_grad():
            grids = [layer.shape[2:] for layer in self.layers(torch.zeros(1, 3, height, width))[-2:]]
        return torch.tensor(
            [
                (x / w, y / h, (x + 1) / w, (y + 1) / h)
                for h, w in grids
                for y, x in itertools.product(range(h), range(w))
            ]
        )


def folded(trained: ScenesCNN) -> ScenesCNN:
    """Return the same function, as in eval mode, without batch norms."""
    plain = copy.deepcopy(trained).eval()
    for number, (convolution, norm) in enumerate(zip(plain.convolutions, plain.norms, strict=True)):
        plain.convolutions[number] = fuse_conv_bn_eval(convolution, norm)  # type: ignore[type-var, arg-type]  # lists know nn.Module only
        plain.norms[number] = nn.Identity()
    return plain

"""The small backbone of Scenes: three strided convolutions and one more, 64x64 pixels -> 8x8 cells of 64 numbers.

Its shipped weights come from ``scanpath features pretrain scenes_cnn`` (:mod:`scanpath.features.pretraining`), which
teaches it the attributes of objects and shows it no question.
"""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.fusion import fuse_conv_bn_eval

WIDTHS = (32, 64, 64, 64)
STRIDES = (2, 2, 2, 1)
KERNELS = (4, 4, 4, 3)


class ScenesCNN(nn.Module):
    """Pictures (N, 3, H, W) in [-1, 1] -> features (N, 64, H / 8, W / 8), none below zero.

    A strided layer has a kernel of 4, not 3: a cell's field of view (38 pixels) is then centred on the cell, and reaches
    over every object that touches it. Batch norms are used in pre-training only and folded into the convolutions
    afterwards (:func:`folded`).
    """

    def __init__(self, *, normalised: bool = False) -> None:
        super().__init__()
        inputs = (3, *WIDTHS[:-1])
        self.convolutions = nn.ModuleList(
            nn.Conv2d(before, after, kernel, stride, padding=1)
            for before, after, kernel, stride in zip(inputs, WIDTHS, KERNELS, STRIDES, strict=True)
        )
        self.norms = nn.ModuleList(nn.BatchNorm2d(width) if normalised else nn.Identity() for width in WIDTHS)

    def forward(self, pixels: Tensor) -> Tensor:
        """Compute the grid of features."""
        x = pixels
        for convolution, norm in zip(self.convolutions, self.norms, strict=True):
            x = F.relu(norm(convolution(x)))
        return x


def folded(trained: ScenesCNN) -> ScenesCNN:
    """Return the same function, as in eval mode, without batch norms."""
    plain = ScenesCNN()
    pairs = zip(trained.eval().convolutions, trained.norms, strict=True)
    plain.convolutions = nn.ModuleList(fuse_conv_bn_eval(convolution, norm) for convolution, norm in pairs)  # type: ignore[type-var]  # the lists hold only convolutions and norms
    return plain

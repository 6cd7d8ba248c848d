"""Training pictures changed at random, a whole batch on its device: shifted, mirrored, turned, blurred.

Source: the recipes of CIFAR (crops of the picture padded with 4 black pixels, and mirroring, since He et al. 2016); the
turning is that of https://github.com/weiaicunzai/pytorch-cifar100. torchvision's transforms do the same to one picture
at a time, in the loader; random numbers are torch's, so that a run that goes on draws what it would have drawn.
"""

from __future__ import annotations

import math
from typing import Annotated

import torch
from pydantic import Field, NonNegativeInt
from torch import Tensor
from torch.nn import functional as F

from scanpath.settings import Settings


class Augmentation(Settings):
    """What is done to training pictures; nothing by default."""

    pad: NonNegativeInt = 0
    """Black pixels around a picture, of which a part of the picture's size is cut at random; 4 for CIFAR."""
    flip: bool = False
    """Mirror every second picture, left to right: not for digits."""
    rotation: Annotated[float, Field(ge=0, le=180, strict=False)] = 0.0
    """Turn by up to so many degrees either way; what comes in from outside is black."""
    blur: Annotated[float, Field(ge=0, le=10, strict=False)] = 0.0
    """Blur by a Gaussian of up to so many pixels: for who is to judge pictures that a network has made."""

    def __call__(self, pictures: Tensor) -> Tensor:
        """Change pictures uint8 (B, C, H, W), each in its own way."""
        if self.pad:
            pictures = shifted(pictures, self.pad)
        if self.flip:
            mirrored = torch.rand(len(pictures), device=pictures.device) < 0.5
            pictures = torch.where(mirrored.view(-1, 1, 1, 1), pictures.flip(3), pictures)
        if self.rotation:
            pictures = turned(pictures, self.rotation)
        return blurred(pictures, self.blur) if self.blur else pictures


def shifted(pictures: Tensor, pad: int) -> Tensor:
    """Shift each of the pictures (B, C, H, W) by up to ``pad`` pixels either way, down and to the right."""
    count, _, height, width = pictures.shape
    padded = F.pad(pictures, (pad,) * 4)
    first = torch.randint(2 * pad + 1, (2, count, 1), device=pictures.device)
    rows = first[0] + torch.arange(height, device=pictures.device)  # (B, H)
    columns = first[1] + torch.arange(width, device=pictures.device)  # (B, W)
    which = torch.arange(count, device=pictures.device).view(-1, 1, 1)
    chosen = padded.permute(0, 2, 3, 1)[which, rows[:, :, None], columns[:, None, :]]  # (B, H, W, C)
    return chosen.permute(0, 3, 1, 2)


def turned(pictures: Tensor, degrees: float) -> Tensor:
    """Turn each of the pictures (B, C, H, W) about its centre, to the nearest pixel."""
    angle = (2 * torch.rand(len(pictures), device=pictures.device) - 1) * math.radians(degrees)
    aspect = pictures.shape[2] / pictures.shape[3]
    cosine, sine, zero = angle.cos(), angle.sin(), torch.zeros_like(angle)
    turn = torch.stack([cosine, -sine * aspect, zero, sine / aspect, cosine, zero], 1).view(-1, 2, 3)
    grid = F.affine_grid(turn, list(pictures.shape), align_corners=False)
    found = F.grid_sample(pictures.float(), grid, mode="nearest", padding_mode="zeros", align_corners=False)
    return found.to(pictures.dtype)


def blurred(pictures: Tensor, deviation: float) -> Tensor:
    """Blur each of the pictures (B, C, H, W) by a Gaussian of its own, of a deviation up to ``deviation`` pixels.

    The picture goes on behind its edges as in a mirror, which is no larger than itself.
    """
    count, channels, height, width = pictures.shape
    reach = min(math.ceil(3 * deviation), height - 1, width - 1)
    apart = torch.arange(-reach, reach + 1, device=pictures.device)
    drawn = deviation * torch.rand(count, 1, device=pictures.device).clamp_min(1e-3)
    kernels = torch.softmax(-0.5 * (apart / drawn) ** 2, dim=1).repeat_interleave(channels, 0)  # (B C, K)
    planes = pictures.float().reshape(1, count * channels, height, width)
    planes = F.pad(planes, (reach,) * 4, mode="reflect")
    planes = F.conv2d(planes, kernels[:, None, :, None], groups=count * channels)
    planes = F.conv2d(planes, kernels[:, None, None, :], groups=count * channels)
    return planes.round().clamp(0, 255).to(pictures.dtype).view_as(pictures)

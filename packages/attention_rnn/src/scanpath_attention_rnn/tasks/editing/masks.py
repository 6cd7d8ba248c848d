"""What is measured of masks and of pixels: how smooth a mask is, and how much is changed where it is not."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F


def enlarged(mask: Tensor, side: int) -> Tensor:
    """Bring masks (B, 1, h, w) to pixels, (B, side, side), each cell as large as it is."""
    return F.interpolate(mask, size=(side, side), mode="nearest")[:, 0]


def shrunk(region: Tensor, cells: int) -> Tensor:
    """Tell which cells a region of pixels (B, S, S) has at least half of, (B, cells, cells)."""
    return F.adaptive_avg_pool2d(region[:, None].float(), cells)[:, 0] >= 0.5


def variation(mask: Tensor, within: Tensor) -> Tensor:
    """Return the mean difference of neighbours, below and beside, that both lie ``within``.

    Args:
        mask: (B, h, w).
        within: bool (B, h, w).

    Returns:
        (B,); nan where no two neighbours do.
    """
    total, pairs = torch.zeros(len(mask), device=mask.device), torch.zeros(len(mask), device=mask.device)
    for one, other in (((slice(1, None),), (slice(-1),)), ((slice(None), slice(1, None)), (slice(None), slice(-1)))):
        first, second = (slice(None), *one), (slice(None), *other)
        both = within[first] & within[second]
        total += ((mask[first] - mask[second]).abs() * both).flatten(1).sum(1)
        pairs += both.flatten(1).sum(1)
    return total / pairs


def mean_within(values: Tensor, weights: Tensor) -> Tensor:
    """Return the mean of values (B, h, w) under weights of the same shape, bool or from 0 on: (B,), nan without any."""
    return (values * weights).flatten(1).sum(1) / weights.flatten(1).sum(1)


def change(one: Tensor, other: Tensor) -> Tensor:
    """Return how far pixels uint8 (B, 3, S, S) lie apart, in percent of their range, the mean over colours."""
    return 100 * (one.float() - other.float()).abs().mean(dim=1) / 255

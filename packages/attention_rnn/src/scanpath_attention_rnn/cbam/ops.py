"""What CBAM's two gates read of a feature map, as pure functions on tensors.

Source: Woo et al., ECCV 2018, Eqs. 2 and 3; letters as in :mod:`scanpath.types`. Largest values are found together with
their places, to which alone the gradient goes: backwards that is two to ten times faster than ``amax``, which compares
the whole map again.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from scanpath.ops import clean


def describe_channels(regions: Tensor, mask: Tensor | None = None) -> tuple[Tensor, Tensor]:
    """Pool each channel over space: AvgPool(F) and MaxPool(F) of Eq. 2.

    Args:
        regions: F, (B, *S, D).
        mask: (B, *S) bool, True where real.

    Returns:
        The mean and the largest value of the real regions, (B, D) each; 0 in a row without one.
    """
    flat = clean(regions, mask).flatten(1, -2)  # (B, K, D)
    if mask is None:
        return flat.mean(1), _largest(flat)
    real = mask.flatten(1).unsqueeze(-1)  # (B, K, 1)
    mean = flat.sum(1) / real.sum(1).clamp_min(1)
    largest = _largest(flat.masked_fill(~real, torch.finfo(flat.dtype).min))
    return mean, torch.where(real.any(1), largest, largest.new_zeros(()))


def _largest(flat: Tensor) -> Tensor:
    return F.adaptive_max_pool1d(flat.transpose(1, 2), 1).squeeze(-1)  # (B, K, D) to (B, D)


def describe_cells(regions: Tensor) -> Tensor:
    """Pool each cell over its channels: MaxPool(F') and AvgPool(F') of Eq. 3, in the published code's order.

    Args:
        regions: F', (B, *S, D).

    Returns:
        The largest value and the mean, (B, *S, 2).
    """
    return torch.stack([regions.max(-1).values, regions.mean(-1)], -1)

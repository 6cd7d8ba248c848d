"""What CBAM's two gates read of a feature map, as pure functions on tensors.

Source: Woo et al., ECCV 2018, Eqs. 2 and 3; letters as in :mod:`scanpath.types`.
"""

from __future__ import annotations

import torch
from torch import Tensor

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
        return flat.mean(1), flat.amax(1)
    real = mask.flatten(1).unsqueeze(-1)  # (B, K, 1)
    mean = flat.sum(1) / real.sum(1).clamp_min(1)
    largest = flat.masked_fill(~real, torch.finfo(flat.dtype).min).amax(1)
    return mean, torch.where(real.any(1), largest, largest.new_zeros(()))


def describe_cells(regions: Tensor) -> Tensor:
    """Pool each cell over its channels: MaxPool(F') and AvgPool(F') of Eq. 3, in the published code's order.

    Args:
        regions: F', (B, *S, D).

    Returns:
        The largest value and the mean, (B, *S, 2).
    """
    return torch.stack([regions.amax(-1), regions.mean(-1)], -1)

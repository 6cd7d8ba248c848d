"""Orders in which a recurrence reads regions: it steps over masked ones, wherever they stand."""

from __future__ import annotations

import torch
from torch import Tensor


def reading_orders(mask: Tensor) -> tuple[Tensor, Tensor]:
    """Order the regions of each row for reading: real ones first, forwards and backwards, masked ones after them.

    A recurrence then meets what is masked only after its last real step. Nothing asks the device for a length.

    Args:
        mask: (B, K) bool, True where real.

    Returns:
        Two permutations (B, K): the real regions in their order, and in the reverse of it.
    """
    forwards = torch.argsort(~mask, dim=1, stable=True)  # (B, K)
    places = torch.arange(mask.shape[1], device=mask.device)  # (K,)
    ends = mask.sum(1, keepdim=True)  # (B, 1)
    backwards = forwards.gather(1, torch.where(places < ends, ends - 1 - places, places))
    return forwards, backwards


def reordered(regions: Tensor, order: Tensor) -> Tensor:
    """Put regions (B, K, D) in an order (B, K): row k of the result is region ``order[k]``."""
    return regions.gather(1, order.unsqueeze(-1).expand_as(regions))


def restored(regions: Tensor, order: Tensor) -> Tensor:
    """Undo :func:`reordered`: row k of the argument, (B, K, D), goes back to place ``order[k]``."""
    return torch.zeros_like(regions).scatter(1, order.unsqueeze(-1).expand_as(regions), regions)

"""What a step of captioning sees: pictures once each, and captions of them."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor


class CaptionBatch(NamedTuple):
    """B captions of N pictures (letters: :mod:`scanpath.types`); every field is a tensor or None."""

    images: Tensor
    """Stored features (N, *S, D), in the stored type, or pictures uint8 (N, 3, H, W)."""
    image_ids: Tensor
    """Keys of the records, int64 (N,)."""
    image_index: Tensor
    """The row in ``images`` of each caption's picture, int64 (B,)."""
    words: Tensor
    """Start, words, end, then padding, int64 (B, T + 2)."""
    boxes: Tensor | None = None
    """Boxes of the regions, (N, K, 4) as x1, y1, x2, y2 in [0, 1]; None for a grid."""
    region_mask: Tensor | None = None
    """True where a region is real, (N, *S); None: all are."""

    def to(self, device: torch.device | str, *, non_blocking: bool = False) -> CaptionBatch:
        """Move every tensor to ``device``; from pinned memory without waiting, if ``non_blocking``."""
        moved = (None if part is None else part.to(device, non_blocking=non_blocking) for part in self)
        return CaptionBatch(*moved)  # type: ignore[arg-type]  # None stands only where it stood

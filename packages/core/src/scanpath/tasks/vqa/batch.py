"""What a step of visual question answering sees: questions, and each of their pictures once."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

UNKNOWN = -1
"""Stands in ``VQABatch.answers`` for an answer outside the vocabulary."""
NO_ANSWER = -2
"""Stands in ``VQABatch.answers`` where a question has fewer answers than the widest, or none."""


class VQABatch(NamedTuple):
    """B questions about N pictures (letters: :mod:`scanpath.types`); every field is a tensor or None."""

    images: Tensor
    """Stored features (N, *S, D), in the stored type, or pictures uint8 (N, 3, H, W)."""
    image_index: Tensor
    """The row in ``images`` of each question's picture, int64 (B,)."""
    tokens: Tensor
    """Words of the questions, int64 (B, T), right padded with 0."""
    answers: Tensor
    """Numbers of the answers that people gave, int64 (B, R), R mostly 10; :data:`UNKNOWN` or :data:`NO_ANSWER`."""
    question_ids: Tensor
    """Keys of the records, int64 (B,)."""
    boxes: Tensor | None = None
    """Boxes of the regions, (N, K, 4) as x1, y1, x2, y2 in [0, 1]; None for a grid."""
    region_mask: Tensor | None = None
    """True where a region is real, (N, *S); None: all are."""

    def to(self, device: torch.device | str, *, non_blocking: bool = False) -> VQABatch:
        """Move every tensor to ``device``; from pinned memory without waiting, if ``non_blocking``."""
        moved = (None if part is None else part.to(device, non_blocking=non_blocking) for part in self)
        return VQABatch(*moved)  # type: ignore[arg-type]  # None stands only where it stood

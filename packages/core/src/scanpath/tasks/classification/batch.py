"""What a step of classification sees: pictures with the numbers of their classes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

Item = tuple[str, npt.NDArray[np.uint8], int]
"""A picture's key, its pixels (C, H, W) and the number of its class."""


class PictureBatch(NamedTuple):
    """B pictures (letters: :mod:`scanpath.types`)."""

    keys: Sequence[str]
    """Of the records."""
    pictures: Tensor
    """uint8 (B, C, H, W), C = 1 for grey ones and 3 for colours."""
    labels: Tensor
    """int64 (B,)."""

    @classmethod
    def of(cls, items: Sequence[Item]) -> PictureBatch:
        """Collate pictures of one size."""
        keys, pictures, labels = zip(*items, strict=True)
        return cls(keys, torch.from_numpy(np.stack(pictures)), torch.tensor(labels))

    def to(self, device: torch.device | str, *, non_blocking: bool = False) -> PictureBatch:
        """Move the tensors to ``device``; from pinned memory without waiting, if ``non_blocking``."""
        moved = (part.to(device, non_blocking=non_blocking) for part in (self.pictures, self.labels))
        return PictureBatch(self.keys, *moved)

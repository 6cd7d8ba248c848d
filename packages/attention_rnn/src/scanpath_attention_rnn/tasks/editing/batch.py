"""What a step of editing sees: pictures, what they show, and what is drawn for each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor


class Item(NamedTuple):
    """One picture."""

    key: str
    picture: npt.NDArray[np.uint8]
    """(3, S, S)."""
    values: npt.NDArray[np.int64]
    """(3,), of :data:`scanpath_attention_rnn.tasks.editing.attributes.VALUES`."""
    targets: npt.NDArray[np.int64]
    """(3,), the values of any picture."""
    mix: npt.NDArray[np.float32]
    """(3,), how real the picture is between real and fake that each critic's penalty looks at."""
    parts: npt.NDArray[np.uint8] | None
    """(S, S), what each pixel shows; None where that is not known."""


class EditingBatch(NamedTuple):
    """B pictures (letters: :mod:`scanpath.types`)."""

    keys: Sequence[str]
    """Of the records."""
    pictures: Tensor
    """uint8 (B, 3, S, S)."""
    values: Tensor
    """int64 (B, 3)."""
    targets: Tensor
    """int64 (B, 3)."""
    mix: Tensor
    """(B, 3)."""
    parts: Tensor | None
    """uint8 (B, S, S), or None."""

    @classmethod
    def of(cls, items: Sequence[Item]) -> EditingBatch:
        """Collate pictures."""
        known = [item.parts for item in items if item.parts is not None]
        pictures, values, targets, mix = (
            torch.from_numpy(np.stack([getattr(item, name) for item in items]))
            for name in ("picture", "values", "targets", "mix")
        )
        parts = torch.from_numpy(np.stack(known)) if known else None
        return cls([item.key for item in items], pictures, values, targets, mix, parts)


def to_range(pictures: Tensor) -> Tensor:
    """Bring pixels uint8 to -1 to 1."""
    return pictures.float() / 127.5 - 1


def to_pixels(pictures: Tensor) -> Tensor:
    """Bring pictures from -1 to 1 to the uint8 that they would be saved as."""
    return ((pictures.float() + 1) * 127.5).round().clamp(0, 255).to(torch.uint8)

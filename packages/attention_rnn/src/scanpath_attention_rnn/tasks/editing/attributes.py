"""The three attributes that are edited (AttentionRNN, Sec. 4.4), their values as numbers, and the codes of values."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional as F

from scanpath.data.labelled import LabelledSplit, one_of

ATTRIBUTES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"hair": ("Black_Hair", "Blond_Hair", "Brown_Hair"), "gender": ("Male",), "smile": ("Smiling",)}
)
"""By attribute, its names among CelebA's; one name is a yes or no, several exclude each other."""
VALUES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"hair": ("black", "blond", "brown"), "gender": ("female", "male"), "smile": ("no smile", "smile")}
)
"""What the numbers of values mean, in words."""
CODES: Mapping[str, int] = MappingProxyType({name: len(names) for name, names in ATTRIBUTES.items()})
"""c, the length of a value's code: one-hot of several, one number of a yes or no."""


def with_values(split: LabelledSplit) -> LabelledSplit:
    """Return the pictures whose hair has exactly one colour; the others are left out, with a remark."""
    return one_of(split, ATTRIBUTES["hair"])


def values_of(split: LabelledSplit) -> npt.NDArray[np.int64]:
    """Return the values of each picture of what :func:`with_values` gave, (N, 3), in the order of :data:`VALUES`."""
    return split.matrix(*(", ".join(names) for names in ATTRIBUTES.values()))


def code(attribute: str, values: Tensor) -> Tensor:
    """Write values (B,) as a transformer reads them, (B, c)."""
    if CODES[attribute] == 1:
        return values[:, None].float()
    return F.one_hot(values, CODES[attribute]).float()


def others(attribute: str, values: Tensor) -> list[Tensor]:
    """Return every other value that a picture may be edited to: a list of (B,), one for each edit."""
    count = len(VALUES[attribute])
    return [torch.remainder(values + shift, count) for shift in range(1, count)]

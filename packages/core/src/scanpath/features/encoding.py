"""How a number of a feature is stored: in half precision, as bfloat16, or in eight bits with one scale a region."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from scanpath.errors import DataError
from scanpath.features.shards import Stored

Array = npt.NDArray[Any]
Ints = npt.NDArray[np.int64]

LEVELS = 127
LARGEST = {"float16": 65504.0, "int8": 65504.0, "bfloat16": 3.38e38, "float32": float(np.finfo(np.float32).max)}
"""The largest value that each type takes; int8 is read as float16."""

INT8_ERROR = 0.0045
"""What eight bits cost at most, as a share of the region's largest absolute value: half a level (1/254) and the
rounding to half precision on reading (2^-11), together 0.443 %; 2^-25 comes on top, half of half precision's finest
step, which counts for regions below 1e-4 only."""


class Encoded(NamedTuple):
    """Regions as they are stored."""

    features: Array
    """(K, D), bfloat16 as its bits."""
    scales: npt.NDArray[np.float32] | None
    """What a region's numbers are multiplied by, (K,); int8 only."""


def encode(features: Array, dtype: Stored) -> Encoded:
    """Write regions (K, D) in a type.

    Raises:
        DataError: a number that is not finite, or larger than the type holds.
    """
    with np.errstate(over="ignore"):  # a double that single precision cannot hold becomes infinite, and is refused
        x = np.ascontiguousarray(features, dtype=np.float32)
    largest = float(np.abs(x).max(initial=0.0))
    if not np.isfinite(largest):
        raise DataError("a feature is not a finite number")
    if largest > LARGEST[dtype]:
        raise DataError(f"a feature of {largest:.4g} is too large for {dtype}, which ends at {LARGEST[dtype]:.4g}")
    if dtype == "int8":
        return _quantise(x)
    if dtype == "bfloat16":
        return Encoded(torch.from_numpy(x).bfloat16().view(torch.int16).numpy().view(np.uint16), None)
    return Encoded(x.astype(dtype), None)


def _quantise(x: npt.NDArray[np.float32]) -> Encoded:
    """Divide by s = max |x| / 127 over a region and round: symmetric, so that zero stays zero."""
    scales = (np.abs(x).max(-1, initial=0.0) / np.float32(LEVELS)).astype(np.float32)  # (K,)
    divisor = np.where(scales > 0, scales, np.float32(1))[:, None]
    with np.errstate(over="ignore"):  # a scale among the subnormals is coarse: the quotient may pass 127
        levels = np.rint(x / divisor).clip(-LEVELS, LEVELS)
    return Encoded(levels.astype(np.int8), scales)


def as_tensor(features: Array, dtype: Stored) -> Tensor:
    """Take regions as they are stored for a tensor of their type, without a copy; int8 is for :func:`widen`."""
    if dtype == "bfloat16":
        return torch.from_numpy(features.view(np.int16)).view(torch.bfloat16)
    return torch.from_numpy(features)


def widen(target: Array, levels: Array, scales: Array, firsts: Ints, counts: Ints) -> None:
    """Copy pictures' regions of eight bits to the front of their rows, times their scales, in half precision.

    One pass: a picture is read, multiplied in single precision and rounded while it is in the processor's cache.

    Args:
        target: float16 (n, most, D), contiguous.
        levels: int8 (R, D) of one part.
        scales: (R,).
        firsts: where each picture's regions begin, (n,).
        counts: how many each has, (n,).
    """
    most = target.shape[1]
    room = np.empty(target.shape[1:], np.float32)
    exact = torch.from_numpy(room)  # the same memory: numpy reads what may not be written to, torch rounds faster
    for row, first, count in zip(torch.from_numpy(target).unbind(), firsts.tolist(), counts.tolist(), strict=True):
        picture = slice(first, first + count)
        np.copyto(room[:count], levels[picture])
        factors = torch.from_numpy(scales[picture, None].copy())  # (count, 1)
        if count == most:
            row.copy_(exact.mul_(factors))
        else:
            row[:count].copy_(exact[:count].mul_(factors))

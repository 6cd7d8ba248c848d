"""The idx format of MNIST: a magic number, the size of each dimension, then bytes.

Source: the page of MNIST (http://yann.lecun.com/exdb/mnist/): two zero bytes, the type (8 is unsigned bytes), the
number of dimensions; the dimensions as big-endian 32-bit integers; the values, the last dimension fastest.
"""

from __future__ import annotations

import math
import struct
from pathlib import Path

import numpy as np
import numpy.typing as npt

from scanpath.errors import DataError

UNSIGNED_BYTES = 8
_TYPES = {9: "signed bytes", 11: "16-bit integers", 12: "32-bit integers", 13: "floats", 14: "doubles"}


def parse_idx(data: bytes, path: Path, dimensions: int) -> npt.NDArray[np.uint8]:
    """Parse the content of an idx file of unsigned bytes, without a copy.

    Args:
        data: the content, unpacked.
        path: the file, for errors.
        dimensions: how many it must have: 3 of images, 1 of labels.

    Raises:
        DataError: another format, type or number of dimensions, or a file that is cut short or too long.
    """
    if len(data) < 4 or data[:2] != b"\0\0":
        raise DataError(f"{path} is no idx file (it begins with {data[:4].hex(' ') or 'nothing'}): fetch it again.")
    kind, found = data[2], data[3]
    if kind != UNSIGNED_BYTES:
        raise DataError(
            f"{path} holds {_TYPES.get(kind, f'the unknown type {kind}')}, expected unsigned bytes: is it of MNIST?"
        )
    if found != dimensions:
        raise DataError(
            f"{path} has {found} dimensions, expected {dimensions}: images have 3 and labels 1, give the right file."
        )
    start = 4 + 4 * dimensions
    if len(data) < start:
        raise DataError(f"{path} ends within its header of {start} bytes: fetch it again.")
    shape = struct.unpack(f">{dimensions}I", data[4:start])
    if len(data) - start != math.prod(shape):
        raise DataError(
            f"{path} holds {len(data) - start:,} values, expected {math.prod(shape):,} "
            f"({' x '.join(map(str, shape))}): it is cut short or damaged; fetch it again."
        )
    return np.frombuffer(data, dtype=np.uint8, offset=start).reshape(shape)

"""Writers of MNIST's form, for tests and small data of one's own; read back by :mod:`scanpath.data.mnist`."""

from __future__ import annotations

import gzip
import struct
from pathlib import Path

import numpy as np
import numpy.typing as npt

from scanpath.data.idx import UNSIGNED_BYTES
from scanpath.data.mnist import FILES
from scanpath.files import write_atomically


def idx_bytes(values: npt.NDArray[np.uint8]) -> bytes:
    """Write an array as the content of an idx file."""
    header = struct.pack(f">BBBB{values.ndim}I", 0, 0, UNSIGNED_BYTES, values.ndim, *values.shape)
    return header + np.ascontiguousarray(values).tobytes()


def write_mnist(folder: Path, split: str, images: npt.NDArray[np.uint8], digits: npt.NDArray[np.uint8]) -> None:
    """Write the two files of a split, packed as the official ones are.

    Args:
        folder: where they go.
        split: ``"train"`` or ``"test"``.
        images: (N, H, W).
        digits: (N,).
    """
    for name, values in zip(FILES[split], (images, digits), strict=True):
        write_atomically(folder / f"{name}.gz", gzip.compress(idx_bytes(values), compresslevel=1, mtime=0))

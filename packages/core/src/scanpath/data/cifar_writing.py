"""A writer of CIFAR-100's files as Python 2 pickled them, for tests and small data; no pickling library is used.

What it writes is read back by :mod:`scanpath.data.cifar`, and by whoever unpickles the official files.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from scanpath.files import write_atomically

#: numpy's type of unsigned bytes, as it was pickled.
_BYTES = b"cnumpy\ndtype\nU\x02u1K\x00K\x01\x87R(K\x03U\x01|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb"


def old_pickle(value: object) -> bytes:
    """Write dictionaries, lists, texts, whole numbers and uint8 arrays as protocol 2 of Python 2 does."""
    return b"\x80\x02" + _instructions(value) + b"."


def _instructions(value: object) -> bytes:
    if isinstance(value, str):
        data = value.encode("latin-1")
        return (b"U" + struct.pack("<B", len(data)) if len(data) < 256 else b"T" + struct.pack("<i", len(data))) + data
    if isinstance(value, int):
        return b"K" + struct.pack("<B", value) if 0 <= value < 256 else b"J" + struct.pack("<i", value)
    if isinstance(value, np.ndarray):
        made = b"cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85U\x01b\x87R"
        shape = b"(" + b"".join(map(_instructions, value.shape)) + b"t"
        data = np.ascontiguousarray(value, dtype=np.uint8).tobytes()
        return made + b"(K\x01" + shape + _BYTES + b"\x89T" + struct.pack("<i", len(data)) + data + b"tb"
    if isinstance(value, Mapping):
        return b"}(" + b"".join(_instructions(key) + _instructions(one) for key, one in value.items()) + b"u"
    if isinstance(value, Sequence):
        return b"](" + b"".join(map(_instructions, value)) + b"e"
    raise TypeError(f"CIFAR's files hold no {type(value).__name__}")


def write_cifar(
    folder: Path, split: str, pictures: npt.NDArray[np.uint8], fine: Sequence[int], coarse: Sequence[int]
) -> None:
    """Write a split.

    Args:
        folder: ``cifar-100-python``.
        split: ``"train"`` or ``"test"``.
        pictures: (N, 3, 32, 32).
        fine: (N,), 0 to 99 in the official files.
        coarse: (N,), 0 to 19 in the official files.
    """
    content = {
        "filenames": [f"made_s_{number:06d}.png" for number in range(len(pictures))],
        "batch_label": f"{split}ing batch 1 of 1",
        "fine_labels": [int(one) for one in fine],
        "coarse_labels": [int(one) for one in coarse],
        "data": pictures.reshape(len(pictures), -1),
    }
    write_atomically(folder / split, old_pickle(content))


def write_class_names(folder: Path, fine: Sequence[str], coarse: Sequence[str]) -> None:
    """Write ``meta``: the names of the classes and of their groups, 100 and 20 in the official file."""
    write_atomically(folder / "meta", old_pickle({"fine_label_names": fine, "coarse_label_names": coarse}))

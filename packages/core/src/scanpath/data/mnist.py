"""MNIST: 70,000 handwritten digits of 28x28 pixels, read from the official files, packed or not.

Source: http://yann.lecun.com/exdb/mnist/, mirrored at https://ossci-datasets.s3.amazonaws.com/mnist/. What is compared
is the MD5 of the unpacked files, since people and mirrors have packed them anew.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from scanpath.data.idx import parse_idx
from scanpath.data.labelled import LabelledSplit, Labels, hold_out
from scanpath.data.official import compare, first_there, md5, read_whole
from scanpath.errors import DataError

FILES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "train": ("train-images-idx3-ubyte", "train-labels-idx1-ubyte"),
        "test": ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"),
    }
)
"""Images and labels by split."""
COUNTS = MappingProxyType({"train": 60_000, "test": 10_000})
MD5 = MappingProxyType(
    {
        "train-images-idx3-ubyte": "6bbc9ace898e44ae57da46a324031adb",
        "train-labels-idx1-ubyte": "a25bea736e30d166cdddb491f175f624",
        "t10k-images-idx3-ubyte": "2646ac647ad5339dbf082846283269ea",
        "t10k-labels-idx1-ubyte": "27ae3e4e09519cfbb04c329615203637",
    }
)
"""Of the unpacked files."""
DIGITS = tuple(map(str, range(10)))
_REMEDY = "delete it and run scanpath data fetch mnist"


def read_mnist(folder: Path, split: str) -> LabelledSplit:
    """Read ``"train"`` or ``"test"`` from a folder of official files; a split of somebody's own may be there instead.

    Raises:
        DataError: a file is missing, broken, damaged, or does not fit the other.
    """
    remarks: tuple[str, ...] = ()
    arrays: list[npt.NDArray[np.uint8]] = []
    for name, dimensions in zip(FILES[split], (3, 1), strict=True):
        path = _place(folder, name)
        data = read_whole(path, _REMEDY)
        arrays.append(parse_idx(data, path, dimensions))
        found = len(arrays[-1])
        remarks += compare(path, md5(data), MD5[name], like_official=found == COUNTS[split], remedy=_REMEDY)
    images, digits = arrays
    if len(images) != len(digits):
        raise DataError(
            f"{folder} holds {len(images):,} images and {len(digits):,} labels of {split}: "
            "give the two files of one set."
        )
    if len(digits) and digits.max() >= len(DIGITS):
        worst = int(digits.argmax())
        raise DataError(f"{_place(folder, FILES[split][1])}: label number {worst} is {digits[worst]}, expected 0 to 9.")
    return LabelledSplit(
        name=f"mnist/{split}",
        keys=[f"{split}/{number:05d}" for number in range(len(images))],
        pictures=images[:, None],
        labels={"digit": Labels(DIGITS, digits.astype(np.int64))},
        remarks=remarks,
    )


def _place(folder: Path, name: str) -> Path:
    """Find a file, unpacked or packed."""
    return folder / name if (folder / name).is_file() else folder / f"{name}.gz"


class MNIST:
    """``mnist`` (a :class:`scanpath.data.labelled.LabelledData`).

    ``fit`` and ``val`` together are ``train``, for those who choose by pictures that are not of test.
    """

    summary: ClassVar[str] = "handwritten digits, 28x28 grey; 12 MB from its authors (LeCun et al., 1998)"
    splits: ClassVar[tuple[str, ...]] = ("train", "test", "fit", "val")

    def __init__(self, root: Path) -> None:
        self._root = root

    @property
    def folder(self) -> Path:
        """Where the four files lie: ``mnist``, or ``MNIST/raw``, as torchvision lays them."""
        return first_there(self._root / "mnist", self._root / "MNIST" / "raw")

    def open(self, split: str) -> LabelledSplit:
        """Open a split; its pictures are (1, 28, 28)."""
        self._there()
        if split in FILES:
            return read_mnist(self.folder, split)
        return hold_out(read_mnist(self.folder, "train"), split, "digit")

    def counts(self) -> Mapping[str, int]:
        """Count the pictures by split."""
        return {split: len(self.open(split)) for split in FILES}

    def checksum(self) -> str:
        """Return a checksum of the four files, unpacked."""
        self._there()
        places = [_place(self.folder, name) for split in FILES for name in FILES[split]]
        return hashlib.sha256("".join(md5(read_whole(place, _REMEDY)) for place in places).encode()).hexdigest()

    def damaged(self) -> list[str]:
        """Name the files that are not the official ones."""
        self._there()
        names = [name for split in FILES for name in FILES[split]]
        return [name for name in names if md5(read_whole(_place(self.folder, name), _REMEDY)) != MD5[name]]

    def _there(self) -> None:
        lacking = [name for split in FILES for name in FILES[split] if not _place(self.folder, name).is_file()]
        if lacking:
            raise DataError(
                f"there is no whole MNIST in {self.folder} ({lacking[0]}.gz is missing): run scanpath data fetch "
                "mnist, or lay the four official files there, packed or not."
            )

"""CIFAR-100: 60,000 colour pictures of 32x32 pixels in 100 classes of 20 groups, read from the official files.

Source: Krizhevsky, "Learning Multiple Layers of Features from Tiny Images", 2009;
https://www.cs.toronto.edu/~kriz/cifar.html. The files are pickles, which are parsed and never unpickled
(:mod:`scanpath.data.pickles`), and compared with the official MD5.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, ClassVar, NamedTuple

import numpy as np

from scanpath.data.labelled import LabelledSplit, Labels, hold_out
from scanpath.data.official import compare, first_there, md5, read_whole
from scanpath.data.pickles import parse_old_pickle
from scanpath.data.records import Ids, first_few
from scanpath.errors import DataError

COUNTS = MappingProxyType({"train": 50_000, "test": 10_000})
MD5 = MappingProxyType(
    {
        "train": "16019d7e3df5f24257cddd939b257f8d",
        "test": "f0ef6b0ae62326f3e7ffdfab6717acfc",
        "meta": "7973b15100ade9c7d40fb424638fde48",
    }
)
LABELS = MappingProxyType({"fine": 100, "coarse": 20})
"""Classes by what is told."""
SIDE = 32


class CifarForm(NamedTuple):
    """What files of CIFAR-100's form hold: the official ones, or some that are drawn of fewer classes."""

    name: str
    """Of the data set."""
    classes: Mapping[str, int]
    """How many, by what is told: ``fine`` and ``coarse``."""
    remedy: str
    """What an error says to do."""
    official: Mapping[str, str] | None
    """Published MD5 by file; None where nobody published any."""


OFFICIAL = CifarForm("cifar-100", LABELS, "delete it and run scanpath data fetch cifar-100", MD5)


def read_class_names(path: Path, form: CifarForm = OFFICIAL) -> Mapping[str, tuple[str, ...]]:
    """Read ``meta``: the names of the classes, ``fine`` and ``coarse``.

    Raises:
        DataError: the file is missing, broken or of another kind.
    """
    found = _dictionary(read_whole(path, form.remedy), path, form)
    names = {}
    for told, count in form.classes.items():
        texts = _list(found, f"{told}_label_names", bytes, path, form)
        if len(texts) != count or len(set(texts)) != count:
            raise DataError(f"{path} names {len(set(texts))} {told} classes, expected {count}: {form.remedy}.")
        names[told] = tuple(str(text, "latin-1") for text in texts)
    return names


def read_cifar(folder: Path, split: str, form: CifarForm = OFFICIAL) -> LabelledSplit:
    """Read ``"train"`` or ``"test"`` from the unpacked archive; a split of somebody's own may be there instead.

    Raises:
        DataError: a file is missing, broken, damaged, or asks for anything that data have no use for.
    """
    classes = read_class_names(folder / "meta", form)
    path = folder / split
    data = read_whole(path, form.remedy)
    checksum = md5(data)
    found = _dictionary(data, path, form)
    pixels = found.get(b"data")
    if not isinstance(pixels, np.ndarray) or pixels.ndim != 2 or pixels.shape[1] != 3 * SIDE**2:
        shape = pixels.shape if isinstance(pixels, np.ndarray) else "nothing"
        raise DataError(f"{path} holds pictures of {shape}, expected (N, {3 * SIDE**2}) bytes: {form.remedy}.")
    remarks: tuple[str, ...] = ()
    if form.official is not None:
        like = len(pixels) == COUNTS[split]
        remarks = compare(path, checksum, form.official[split], like_official=like, remedy=form.remedy)
    names = [str(name, "latin-1") for name in _list(found, "filenames", bytes, path, form)]
    numbers = {
        told: np.asarray(_list(found, f"{told}_labels", int, path, form), dtype=np.int64) for told in form.classes
    }
    lengths = {len(pixels), len(names), *map(len, numbers.values())}
    if len(lengths) != 1:
        raise DataError(f"the columns of {path} have lengths {sorted(lengths)}, expected one length: {form.remedy}.")
    for told, column in numbers.items():
        foreign = np.flatnonzero((column < 0) | (column >= form.classes[told]))
        if len(foreign):
            raise DataError(
                f"{path}: picture number {foreign[0]} is of the {told} class {column[foreign[0]]}, expected 0 to "
                f"{form.classes[told] - 1}: {form.remedy}."
            )
    _check_groups(numbers["fine"], numbers["coarse"], path, form)
    return LabelledSplit(
        name=f"{form.name}/{split}",
        keys=[f"{split}/{number:05d}/{name}" for number, name in enumerate(names)],
        pictures=pixels.reshape(-1, 3, SIDE, SIDE),
        labels={told: Labels(classes[told], column) for told, column in numbers.items()},
        remarks=remarks,
    )


def _check_groups(fine: Ids, coarse: Ids, path: Path, form: CifarForm) -> None:
    """Check that a class is always of one group."""
    pairs = np.unique(np.stack([fine, coarse], axis=1), axis=0)
    classes, counts = np.unique(pairs[:, 0], return_counts=True)
    if (counts > 1).any():
        raise DataError(
            f"{path} puts {int((counts > 1).sum())} fine classes into several coarse ones "
            f"({first_few(classes[counts > 1])}): {form.remedy}."
        )


def _dictionary(data: bytes, path: Path, form: CifarForm) -> dict[bytes, Any]:
    found = parse_old_pickle(data, path)
    if not isinstance(found, dict):
        raise DataError(f"{path} holds a {type(found).__name__}, expected CIFAR-100's dictionary: {form.remedy}.")
    return found


def _list(found: dict[bytes, Any], key: str, kind: type, path: Path, form: CifarForm) -> list[Any]:
    values = found.get(key.encode())
    if not isinstance(values, list):
        raise DataError(f"{path} has no list {key!r}, it has {first_few(sorted(map(str, found)), 5)}: {form.remedy}.")
    if {*map(type, values)} - {kind}:
        number = next(number for number, value in enumerate(values) if type(value) is not kind)
        raise DataError(f"{path}: {key} number {number} is a {type(values[number]).__name__}: {form.remedy}.")
    return values


class CIFAR100:
    """``cifar-100`` (a :class:`scanpath.data.labelled.LabelledData`).

    ``fit`` and ``val`` together are ``train``, for those who choose by pictures that are not of test.
    """

    summary: ClassVar[str] = "32x32 pictures of 100 classes in 20 groups; 169 MB from its authors (Krizhevsky, 2009)"
    splits: ClassVar[tuple[str, ...]] = ("train", "test", "fit", "val")

    def __init__(self, root: Path) -> None:
        self._root = root

    @property
    def folder(self) -> Path:
        """Where the archive was unpacked: ``cifar-100/cifar-100-python``, or as torchvision lays it."""
        name = "cifar-100-python"
        return first_there(self._root / "cifar-100" / name, self._root / name)

    def open(self, split: str) -> LabelledSplit:
        """Open a split; its pictures are (3, 32, 32)."""
        self._there()
        if split in COUNTS:
            return read_cifar(self.folder, split)
        return hold_out(read_cifar(self.folder, "train"), split, "fine")

    def counts(self) -> Mapping[str, int]:
        """Count the pictures by split."""
        return {split: len(self.open(split)) for split in COUNTS}

    def checksum(self) -> str:
        """Return a checksum of the three files."""
        self._there()
        return hashlib.sha256("".join(md5((self.folder / name).read_bytes()) for name in MD5).encode()).hexdigest()

    def damaged(self) -> list[str]:
        """Name the files that are not the official ones."""
        self._there()
        return [name for name, official in MD5.items() if md5((self.folder / name).read_bytes()) != official]

    def _there(self) -> None:
        lacking = [name for name in MD5 if not (self.folder / name).is_file()]
        if lacking:
            raise DataError(
                f"there is no whole CIFAR-100 in {self.folder} ({lacking[0]!r} is missing): run scanpath data fetch "
                "cifar-100, or unpack the official archive there."
            )

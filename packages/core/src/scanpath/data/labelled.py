"""Pictures with classes, without questions: one split, and what a data set of them is to the catalogue.

Classification (CIFAR-100), attributes (CelebA), editing (CelebA) and backgrounds (a folder of photographs) read the
same object. Pictures are decoded when they are asked for; only MNIST and CIFAR-100, which are arrays, lie in memory.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, ClassVar, Protocol

import numpy as np
import numpy.typing as npt

from scanpath.data.dealing import deal
from scanpath.data.images import ImageSource
from scanpath.data.records import Ids, first_few
from scanpath.errors import DataError, UnknownNameError, near

Picture = npt.NDArray[np.uint8]

HELD_OUT = MappingProxyType({"fit": 0.9, "val": 0.1})
"""How training pictures are dealt out where one has to choose by pictures that are not of test."""


class Pictures(Protocol):
    """N pictures by row; safe to use in other processes."""

    def __len__(self) -> int:
        """Count them."""
        ...

    def __getitem__(self, row: int) -> Picture:
        """Return a picture, uint8 (C, H, W); sizes may differ from row to row."""
        ...


class NamedPictures:
    """Pictures of a source by row, each decoded when it is asked for: (3, H, W)."""

    def __init__(self, source: ImageSource, names: Sequence[str]) -> None:
        """Give the pictures called ``names`` their rows."""
        self.source = source
        self.names = names

    def __len__(self) -> int:
        """Count them."""
        return len(self.names)

    def __getitem__(self, row: int) -> Picture:
        """Decode a picture."""
        return np.ascontiguousarray(self.source.read(self.names[row]).transpose(2, 0, 1))


@dataclass(frozen=True)
class Labels:
    """One question that every picture of a split answers by a class, such as ``fine`` or ``Smiling``."""

    classes: tuple[str, ...]
    """What the numbers mean."""
    numbers: npt.NDArray[np.integer[Any]]
    """(N,), of the class of each picture."""

    def __post_init__(self) -> None:
        """Check that every number is one of a class."""
        if len(self.numbers) and not 0 <= self.numbers.min() <= self.numbers.max() < len(self.classes):
            worst = next(number for number in self.numbers.tolist() if not 0 <= number < len(self.classes))
            raise DataError(f"a label is {worst}, expected 0 to {len(self.classes) - 1}, a number of a class.")


@dataclass(frozen=True)
class LabelledSplit:
    """N pictures with their labels."""

    name: str
    """Data set and split, ``"cifar-100/train"``."""
    keys: Sequence[str]
    """What identifies a picture in its data set, whatever the split: a file's name or ``"train/17"``."""
    pictures: Pictures
    labels: Mapping[str, Labels]
    """By what is told; empty for photographs without classes."""
    rows: Ids | None = None
    """(N,), the rows of ``pictures`` that are of this split; None takes all."""
    remarks: tuple[str, ...] = ()
    """Sentences about the files that a user should read before training."""

    def __post_init__(self) -> None:
        """Check that the columns are of one length."""
        lengths = {len(self.keys), len(self.pictures if self.rows is None else self.rows)}
        lengths |= {len(labels.numbers) for labels in self.labels.values()}
        if len(lengths) != 1:
            raise DataError(f"the columns of {self.name} have lengths {sorted(lengths)}, expected one length.")

    def __len__(self) -> int:
        """Count the pictures."""
        return len(self.keys)

    def picture(self, number: int) -> Picture:
        """Return a picture of the split, uint8 (C, H, W)."""
        if not 0 <= number < len(self):
            raise IndexError(f"{self.name} has {len(self)} pictures, number {number} is none of them")
        return self.pictures[number if self.rows is None else int(self.rows[number])]

    def matrix(self, *names: str) -> npt.NDArray[np.int64]:
        """Return the classes under several names side by side, (N, len(names)); of CelebA's 40, say, five.

        Raises:
            UnknownNameError: the pictures have no labels of a name.
        """
        for name in names:
            if name not in self.labels:
                hint = near(name, self.labels) or f"; known are {first_few(self.labels, 5) or 'none'}."
                raise UnknownNameError(f"the pictures of {self.name} have no labels {name!r}{hint}")
        columns = [self.labels[name].numbers for name in names]
        return np.stack(columns, axis=1).astype(np.int64) if columns else np.zeros((len(self), 0), np.int64)

    def take(self, chosen: Sequence[int] | Ids, name: str | None = None) -> LabelledSplit:
        """Return the split made of the pictures ``chosen`` of this one, in their order; nothing is decoded."""
        chosen = np.asarray(chosen, dtype=np.int64)
        return replace(
            self,
            name=name or self.name,
            keys=[self.keys[number] for number in chosen.tolist()],
            labels={told: Labels(labels.classes, labels.numbers[chosen]) for told, labels in self.labels.items()},
            rows=chosen if self.rows is None else self.rows[chosen],
        )


def one_of(split: LabelledSplit, names: Sequence[str]) -> LabelledSplit:
    """Make one question of several attributes: which of them does a picture have?

    Args:
        split: whose labels ``names`` answer no or yes, 0 or 1, such as CelebA's Black_Hair, Blond_Hair, Brown_Hair.
        names: two at least; they are the classes, in their order.

    Returns:
        the pictures that have exactly one of them, with the further labels ``", ".join(names)``; how many were left out
        stands among the remarks.

    Raises:
        UnknownNameError: the pictures have no labels of a name.
        DataError: fewer than two names, one twice, labels that are no attribute, or no picture has exactly one.
    """
    if len(names) < 2 or len(set(names)) < len(names):
        raise DataError(f"labels are made of {', '.join(names) or 'nothing'}: name two attributes or more, each once.")
    has = split.matrix(*names)
    wide = next((name for name in names if len(split.labels[name].classes) != 2), None)
    if wide is not None:
        raise DataError(
            f"{wide!r} of {split.name} has {len(split.labels[wide].classes)} classes: labels are made of attributes, "
            "which a picture has or has not."
        )
    chosen = np.flatnonzero(has.sum(axis=1) == 1)
    if not len(chosen):
        raise DataError(f"no picture of {split.name} has exactly one of {', '.join(names)}: name others.")
    found = split.take(chosen)
    labels = {**found.labels, ", ".join(names): Labels(tuple(names), has[chosen].argmax(axis=1))}
    left = len(split) - len(chosen)
    sentence = f"{left:,} of the {len(split):,} pictures of {split.name} have none or several of {', '.join(names)}"
    return replace(found, labels=labels, remarks=(*found.remarks, *([f"{sentence}: left out."] if left else [])))


def check_disjoint(train: LabelledSplit, other: LabelledSplit) -> None:
    """Raise a :class:`DataError` if a picture stands in both splits: a measure on it would mean nothing."""
    shared = sorted(set(train.keys) & set(other.keys))
    if shared:
        raise DataError(
            f"{other.name} shares {len(shared)} pictures with {train.name} ({first_few(shared)}): "
            "a measure on it would mean nothing; take splits that exclude each other."
        )


def hold_out(train: LabelledSplit, name: str, stratum: str) -> LabelledSplit:
    """Return ``"fit"``, nine tenths of the training pictures, or ``"val"``, the rest; equal parts of every class.

    Args:
        train: all of them.
        name: which part.
        stratum: the labels whose classes are dealt out each by itself.
    """
    dealt = deal(train.keys, HELD_OUT, strata=train.labels[stratum].numbers.tolist())
    return train.take(dealt[name], f"{train.name.partition('/')[0]}/{name}")


class LabelledData(Protocol):
    """A data set of labelled pictures; a package registers its class in :attr:`scanpath.method.Method.labelled`.

    One that is drawn here has the method ``make`` of :class:`scanpath.data.dataset.Dataset` besides.

    Every method raises a :class:`scanpath.errors.DataError` that says how to get the data where they are missing or
    broken.
    """

    summary: ClassVar[str]
    """One line about it."""
    splits: ClassVar[tuple[str, ...]]
    """What :meth:`open` takes."""

    def __init__(self, root: Path) -> None:
        """Remember the folder that holds the data sets; nothing is read yet."""
        ...

    @property
    def folder(self) -> Path:
        """Where its files lie, whether they are there or not."""
        ...

    def open(self, split: str) -> LabelledSplit:
        """Open one of :attr:`splits`."""
        ...

    def counts(self) -> Mapping[str, int]:
        """Count the pictures by split."""
        ...

    def checksum(self) -> str:
        """Return a checksum of what is learnt from, in hexadecimal."""
        ...

    def damaged(self) -> list[str] | None:
        """Name what is broken among its files, having read them all; None where nothing is known to compare with."""
        ...

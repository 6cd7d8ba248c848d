"""The pictures of a split as a loader reads them, each decoded when it is asked for, and what their pixels are like."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from scanpath.data.labelled import LabelledSplit, Picture
from scanpath.errors import DataError
from scanpath.features.preprocessing import Fit, Preprocessing, Statistics
from scanpath.tasks.classification.batch import Item

MEASURED = 10_000
"""Pictures that have to be decoded are measured up to so many, at equal distances; those in memory all."""


class Form(NamedTuple):
    """How pictures are brought to one size."""

    side: int | None
    """Height and width; None takes pictures as they are."""
    fit: Fit = "crop"

    def bring(self, picture: Picture) -> Picture:
        """Bring a picture (C, H, W) to (C, side, side)."""
        if self.side is None or picture.shape[1:] == (self.side, self.side):
            return picture
        colours = np.broadcast_to(picture, (3, *picture.shape[1:])).transpose(1, 2, 0)
        brought = Preprocessing(fit=self.fit).bring(colours, self.side)
        return np.ascontiguousarray(brought.transpose(2, 0, 1)[: len(picture)])


class PictureDataset:
    """A split's pictures with the numbers of their classes, all of one size.

    Args:
        split: the pictures.
        labels: (N,), of each.
        form: how they are brought to one size.
    """

    def __init__(self, split: LabelledSplit, labels: npt.NDArray[np.int64], form: Form) -> None:
        self.split = split
        self.labels = labels
        self.form = form
        if not len(split):
            raise DataError(f"{split.name} has no pictures: there is nothing to learn or to measure.")
        channels, height, width = form.bring(split.picture(0)).shape
        self.shape = channels, height, width

    def __len__(self) -> int:
        """Count the pictures."""
        return len(self.split)

    def picture(self, number: int) -> Picture:
        """Decode a picture and bring it to its size: uint8 (C, H, W).

        Raises:
            DataError: it is broken, or of another size than the first.
        """
        found = self.form.bring(self.split.picture(number))
        if found.shape != self.shape:
            raise DataError(
                f"the picture {self.split.keys[number]} is {_size(found.shape)}, where {self.split.keys[0]} is "
                f"{_size(self.shape)}: bring all of them to one size, such as task.side=64."
            )
        return found

    def refuse_other_than(self, shape: tuple[int, ...]) -> None:
        """Refuse pictures of another size than a model learnt from: its last cells would be of other parts."""
        if self.shape != shape:
            raise DataError(
                f"the pictures of {self.split.name} are {_size(self.shape)}, and the model learns from {_size(shape)}: "
                "bring all of them to one size, such as task.side=64."
            )

    def __getitem__(self, number: int) -> Item:
        """Read one picture, with its key and the number of its class."""
        return self.split.keys[number], self.picture(number), int(self.labels[number])

    def statistics(self) -> Statistics:
        """Measure mean and deviation of each colour, of pixels in [0, 1].

        The sums are whole numbers, so that they are the same in any order. A colour that never changes has the
        deviation 1.
        """
        chosen = np.linspace(0, len(self) - 1, self.measured).round().astype(np.int64)
        return _statistics(self.picture(row) for row in chosen.tolist())

    @property
    def measured(self) -> int:
        """Count the pictures that :meth:`statistics` looks at: all that lie in memory, else some."""
        return len(self) if isinstance(self.split.pictures, np.ndarray) else min(len(self), MEASURED)


def _statistics(pictures: Iterable[Picture]) -> Statistics:
    counts = np.zeros((3, 256), dtype=np.int64)
    for picture in pictures:
        for colour, histogram in enumerate(_histograms(picture)):
            counts[colour] += histogram
    levels = np.arange(256) / 255
    shares = counts / counts.sum(1, keepdims=True)
    mean = shares @ levels
    deviation = np.sqrt(np.einsum("cl,cl->c", shares, (levels - mean[:, None]) ** 2))
    deviation[deviation == 0] = 1
    red, green, blue = ((float(one), float(other)) for one, other in zip(mean, deviation, strict=True))
    return Statistics((red[0], green[0], blue[0]), (red[1], green[1], blue[1]))


def _histograms(picture: Picture) -> Iterator[npt.NDArray[np.int64]]:
    found = [np.bincount(channel.reshape(-1), minlength=256) for channel in picture]
    yield from found * (3 // len(found))


def _size(shape: tuple[int, ...]) -> str:
    channels, height, width = shape
    return f"{width}x{height} pixels in {'grey' if channels == 1 else 'colours'}"

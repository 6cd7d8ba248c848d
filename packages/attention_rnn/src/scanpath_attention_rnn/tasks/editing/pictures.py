"""The pictures of a split, with what is drawn for each visit: by seed, visit and picture alone.

So what a step sees does not depend on how many processes share it, on the loader's workers, or on where a run was cut.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from scanpath.data.grouping import ImageGroupedSampler
from scanpath.data.labelled import LabelledSplit
from scanpath.data.scenes.randomness import Draws
from scanpath.errors import DataError
from scanpath.tasks.classification.pictures import Form
from scanpath_attention_rnn.tasks.editing.attributes import VALUES, values_of
from scanpath_attention_rnn.tasks.editing.batch import Item

_FINE = 2**24


class Parts(Protocol):
    """What each pixel of a picture shows, by the picture's key."""

    def __getitem__(self, key: str) -> npt.NDArray[np.uint8]:
        """Return a map, (H, W)."""
        ...


class Drawn(NamedTuple):
    """What is drawn for one visit to a picture."""

    flipped: bool
    donor: int
    """The row of the picture whose values are the targets."""
    mix: npt.NDArray[np.float32]
    """(3,)."""


def draw(seed: int, visit: int, row: int, count: int) -> Drawn:
    """Draw for a visit to one of ``count`` pictures.

    A reading: targets are the values of any picture, as StarGAN shuffles those of a batch, so some are the picture's
    own. Were they always others, encoder and reconstructor alone would learn to turn a smile into none and back,
    whatever the code says and with masks that stay shut.
    """
    draws = Draws(seed, visit, row)
    flipped = draws.below(2) == 1
    donor = draws.below(count)
    mix = np.asarray([draws.below(_FINE) / _FINE for _ in VALUES], np.float32)
    return Drawn(flipped, donor, mix)


class EditingDataset:
    """A split's pictures, brought to one size; number ``visit * len + row`` is a visit to the picture ``row``.

    Args:
        split: as :func:`~scanpath_attention_rnn.tasks.editing.attributes.with_values` gives it.
        side: height and width; the shorter side is resized and the centre kept, which of CelebA's 178 x 218 pixels is
            StarGAN's centre crop of 178.
        seed: of what is drawn; None draws nothing, for an evaluation.
        flip: mirror every second visit.
        parts: what each pixel shows, for an evaluation.
    """

    def __init__(
        self, split: LabelledSplit, *, side: int, seed: int | None, flip: bool, parts: Parts | None = None
    ) -> None:
        self.split = split
        self.values = values_of(split)
        self.form = Form(side)
        self.seed, self.flip, self.parts = seed, flip, parts

    def __len__(self) -> int:
        """Count the pictures."""
        return len(self.split)

    def __getitem__(self, number: int) -> Item:
        """Read a picture, with what is drawn for this visit.

        Raises:
            DataError: it is no colour picture, or of another size than what is known of its pixels.
        """
        visit, row = divmod(number, len(self))
        key, values = self.split.keys[row], self.values[row]
        picture = self.form.bring(self.split.picture(row))
        if picture.shape[0] != 3:
            raise DataError(f"the picture {key} is grey, expected one in colours: faces are edited in colours.")
        if self.seed is None:
            parts = None if self.parts is None else self.parts[key]
            if parts is not None and parts.shape != picture.shape[1:]:
                raise DataError(
                    f"the label map {key} has {parts.shape[0]} rows, the picture {picture.shape[1]}: give "
                    f"task.side={parts.shape[0]}, the side that the pictures were made in."
                )
            return Item(key, picture, values, values, np.zeros(len(values), np.float32), parts)
        drawn = draw(self.seed, visit, row, len(self))
        if self.flip and drawn.flipped:
            picture = np.ascontiguousarray(picture[:, :, ::-1])
        return Item(key, picture, values, self.values[drawn.donor], drawn.mix, None)


class Visits:
    """The order of an epoch as numbers of visits, one a picture and epoch (a :class:`scanpath.types.BatchSampler`).

    Args:
        count: pictures.
        size: of a batch, in this process.
        seed: of the order; None keeps it.
        rank: the number of this process.
        world: how many processes share the epoch.
    """

    def __init__(self, count: int, size: int, seed: int | None = None, rank: int = 0, world: int = 1) -> None:
        self.sampler = ImageGroupedSampler(np.arange(count), size, seed, rank, world)
        self.count, self.epoch = count, 0

    def set_epoch(self, epoch: int) -> None:
        """Choose the epoch whose order the next ``iter`` gives."""
        self.epoch = epoch
        self.sampler.set_epoch(epoch)

    def __len__(self) -> int:
        """Count the batches of an epoch, of this process."""
        return len(self.sampler)

    def __iter__(self) -> Iterator[list[int]]:
        """Yield this process's batches of the chosen epoch."""
        for rows in self.sampler:
            yield [self.epoch * self.count + row for row in rows]

"""Captions read a whole batch at a time, each picture of the batch once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import torch

from scanpath.data.captions import CaptionSplit
from scanpath.data.ragged import ragged
from scanpath.tasks.captioning.batch import CaptionBatch
from scanpath.tasks.captioning.words import Sentences
from scanpath.tasks.pictures import ImageRows

Ints = npt.NDArray[np.int64]


class CaptionColumns(NamedTuple):
    """N pictures and M captions as numbers."""

    image_ids: Ints
    """(N,)."""
    image_rows: Ints
    """Where each picture is read, (N,)."""
    pictures: npt.NDArray[np.int32]
    """The picture of each caption, as its place among the N, (M,)."""
    sentences: Sentences

    @classmethod
    def of(cls, split: CaptionSplit, images: ImageRows, sentences: Sentences) -> CaptionColumns:
        """Number the pictures of a split."""
        order = np.argsort(split.image_ids, kind="stable")
        places = order[np.searchsorted(split.image_ids, split.caption_images, sorter=order)]
        return cls(split.image_ids, images.rows(split.image_ids), places.astype(np.int32), sentences)


class CaptionDataset:
    """Gives batches of captions: ``__getitems__(numbers)`` returns a list of one :class:`CaptionBatch` of them.

    What is learnt from, without the captions of which no word is known.

    Attributes:
        rows: the captions that are learnt from.
    """

    def __init__(self, images: ImageRows, columns: CaptionColumns, rows: Ints) -> None:
        self.images = images
        self.columns = columns
        self.rows = rows

    def __len__(self) -> int:
        """Count the captions."""
        return len(self.rows)

    def __getitems__(self, numbers: Sequence[int]) -> list[CaptionBatch]:
        """Read captions and their pictures, in the order of these."""
        captions = self.rows[np.asarray(numbers, dtype=np.int64)]
        pictures, index = np.unique(self.columns.pictures[captions].astype(np.int64), return_inverse=True)
        return [_batch(self.images, self.columns, pictures, captions, index.reshape(-1))]


class PictureDataset:
    """Gives batches of pictures with all of their captions: what is measured."""

    def __init__(self, images: ImageRows, columns: CaptionColumns) -> None:
        self.images = images
        self.columns = columns
        self._captions = np.argsort(columns.pictures, kind="stable")  # picture by picture
        counts = np.bincount(columns.pictures, minlength=len(columns.image_ids))
        self._starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)

    def __len__(self) -> int:
        """Count the pictures."""
        return len(self.columns.image_ids)

    def __getitems__(self, numbers: Sequence[int]) -> list[CaptionBatch]:
        """Read pictures, in the given order, and their captions."""
        pictures = np.asarray(numbers, dtype=np.int64)
        places, begins = ragged(self._starts, pictures)
        index = np.repeat(np.arange(len(pictures)), np.diff(begins))
        return [_batch(self.images, self.columns, pictures, self._captions[places], index)]


def _batch(images: ImageRows, columns: CaptionColumns, pictures: Ints, captions: Ints, index: Ints) -> CaptionBatch:
    regions = images.gather(columns.image_rows[pictures])
    return CaptionBatch(
        images=regions.features,
        image_ids=torch.from_numpy(columns.image_ids[pictures]),
        image_index=torch.from_numpy(index),
        words=torch.from_numpy(columns.sentences.table(captions)),
        boxes=regions.boxes,
        region_mask=regions.mask,
    )


def only(batches: list[CaptionBatch]) -> CaptionBatch:
    """Collate what the data sets give: the one batch is ready."""
    (batch,) = batches
    return batch

"""Captions copied from training pictures, any one's or the nearest one's: what a model that writes must beat."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from scanpath.data.captions import CaptionSplit
from scanpath.errors import ConfigError, DataError
from scanpath.ops import clean, masked_mean
from scanpath.tasks.captioning.batch import CaptionBatch
from scanpath.tasks.pictures import ImageRows, PictureRows
from scanpath.types import Record

Copied = Literal["chance", "nearest"]
_BLOCK = 512


class Copier:
    """Gives a picture one of the captions of a training picture.

    Which of the training pictures ("chance") and which of its captions is drawn by the picture's id, so that it is the
    same in every batch and run.

    Args:
        of: "chance", or "nearest": that whose mean region is nearest by the L2 distance, the first of equals.
        train: the training split, where every picture has a caption.
        images: its features.

    Raises:
        DataError: there is no caption to copy.
        ConfigError: "nearest" of pictures end to end.
    """

    def __init__(self, of: Copied, train: CaptionSplit, images: ImageRows) -> None:
        if not len(train):
            raise DataError(f"{train.name} has no captions: there is none to copy.")
        if of == "nearest" and isinstance(images, PictureRows):
            raise ConfigError("copies 'nearest' compares features: give task.features a backbone, such as scenes_cnn.")
        self.train = train
        order = np.argsort(train.caption_images, kind="stable")
        self._ids, starts = np.unique(train.caption_images[order], return_index=True)
        self._captions = np.split(order, starts[1:])
        self._means: Tensor | None = None
        if of == "nearest":
            self._means = torch.cat(list(_means(images, images.rows(self._ids))))

    def records(self, batch: CaptionBatch) -> dict[str, Record]:
        """Copy for each picture of a batch: by image id, ``{"caption": str, "copied_from": image id}``."""
        keys = batch.image_ids.tolist()
        nearest = [None] * len(keys) if self._means is None else self._nearest(self._means, batch)
        return {str(key): self._record(key, place) for key, place in zip(keys, nearest, strict=True)}

    def _record(self, key: int, place: int | None) -> Record:
        draw = np.random.default_rng(key)
        any_one = int(draw.integers(len(self._ids)))
        place = any_one if place is None else place
        own = self._captions[place]
        row = int(own[draw.integers(len(own))])
        return {"caption": self.train.captions[row], "copied_from": int(self._ids[place])}

    def _nearest(self, means: Tensor, batch: CaptionBatch) -> list[int]:
        mask = batch.region_mask
        asked = masked_mean(clean(batch.images.float(), mask), mask).cpu()
        distances = means.square().sum(1) - 2 * asked @ means.T  # but for what is the same for all of a row
        found: list[int] = distances.argmin(dim=1).tolist()
        return found


def _means(images: ImageRows, rows: npt.NDArray[np.int64]) -> Iterator[Tensor]:
    """Read the mean regions of pictures, (n, D) at a time."""
    for first in range(0, len(rows), _BLOCK):
        regions = images.gather(rows[first : first + _BLOCK])
        yield masked_mean(clean(regions.features.float(), regions.mask), regions.mask)

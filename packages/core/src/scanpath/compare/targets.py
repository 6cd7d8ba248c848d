"""Where the objects are that questions are about, in the form that maps are scored against."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from scanpath.data.split import VQASplit
from scanpath.metrics.looking import box_cover, grid_cover


class Targets:
    """The masks of the questions about exactly one object among many; empty for data without grounding.

    A type counts only if each of its questions is about one object. Where the number of objects varies it tells the
    answer ("is there a ring?" about one object is always "yes", "how many?" always 1), and to pick those questions out
    would reward a model that always says so.

    Attributes:
        object: for each question of the split the object's number in its picture, -1 for all other questions, (N,).
        area: the share of the picture that the object covers, NaN for all other questions, (N,).
    """

    def __init__(self, split: VQASplit) -> None:
        self._split = split
        self._labels: dict[int, npt.NDArray[np.uint8]] = {}
        self.object = np.full(len(split), -1, dtype=np.int64)
        if split.grounding is not None and split.annotations is not None:
            objects = [split.grounding.objects_of(key) for key in split.question_ids.tolist()]
            types = split.annotations.question_types
            varied = {kind for kind, found in zip(types, objects, strict=True) if len(found) != 1}
            for row, kind in enumerate(types):
                if kind not in varied:
                    self.object[row] = objects[row][0]
        self.area = np.full(len(split), np.nan)
        for row in np.flatnonzero(self.object >= 0).tolist():
            self.area[row] = (self._label(row) == self.object[row] + 1).mean()

    def masks(self, rows: Sequence[int]) -> Tensor:
        """Draw the masks of the objects of ``rows``, (n, H, W) bool."""
        return torch.from_numpy(np.stack([self._label(row) == self.object[row] + 1 for row in rows]))

    def _label(self, row: int) -> npt.NDArray[np.uint8]:
        image = int(self._split.image_ids[row])
        if image not in self._labels:
            assert self._split.grounding is not None  # noqa: S101 - rows with an object have grounding
            self._labels[image] = self._split.grounding.masks(image)
        return self._labels[image]

    def cover(self, rows: Sequence[int], shape: Sequence[int], boxes: Tensor | None = None) -> Tensor:
        """Give the share of each region that the object covers.

        Args:
            rows: n questions with an object.
            shape: of a map, (h, w) for a grid, (K,) for boxes.
            boxes: (n, K, 4), for boxes.

        Returns:
            (n, *shape).
        """
        masks = self.masks(rows)
        if boxes is not None:
            return box_cover(masks, boxes)
        height, width = shape
        return grid_cover(masks, (height, width))

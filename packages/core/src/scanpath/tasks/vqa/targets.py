"""Where the objects are that questions are about, in the form that maps are scored against."""

from __future__ import annotations

import functools
from collections import OrderedDict
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from scanpath.data.split import VQASplit
from scanpath.metrics.looking import box_cover, grid_cover

_HELD = 64
"""Pictures whose masks are held; the questions of a picture come together, and all of CLEVR's take gigabytes."""


class Targets:
    """The masks of the questions about exactly one object among many; empty for data without grounding.

    A type counts only if each of its questions is about one object. Where the number of objects varies it tells the
    answer ("is there a ring?" about one object is always "yes", "how many?" always 1), and to pick those questions out
    would reward a model that always says so.

    Attributes:
        object: for each question of the split the object's number in its picture, -1 for all other questions, (N,).
    """

    def __init__(self, split: VQASplit) -> None:
        self._split = split
        self._labels: OrderedDict[int, npt.NDArray[np.uint8]] = OrderedDict()
        self.object = np.full(len(split), -1, dtype=np.int64)
        if split.grounding is not None and split.annotations is not None:
            types = np.asarray(list(split.annotations.question_types))
            varied: set[str] = set()
            for row, (key, kind) in enumerate(zip(split.question_ids.tolist(), types.tolist(), strict=True)):
                if kind not in varied:  # to find objects may be to run a program
                    objects = split.grounding.objects_of(key)
                    if len(objects) == 1:
                        self.object[row] = objects[0]
                    else:
                        varied.add(kind)
            self.object[np.isin(types, sorted(varied))] = -1

    @functools.cached_property
    def area(self) -> npt.NDArray[np.float64]:
        """The share of the picture that the object covers, NaN for all other questions, (N,)."""
        found = np.full(len(self.object), np.nan)
        rows = np.flatnonzero(self.object >= 0)
        for row in rows[np.argsort(self._split.image_ids[rows], kind="stable")].tolist():
            found[row] = (self._label(row) == self.object[row] + 1).mean()
        return found

    def masks(self, rows: Sequence[int]) -> Tensor:
        """Draw the masks of the objects of ``rows``, (n, H, W) bool."""
        return torch.from_numpy(np.stack([self._label(row) == self.object[row] + 1 for row in rows]))

    def _label(self, row: int) -> npt.NDArray[np.uint8]:
        image = int(self._split.image_ids[row])
        if image not in self._labels:
            assert self._split.grounding is not None  # noqa: S101 - rows with an object have grounding
            self._labels[image] = self._split.grounding.masks(image)
            if len(self._labels) > _HELD:
                self._labels.popitem(last=False)
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

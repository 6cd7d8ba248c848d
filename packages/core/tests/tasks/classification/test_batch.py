"""A batch holds what was read, and moves whole."""

from __future__ import annotations

import numpy as np
import torch

from scanpath.tasks.classification.batch import PictureBatch

ITEMS = [("a", np.full((1, 3, 5), 7, np.uint8), 2), ("b", np.full((1, 3, 5), 9, np.uint8), 0)]


def test_items_are_stacked_in_their_order() -> None:
    batch = PictureBatch.of(ITEMS)
    assert list(batch.keys) == ["a", "b"]
    assert batch.pictures.shape == (2, 1, 3, 5)
    assert (batch.pictures.dtype, batch.labels.dtype) == (torch.uint8, torch.int64)
    assert batch.pictures[:, 0, 0, 0].tolist() == [7, 9]
    assert batch.labels.tolist() == [2, 0]


def test_moving_keeps_the_keys() -> None:
    moved = PictureBatch.of(ITEMS).to("meta")
    assert list(moved.keys) == ["a", "b"]
    assert {moved.pictures.device.type, moved.labels.device.type} == {"meta"}

"""The batch of a step: moved whole, and what stands for answers that are none."""

from __future__ import annotations

import pytest
import torch

from scanpath.tasks.vqa.batch import NO_ANSWER, UNKNOWN, VQABatch

BATCH = VQABatch(
    images=torch.arange(2 * 5 * 7, dtype=torch.float16).view(2, 5, 7),
    image_index=torch.tensor([1, 0, 1]),
    tokens=torch.tensor([[2, 3], [4, 0], [5, 6]]),
    answers=torch.tensor([[0, UNKNOWN], [3, NO_ANSWER], [1, 1]]),
    question_ids=torch.tensor([71, 31, 72]),
    boxes=torch.rand(2, 5, 4),
    region_mask=torch.ones(2, 5, dtype=torch.bool),
)


def test_every_tensor_moves_and_keeps_shape_and_type() -> None:
    moved = BATCH.to("meta")
    assert isinstance(moved, VQABatch)
    for name, before, after in zip(VQABatch._fields, BATCH, moved, strict=True):
        assert after.device.type == "meta", name
        assert (after.shape, after.dtype) == (before.shape, before.dtype), name
    assert BATCH.images.device.type == "cpu"


def test_what_is_none_stays_none() -> None:
    moved = BATCH._replace(boxes=None, region_mask=None).to(torch.device("meta"))
    assert moved.boxes is None
    assert moved.region_mask is None
    assert moved.question_ids.device.type == "meta"


def test_it_goes_through_the_engine_as_a_batch() -> None:
    operations = pytest.importorskip("accelerate.utils.operations")
    moved = operations.send_to_device(BATCH._replace(boxes=None), "meta")
    assert isinstance(moved, VQABatch)
    assert moved.answers.device.type == "meta"
    assert moved.boxes is None


def test_no_answer_is_neither_unknown_nor_a_number_of_a_vocabulary() -> None:
    assert UNKNOWN != NO_ANSWER
    assert max(UNKNOWN, NO_ANSWER) < 0


def test_the_engine_moves_it_without_waiting() -> None:
    """Accelerate tries ``to(device, non_blocking=True)`` and falls back to waiting if that is refused."""
    moved = BATCH._replace(boxes=None).to("meta", non_blocking=True)
    assert moved.images.device.type == "meta"

"""Where the objects are: which questions count, and the share of each region worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from scanpath.data.split import VQAAnnotations, VQASplit
from scanpath.tasks.vqa.targets import Targets

OBJECTS = {11: (0,), 12: (1,), 13: (), 14: (0,), 15: (1, 0)}
TYPES = ["color", "color", "existence", "existence", "relation"]
LABELS = {
    3: [[1, 1, 0, 0, 0, 2], [1, 1, 0, 0, 0, 2], [0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0]],
    7: [[0, 0, 0, 0, 0, 0], [0, 0, 2, 2, 2, 0], [0, 0, 2, 2, 2, 0], [1, 0, 0, 0, 0, 0]],
}


class CountedMasks:
    def __init__(self) -> None:
        self.read: list[int] = []

    def objects_of(self, question_id: int) -> tuple[int, ...]:
        return OBJECTS[question_id]

    def masks(self, image_id: int) -> np.ndarray:
        self.read.append(image_id)
        return np.array(LABELS[image_id], dtype=np.uint8)


def split_of(grounding: CountedMasks | None, *, annotated: bool = True) -> VQASplit:
    return VQASplit(
        name="hand/test",
        question_ids=np.array(list(OBJECTS)),
        image_ids=np.array([3, 7, 3, 7, 7]),
        questions=["what?"] * 5,
        image_names={},
        annotations=VQAAnnotations(TYPES, ["other"] * 5, ["x"] * 5, [("x",) * 10] * 5) if annotated else None,
        grounding=grounding,  # type: ignore[arg-type]
    )


def test_types_that_are_always_about_one_object_count() -> None:
    grounding = CountedMasks()
    targets = Targets(split_of(grounding))
    assert targets.object.tolist() == [0, 1, -1, -1, -1], "existence is about one object only where it says yes"
    assert targets.area[:2].tolist() == pytest.approx([4 / 24, 6 / 24])
    assert np.isnan(targets.area[2:]).all()
    targets.masks([0, 1, 0])
    assert sorted(grounding.read) == [3, 7], "a picture's masks are read once"


@pytest.mark.parametrize(("grounding", "annotated"), [(None, True), (CountedMasks(), False)])
def test_without_objects_or_types_nothing_counts(grounding: CountedMasks | None, annotated: bool) -> None:
    targets = Targets(split_of(grounding, annotated=annotated))
    assert targets.object.tolist() == [-1] * 5
    assert np.isnan(targets.area).all()


def test_masks_are_of_the_object_asked_about() -> None:
    masks = Targets(split_of(CountedMasks())).masks([1, 0])
    assert masks.dtype == torch.bool
    assert masks.int().tolist() == [
        [[0, 0, 0, 0, 0, 0], [0, 0, 1, 1, 1, 0], [0, 0, 1, 1, 1, 0], [0, 0, 0, 0, 0, 0]],
        [[1, 1, 0, 0, 0, 0], [1, 1, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0]],
    ]


def test_share_of_each_cell() -> None:
    cover = Targets(split_of(CountedMasks())).cover([0, 1], (2, 3))
    torch.testing.assert_close(cover, torch.tensor([[[1, 0, 0], [0, 0, 0]], [[0, 0.5, 0.25], [0, 0.5, 0.25]]]))


def test_share_of_each_box() -> None:
    boxes = torch.tensor([[[0, 0, 1, 1], [0, 0, 1 / 3, 0.5]], [[1 / 3, 0.25, 5 / 6, 0.5], [0, 0, 0.5, 1]]])
    cover = Targets(split_of(CountedMasks())).cover([0, 1], (2,), boxes)
    torch.testing.assert_close(cover, torch.tensor([[4 / 24, 1.0], [1.0, 2 / 12]]))

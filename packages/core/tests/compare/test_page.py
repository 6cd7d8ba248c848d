"""Which questions a page draws: chosen by rule, so that nobody can pick the pretty ones."""

from __future__ import annotations

import numpy as np

from scanpath.compare.page import choose_examples
from scanpath.compare.targets import Targets
from scanpath.data.split import VQAAnnotations, VQASplit


class _EvenOnly:
    def objects_of(self, question_id: int) -> tuple[int, ...]:
        return (0,) if question_id % 2 == 0 else ()

    def masks(self, image_id: int) -> np.ndarray:
        return np.ones((2, 2), dtype=np.uint8)


def _split(count: int, images: int) -> VQASplit:
    kinds = ["shape" if key % 2 == 0 else "count" for key in range(count)]
    truth = VQAAnnotations(kinds, ["other"] * count, ["x"] * count, [("x",) * 10] * count)
    return VQASplit(
        name="s", question_ids=np.arange(count), image_ids=np.arange(count) % images, questions=[""] * count,
        image_names={}, annotations=truth, grounding=_EvenOnly(),  # type: ignore[arg-type]
    )  # fmt: skip


def test_types_in_turn_one_object_first_and_new_pictures() -> None:
    split = _split(20, 10)
    assert choose_examples(split, Targets(split), 5) == [0, 1, 2, 3, 4]
    assert len(choose_examples(split, Targets(split), 50)) == 10, "no picture twice"


def test_few_pictures() -> None:
    split = _split(6, 1)
    assert choose_examples(split, Targets(split), 4) == [0]

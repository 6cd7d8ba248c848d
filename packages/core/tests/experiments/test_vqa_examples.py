"""Which questions a page draws: chosen by rule, so that nobody can pick the pretty ones."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from scanpath.data.split import VQAAnnotations, VQASplit
from scanpath.experiments.vqa_examples import about_one, choose_in_turn, make_example, target_of


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
    assert choose_in_turn(split, 5, lambda row: about_one(split, row)) == [0, 1, 2, 3, 4]
    assert len(choose_in_turn(split, 50, lambda row: row % 2 == 0)) == 10, "no picture twice"


def test_few_pictures() -> None:
    split = _split(6, 1)
    assert choose_in_turn(split, 4, lambda row: False) == [1], "count comes before shape"


def test_an_example_has_the_answers_by_frequency_and_the_outline() -> None:
    truth = VQAAnnotations(["color"], ["other"], ["red"], [("blue", "red", "red")])
    grounding = SimpleNamespace(objects_of=lambda key: (0,), target_mask=lambda key: np.eye(3, dtype=bool))
    pictures = SimpleNamespace(read=lambda name: np.full((3, 3, 3), len(name), dtype=np.uint8))
    split = VQASplit("s", np.array([7]), np.array([5]), ["what?"], {5: "5.png"}, pictures, truth, grounding)
    example = make_example(split, 0, [], target=target_of(split, 0))
    assert (example.question_id, example.question, example.question_type) == (7, "what?", "color")
    assert example.answers == ("red", "blue")
    assert (example.picture == 5).all()
    assert example.target is not None
    assert example.target.sum() == 3
    assert target_of(_split(2, 2), 1) is None

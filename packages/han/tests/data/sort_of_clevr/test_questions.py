from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given, strategies as st

from scanpath.errors import DataError
from scanpath_han.data.sort_of_clevr import ANSWERS, SortOfCLEVROptions, question_code
from scanpath_han.data.sort_of_clevr.questions import FAMILIES, ask, program, question_type
from scanpath_han.data.sort_of_clevr.world import COLORS, Thing, draw_things, picture_draws

#: Green ends before the middle of the picture in both directions, blue begins behind it.
THINGS = [
    Thing("circle", 20, 30), Thing("rectangle", 37, 37), Thing("circle", 38, 38),
    Thing("rectangle", 69, 69), Thing("rectangle", 38, 58), Thing("circle", 5, 5),
]  # fmt: skip

#: What the questions about the picture above are to be answered, typed by hand, and whom they are about.
TYPED = {
    "What shape is the red object?": ("circle", (0,)),
    "What shape is the orange object?": ("rectangle", (3,)),
    "Is the green object in the left half of the picture?": ("yes", (1,)),
    "Is the blue object in the left half of the picture?": ("no", (2,)),
    "Is the green object in the top half of the picture?": ("yes", (1,)),
    "Is the blue object in the top half of the picture?": ("no", (2,)),
    "What shape is the object closest to the blue object?": ("rectangle", (2, 1)),
    "What shape is the object closest to the gray object?": ("circle", (4, 2)),
    "What shape is the object furthest from the yellow object?": ("rectangle", (5, 3)),
    "What shape is the object furthest from the orange object?": ("circle", (3, 5)),
    "How many objects have the shape of the gray object?": ("3", (4, 1, 3)),
    "How many objects have the shape of the yellow object?": ("3", (5, 0, 2)),
}


def test_answers_typed_by_hand() -> None:
    found = {
        family.text.format(color): family.answer(THINGS, number)
        for family in FAMILIES
        for number, color in enumerate(COLORS)
    }
    assert {text: tuple(found[text]) for text in TYPED} == TYPED


def test_of_equals_the_first_colour_counts() -> None:
    middle = [
        Thing("circle", 30, 30),
        Thing("rectangle", 20, 30),
        Thing("circle", 40, 30),
        Thing("circle", 30, 30 + 10),
    ]
    closest, furthest = FAMILIES[3].answer(middle, 0), FAMILIES[4].answer(middle, 0)
    assert closest == furthest == ("rectangle", (0, 1))
    alone = [Thing("circle", 30, 30), *[Thing("rectangle", 10 * place, 5) for place in range(5)]]
    assert FAMILIES[5].answer(alone, 0) == ("1", (0,))
    assert FAMILIES[5].answer([Thing("circle", 9, 9)] * 6, 4) == ("6", (4, 0, 1, 2, 3, 5))


def test_the_first_questions_of_a_picture_typed_by_hand() -> None:
    """Equal on every platform; a change here makes another data set: raise options.VERSION with it."""
    draws = picture_draws(SortOfCLEVROptions(seed=7), "val", 3)
    things = draw_things(draws)
    assert things == [
        Thing("circle", 35, 33), Thing("circle", 10, 31), Thing("circle", 21, 69),
        Thing("rectangle", 35, 67), Thing("circle", 58, 29), Thing("circle", 12, 55),
    ]  # fmt: skip
    asked = list(ask(things, draws, 10))
    assert [(one.text, one.answer) for one in asked[:3] + asked[10:13]] == [
        ("What shape is the blue object?", "circle"),
        ("Is the orange object in the left half of the picture?", "yes"),
        ("Is the gray object in the top half of the picture?", "yes"),
        ("How many objects have the shape of the orange object?", "1"),
        ("What shape is the object furthest from the red object?", "circle"),
        ("What shape is the object furthest from the blue object?", "circle"),
    ]


@given(st.integers(0, 2**63 - 1), st.integers(1, 24))
def test_half_of_the_questions_are_relational(seed: int, count: int) -> None:
    draws = picture_draws(SortOfCLEVROptions(seed=seed), "train", 0)
    asked = list(ask(draw_things(draws), draws, count))
    types = [question_type({"question_family_index": one.family}) for one in asked]
    assert types == ["non-relational"] * count + ["relational"] * count
    assert {one.answer for one in asked} <= set(ANSWERS)
    for one in asked:
        assert list(COLORS)[one.objects[0]] == one.color
        assert one.color in one.text


def test_codes_typed_by_hand_and_all_different() -> None:
    assert question_code("What shape is the red object?") == (1, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0)
    assert question_code("Is the gray object in the left half of the picture?") == (0, 0, 0, 0, 1, 0, 1, 0, 0, 1, 0)
    assert question_code("What shape is the object closest to the yellow object?") == (0, 0, 0, 0, 0, 1, 0, 1, 1, 0, 0)
    assert question_code("How many objects have the shape of the orange object?") == (0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 1)
    codes = {question_code(family.text.format(color)) for family, color in itertools.product(FAMILIES, COLORS)}
    assert len(codes) == 36
    assert {(sum(code[:6]), sum(code[6:8]), sum(code[8:])) for code in codes} == {(1, 1, 1)}
    with pytest.raises(DataError, match="'What shape is the pink object\\?' is no question of Sort-of-CLEVR"):
        question_code("What shape is the pink object?")


def test_a_program_typed_by_hand() -> None:
    assert program(5, "gray") == [
        {"inputs": [], "function": "scene", "value_inputs": []},
        {"inputs": [0], "function": "filter_color", "value_inputs": ["gray"]},
        {"inputs": [1], "function": "unique", "value_inputs": []},
        {"inputs": [2], "function": "same_shape", "value_inputs": []},
        {"inputs": [3, 1], "function": "union", "value_inputs": []},
        {"inputs": [4], "function": "count", "value_inputs": []},
    ]


@pytest.mark.parametrize("family", [None, -1, 6, "3", True])
def test_a_foreign_family_is_named(family: Any) -> None:
    with pytest.raises(DataError, match=r"question 11 has question_family_index = .*, expected 0 to 5: make the data"):
        question_type({"question_index": 11, "question_family_index": family})

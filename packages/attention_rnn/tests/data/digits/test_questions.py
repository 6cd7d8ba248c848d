from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from scanpath.errors import DataError
from scanpath_attention_rnn.data.digits.questions import (
    ANSWERS,
    INTERVALS,
    Asked,
    ask,
    interval,
    program,
    question_type,
)
from scanpath_attention_rnn.data.digits.world import Digit

DOT = np.ones((1, 1), np.uint8)

#: Red and white occur twice.
DIGITS = [
    Digit(label, color, (0, 0, 0), scale, 0, 0, DOT)
    for label, color, scale in (
        (7, "red", 500_001), (0, "white", 1_000_000), (3, "blue", 1_000_001),
        (5, "red", 2_000_001), (9, "green", 3_000_000), (1, "white", 2_500_000),
    )
]  # fmt: skip


def test_questions_typed_by_hand() -> None:
    assert list(ask(DIGITS, inverse=False)) == [
        ("7", "red", 0, 0), ("0", "white", 1, 0), ("3", "blue", 2, 1),
        ("5", "red", 3, 3), ("9", "green", 4, 4), ("1", "white", 5, 3),
    ]  # fmt: skip


def test_the_inverse_asks_for_colours_that_occur_once() -> None:
    assert list(ask(DIGITS, inverse=True)) == [Asked("blue", "3", 2, 1), Asked("green", "9", 4, 4)]


def test_intervals_hold_their_upper_end() -> None:
    assert INTERVALS == ("0.5-1.0", "1.0-1.5", "1.5-2.0", "2.0-2.5", "2.5-3.0")
    for number, name in enumerate(INTERVALS):
        low, high = (round(float(end) * 1_000_000) for end in name.split("-"))
        assert [interval(scale) for scale in (low + 1, (low + high) // 2, high)] == [number] * 3


def test_answers_are_colours_in_the_papers_order_and_digits() -> None:
    assert ANSWERS[:5] == ("green", "yellow", "white", "red", "blue")
    assert ANSWERS[5:] == tuple("0123456789")


def test_programs_typed_by_hand() -> None:
    assert program("7") == [
        {"inputs": [], "function": "scene", "value_inputs": []},
        {"inputs": [0], "function": "filter_shape", "value_inputs": ["7"]},
        {"inputs": [1], "function": "unique", "value_inputs": []},
        {"inputs": [2], "function": "query_color", "value_inputs": []},
    ]
    assert [(step["function"], step["value_inputs"]) for step in program("green")[1::2]] == [
        ("filter_color", ["green"]),
        ("query_shape", []),
    ]


@pytest.mark.parametrize("family", [None, -1, 5, "3", True])
def test_a_foreign_family_is_named(family: Any) -> None:
    with pytest.raises(DataError, match=r"question 11 has question_family_index = .*, expected 0 to 4: make the data"):
        question_type({"question_index": 11, "question_family_index": family})
    assert question_type({"question_family_index": 4}) == "2.5-3.0"

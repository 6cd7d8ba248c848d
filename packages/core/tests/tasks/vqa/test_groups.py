from __future__ import annotations

import dataclasses

import pytest

from scanpath.data.split import VQAAnnotations, VQASplit
from scanpath.errors import DataError
from scanpath.tasks.vqa.groups import groups, truth_of

TRUTH = VQAAnnotations(
    ["what is", "other", "what is", "how many"],
    ["other", "other", "yes/no", "number"],
    ["x"] * 4,
    [("x",)] * 4,
    families=["10", "9", "10", "2"],
)


def test_types_of_questions_then_of_answers_then_families() -> None:
    found = [(name, where.tolist()) for name, where in groups(TRUTH)]
    assert found == [
        ("how many", [False, False, False, True]),
        ("other", [False, True, False, False]),
        ("what is", [True, False, True, False]),
        ("number", [False, False, False, True]),
        ("other", [True, True, False, False]),
        ("yes/no", [False, False, True, False]),
        ("family 2", [False, False, False, True]),
        ("family 9", [False, True, False, False]),
        ("family 10", [True, False, True, False]),
    ]


def test_only_groups_that_some_question_is_of() -> None:
    names = [name for name, _ in groups(TRUTH.take([0]))]
    assert names == ["what is", "other", "family 10"]


def test_a_split_without_answers_cannot_be_scored(golden: VQASplit) -> None:
    assert truth_of(golden) is golden.annotations
    with pytest.raises(DataError, match="the answers of hidden are not public"):
        truth_of(dataclasses.replace(golden, annotations=None, name="hidden"))

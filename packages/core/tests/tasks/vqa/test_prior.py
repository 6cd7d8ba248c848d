"""The lowest rung, counted by hand."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from scanpath.data.split import VQAAnnotations, VQASplit
from scanpath.errors import DataError
from scanpath.tasks.vqa.prior import prior_records


def split(name: str, rows: list[tuple[str, str]], first: int) -> VQASplit:
    count = len(rows)
    return VQASplit(
        name=name,
        question_ids=np.arange(first, first + count),
        image_ids=np.zeros(count, dtype=np.int64),
        questions=["?"] * count,
        image_names={0: "0.png"},
        annotations=VQAAnnotations(
            [kind for kind, _ in rows], ["other"] * count, [answer for _, answer in rows], [("x",)] * count
        ),
    )


TRAIN = split("train", [("color", "red"), ("color", "blue"), ("color", "red"), ("is", "yes"), ("is", "no")], 1)


def test_the_most_common_answer_of_each_type() -> None:
    records = prior_records(TRAIN, split("val", [("is", "no"), ("color", "blue")], 100))
    assert records["100"] == {"answer": "no", "probability": 0.5}
    assert records["101"] == {"answer": "red", "probability": 0.666667}


def test_a_new_type_gets_the_most_common_of_all() -> None:
    records = prior_records(TRAIN, split("val", [("how", "3")], 100))
    assert (records["100"]["answer"], records["100"]["probability"]) == ("red", 0.4)


def test_types_must_be_known() -> None:
    bare = dataclasses.replace(TRAIN, annotations=None, name="bare")
    for pair in ((bare, TRAIN), (TRAIN, bare)):
        with pytest.raises(DataError, match="bare has no annotations"):
            prior_records(*pair)
    with pytest.raises(DataError, match="train has no questions"):
        prior_records(TRAIN.take([]), TRAIN)

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, strategies as st

from scanpath.data.catalogue import open_pairs, open_split
from scanpath.data.pairs import pairs_of, read_pairs
from scanpath.data.split import VQASplit
from scanpath.data.vqa_writing import write_complementary_pairs
from scanpath.errors import DataError

SPLIT = VQASplit(
    name="made/val",
    question_ids=np.asarray([5000, 3001, 7, 11000]),
    image_ids=np.asarray([5, 3, 5, 11]),
    questions=["Is it red?", "Is it red?", "Is it red?", "Who?"],
    image_names={},
)


def put(path: Path, value: Any) -> Path:
    path.write_text(value if isinstance(value, str) else json.dumps(value))
    return path


def test_the_official_form_is_read(tmp_path: Path) -> None:
    assert read_pairs(put(tmp_path / "p.json", "[[42000, 262148001], [7, 11]]")).tolist() == [
        [42000, 262148001],
        [7, 11],
    ]
    assert read_pairs(put(tmp_path / "none_yet.json", [])).shape == (0, 2)


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ([[5000, 3001], [3]], r"p.json: entry number 1 is \[3\], expected two question ids"),
        ([[5000, "3001"]], "entry number 0 is"),
        ([[5000, True]], "entry number 0 is"),
        ([[5000, 2**70]], "a question id does not fit in 64 bits"),
        ([[5000, 3001], [7, 9], [8, 7]], r"pairs 2 questions that the questions file lacks \(8, 9\)"),
        ([{"question_id": 3}], "entry number 0 is"),
        ({"pairs": []}, "expected complementary pairs, a bare list of two question ids each"),
    ],
)
def test_bad_pairs_are_named(tmp_path: Path, value: Any, sentence: str) -> None:
    with pytest.raises(DataError, match=sentence):
        pairs_of(put(tmp_path / "p.json", value), SPLIT)


def test_what_is_odd_about_pairs_is_told(tmp_path: Path) -> None:
    path = put(tmp_path / "p.json", [[5000, 3001]])
    assert (pairs_of(path, SPLIT).remarks, pairs_of(path, SPLIT, 1).remarks) == ((), ())
    odd = pairs_of(put(path, [[3001, 7], [5000, 7], [11000, 3001], [7, 11000]]), SPLIT, 3)
    assert odd.remarks == (
        "made/val has 4 complementary pairs, the official one has 3: numbers on them are not those of the literature.",
        "p.json: 2 pairs ask two different questions, the first being 11000 and 3001.",
        "p.json: 1 pairs ask about one picture, the first being 5000 and 7.",
    )


def test_pairs_of_one_question_are_left_out_and_equal_ones_are_one(tmp_path: Path) -> None:
    path = put(tmp_path / "p.json", [[5000, 3001], [3001, 3001], [7, 3001], [3001, 5000], [5000, 3001]])
    found = pairs_of(path, SPLIT, 5)
    assert found.ids.tolist() == [[5000, 3001], [7, 3001]]
    assert found.remarks == (
        "p.json pairs 1 questions with themselves (3001): they are left out.",
        "p.json: 2 pairs repeat others, in either order; one of each is measured on.",
    )


@given(st.sets(st.tuples(st.integers(0, 2**40), st.integers(2**41, 2**60)), max_size=9))
def test_what_is_written_is_read_back(tmp_path_factory: pytest.TempPathFactory, pairs: set[tuple[int, int]]) -> None:
    path = tmp_path_factory.getbasetemp() / "pairs.json"
    write_complementary_pairs(path, sorted(pairs))
    assert list(map(tuple, read_pairs(path).tolist())) == sorted(pairs)


def test_pairs_of_scenes_ask_the_same_and_are_answered_differently(small_world: Path) -> None:
    split, pairs = open_split("scenes", "val", small_world), open_pairs("scenes", "val", small_world)
    assert pairs is not None
    assert pairs.remarks == ()
    assert split.annotations is not None
    answers = dict(zip(split.question_ids.tolist(), split.annotations.modal, strict=True))
    assert len(pairs.ids) > 100
    assert all(answers[one] != answers[other] for one, other in pairs.ids.tolist())
    assert open_pairs("scenes-cp", "val", small_world) is None

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st

from scanpath.data.columns import CodedLists
from scanpath.data.split import VQAAnnotations
from scanpath.data.vqa_annotations import read_annotations, ungiven
from scanpath.errors import DataError
from scanpath.metrics.answers import normalise

#: The official form, typed by hand, without info and licence.
ANNOTATIONS = """{"data_type": "mscoco", "data_subtype": "val2014", "annotations": [
 {"question_type": "how many", "multiple_choice_answer": "2", "image_id": 42, "answer_type": "number",
  "question_id": 42000, "answers": [
   {"answer": "2", "answer_confidence": "yes", "answer_id": 1},
   {"answer": "two", "answer_confidence": "maybe", "answer_id": 2},
   {"answer": "3", "answer_confidence": "no", "answer_id": 3}]},
 {"question_type": "what is", "multiple_choice_answer": "dog", "image_id": 7, "answer_type": "other",
  "question_id": 7001, "answers": [
   {"answer": "The dog", "answer_confidence": "yes", "answer_id": 1},
   {"answer": "cat", "answer_confidence": "yes", "answer_id": 2}]}]}"""


def write(path: Path, value: Any) -> Path:
    path.write_text(value if isinstance(value, str) else json.dumps(value))
    return path


Spoil = Callable[[dict[str, Any]], Any]


def spoilt(spoil: Spoil) -> Any:
    value = json.loads(ANNOTATIONS)
    spoil(value)
    return value


def test_the_official_form_is_read_without_a_remark(tmp_path: Path) -> None:
    found = read_annotations(write(tmp_path / "a.json", ANNOTATIONS))
    assert (found.subtype, found.remarks) == ("val2014", ())  # "The dog" is the answer "dog"
    assert (found.question_ids.tolist(), found.image_ids.tolist()) == ([42000, 7001], [42, 7])
    assert found.annotations == VQAAnnotations(
        ["how many", "what is"], ["number", "other"], ["2", "dog"], [("2", "two", "3"), ("The dog", "cat")]
    )


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda v: v["annotations"][1].pop("question_type"), r"annotation number 1 \(question 7001\) has no"),
        (lambda v: v["annotations"][1].pop("answers"), "has no 'answers'"),
        (lambda v: v["annotations"][0]["answers"][2].pop("answer"), r"annotation number 0 \(question 42000\) has ans"),
        (lambda v: v["annotations"][0]["answers"][2].update(answer=2), "lack a whole text 'answer'"),
        (
            lambda v: v["annotations"][0]["answers"][2].update(answer="\udc00"),
            r"number 0 .* lack a whole text 'answer'",
        ),
        (lambda v: v["annotations"][0].update(answers=["2"] * 10), "lack a whole text 'answer'"),
        (lambda v: v["annotations"][0].update(answers=[]), "has answers that are empty"),
        (lambda v: v["annotations"].append(v["annotations"][1]), r"more than once \(7001\)"),
        (lambda v: v["annotations"][1].update(multiple_choice_answer="\ud800"), "which has half of a character"),
        (lambda v: v["annotations"][0]["answers"][0].update(answer_id=float("nan")), "has the value NaN, which is no"),
        (lambda v: v.update(images=[]), "holds captions, expected VQA annotations"),
    ],
)
def test_bad_annotations_are_named(tmp_path: Path, spoil: Spoil, sentence: str) -> None:
    with pytest.raises(DataError, match=sentence):
        read_annotations(write(tmp_path / "a.json", spoilt(spoil)))


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (
            lambda v: v["annotations"][0].update(answer_type="many"),
            "a.json has answer types other than yes/no, number, other (many): each has an accuracy of its own.",
        ),
        (
            lambda v: v["annotations"][1].update(multiple_choice_answer="horse"),
            "a.json: the multiple_choice_answer of 1 questions is none of their answers (7001).",
        ),
        (
            lambda v: v["annotations"][0]["answers"][1].update(answer_confidence="perhaps"),
            "a.json: 1 answers have an answer_confidence other than yes, maybe, no; nothing here depends on it.",
        ),
        (
            lambda v: [one.pop("answer_confidence") for one in v["annotations"][0]["answers"]],
            "a.json: 3 answers have an answer_confidence other than",
        ),
        (
            lambda v: v["annotations"][0]["answers"][1].update(answer_confidence={"yes": []}),
            "a.json: 1 answers have an answer_confidence other than",
        ),
        (
            lambda v: v["annotations"][0]["answers"][1].update(answer_id=1),
            "a.json: answers of 1 questions have no answer_id of their own, a whole number; each counts",
        ),
        (
            lambda v: [v["annotations"][row]["answers"][1].update(answer_id=1.5) for row in (0, 1)],
            "a.json: answers of 2 questions have no answer_id",
        ),
        (
            lambda v: v["annotations"][1]["answers"][1].pop("answer_id"),
            "a.json: answers of 1 questions have no answer_id",
        ),
    ],
)
def test_what_changes_no_number_is_counted_and_told(tmp_path: Path, spoil: Spoil, sentence: str) -> None:
    (told,) = read_annotations(write(tmp_path / "a.json", spoilt(spoil))).remarks
    assert told.startswith(sentence)


@pytest.mark.parametrize("subtype", [None, 2014])
def test_annotations_need_not_say_of_which_split_they_are(tmp_path: Path, subtype: int | None) -> None:
    found = read_annotations(write(tmp_path / "a.json", spoilt(lambda v: v.update(data_subtype=subtype))))
    assert (found.subtype, found.remarks, len(found.question_ids)) == (None, (), 2)


ANSWERS = st.sampled_from(["2", "two", "Two.", "a dog", "dog", "dogs", "", "the"])


@given(st.lists(st.tuples(ANSWERS, st.lists(ANSWERS, min_size=1, max_size=4)), max_size=7))
def test_answers_that_nobody_gave_are_found_as_by_a_loop(rows: list[tuple[str, list[str]]]) -> None:
    modal, answers = [one for one, _ in rows], [some for _, some in rows]
    found = ungiven(VQAAnnotations(["t"] * len(rows), ["other"] * len(rows), modal, CodedLists.of(answers)))
    assert found.tolist() == [
        row for row, (one, some) in enumerate(rows) if normalise(one) not in [normalise(text) for text in some]
    ]


def test_files_of_any_length_are_counted_in_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scanpath.data.json_lists._ENTRIES", 3)
    value = json.loads(ANNOTATIONS)
    value["annotations"] = [
        copy.deepcopy(value["annotations"][1]) | {"question_id": number, "multiple_choice_answer": "horse"}
        for number in range(11)
    ]
    found = read_annotations(write(tmp_path / "a.json", value))
    assert found.remarks == (
        "a.json: the multiple_choice_answer of 11 questions is none of their answers (0, 1, 2, ...).",
    )

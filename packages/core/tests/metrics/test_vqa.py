"""The VQA accuracy: golden scores of the official script, and a literal oracle written apart from the module."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given, strategies as st

from scanpath.errors import DataError, UnknownNameError
from scanpath.metrics.answers import normalise, without_punctuation
from scanpath.metrics.vqa import VERSIONS, VQAScorer, score_vqa


def annotation(answers: list[str], key: int = 7, kind: str = "other", question: str = "what is") -> dict[str, Any]:
    records = [{"answer": answer, "answer_confidence": "yes", "answer_id": n} for n, answer in enumerate(answers, 1)]
    return {"question_id": key, "question_type": question, "answer_type": kind, "answers": records}


def overall(answers: list[str], prediction: str, version: str = "official") -> float:
    return score_vqa([annotation(answers)], {7: prediction}, version).overall


@pytest.mark.parametrize(
    ("answers", "prediction", "expected"),
    [
        (["yes"] * 10, "Yes", 0.0),  # all alike: nothing is normalised, not even the case
        (["yes"] * 9 + ["no"], "Yes", 100.0),
        (["red-ish"] * 10, "red-ish", 100.0),
        (["the"] * 5 + ["a"] * 5, "the", 100.0),  # all become the empty string
        (["the cat"] * 9 + ["cat"], "the cat", 100.0),
        (["yes\n"] * 10, " yes\t", 100.0),
        (["yes", "yes\n"] * 5, "Yes", 0.0),  # alike once stripped
    ],
)
def test_official_scores(answers: list[str], prediction: str, expected: float) -> None:
    assert overall(answers, prediction) == expected


@pytest.mark.parametrize(
    ("answers", "prediction", "expected"),
    [
        (["yes"] * 10, "Yes", 100.0),  # the prediction is always normalised
        (["red-ish"] * 10, "red-ish", 0.0),  # the ground truth, all alike, is not
        (["the cat"] * 9 + ["cat"], "the cat", 30.0),  # it keeps its articles: only "cat" matches
        (["red-ish"] * 9 + ["red"], "red-ish", 100.0),  # it loses its punctuation where answers differ
        (["two"] * 9 + ["2"], "2", 30.0),
    ],
)
def test_scores_before_2021(answers: list[str], prediction: str, expected: float) -> None:
    assert overall(answers, prediction, "official-2017") == expected


@pytest.mark.parametrize(
    ("matches", "official", "simple"),
    [(0, 0, 0), (1, 30, 33.33), (2, 60, 66.67), (3, 90, 100), (4, 100, 100), (7, 100, 100), (10, 100, 100)],
)
def test_score_by_matches(matches: int, official: float, simple: float) -> None:
    answers = ["left"] * matches + [f"other {n}" for n in range(10 - matches)]
    assert overall(answers, "left", "official") == official
    assert overall(answers, "left", "official-2017") == official
    assert overall(answers, "left", "simple") == simple


def test_groups_are_means_of_unrounded_scores() -> None:
    third = ["left"] + [f"other {n}" for n in range(9)]
    rows = [
        annotation(third, 2, "other", "what is"),
        annotation(third, 3, "other", "where is"),
        annotation(["4"] * 10, 5, "number", "how many"),
    ]
    scores = score_vqa(rows, {5: "4", 2: "left", 3: "none"}, "simple")
    assert scores.overall == 44.44
    assert scores.per_answer_type == {"number": 100.0, "other": 16.67}
    assert scores.per_question_type == {"how many": 100.0, "what is": 33.33, "where is": 0.0}
    assert scores.per_question == {2: 33.33, 3: 0.0, 5: 100.0}
    assert scores.to_json()["per_question"] == {"2": 33.33, "3": 0.0, "5": 100.0}
    assert scores.version == "simple"


def test_equal_records_without_ids_drop_out_together() -> None:
    row = annotation(["yes"] * 10)
    for record in row["answers"]:
        del record["answer_id"]
    assert score_vqa([row], {7: "yes"}).overall == 0.0
    row["answers"][0]["answer_confidence"] = "no"  # now one record differs from the nine others
    assert score_vqa([row], {7: "yes"}).overall == pytest.approx(100 * (1 + 9 * (1 / 3)) / 10)


def test_fewer_than_ten_answers() -> None:
    assert overall(["a b", "a b", "c"], "a b") == pytest.approx(100 * (2 * (1 / 3) + 2 / 3) / 3, abs=0.005)


def _loop(records: list[dict[str, Any]], prediction: str) -> float:
    accuracies = []
    for left_out in records:
        matching = 0
        for record in records:
            if record != left_out and record["answer"] == prediction:
                matching += 1
        accuracies.append(min(1, matching / 3))
    return sum(accuracies) / len(accuracies)


def _oracle(row: dict[str, Any], prediction: str, version: str) -> float:
    """The official loop, literally: for each record, how many of the records unlike it match."""
    row = copy.deepcopy(row)
    given_answers = row["answers"]
    prediction = prediction.replace("\n", " ").replace("\t", " ").strip()
    if version == "official-2017":
        prediction = normalise(prediction)
        if len({record["answer"] for record in given_answers}) > 1:
            for record in given_answers:
                record["answer"] = without_punctuation(record["answer"])
    else:
        for record in given_answers:
            record["answer"] = record["answer"].replace("\n", " ").replace("\t", " ").strip()
        if len({record["answer"] for record in given_answers}) > 1:
            prediction = normalise(prediction)
            for record in given_answers:
                record["answer"] = normalise(record["answer"])
    if version == "simple":
        return min(len([record for record in given_answers if record["answer"] == prediction]) / 3, 1)
    return _loop(given_answers, prediction)


ANSWERS = st.sampled_from(
    ["yes", "Yes", "the yes", "yes.", "yes\n", "no", "two", "2", "dont", "don't", "t-shirt", "t shirt"]
)
RECORDS = st.fixed_dictionaries(
    {"answer": ANSWERS, "answer_confidence": st.sampled_from(["yes", "no"])},
    optional={"answer_id": st.integers(1, 11)},
)


@pytest.mark.parametrize("version", VERSIONS)
@given(
    lists=st.lists(
        st.one_of(st.lists(ANSWERS, min_size=10, max_size=10), st.lists(RECORDS, min_size=1, max_size=11)),
        min_size=1,
        max_size=5,
    ),
    predictions=st.lists(ANSWERS, min_size=5, max_size=5),
)
def test_equals_the_literal_loop(version: str, lists: list[list[Any]], predictions: list[str]) -> None:
    rows = []
    for key, answers in enumerate(lists):
        row = annotation([], key)
        row["answers"] = annotation(answers)["answers"] if isinstance(answers[0], str) else answers
        rows.append(row)
    given_answers = dict(enumerate(predictions[: len(rows)]))
    before = copy.deepcopy((rows, given_answers))
    scorer = VQAScorer(rows, version)
    expected = [_oracle(row, given_answers[row["question_id"]], version) for row in rows]
    got = [scorer.accuracy(key, answer) for key, answer in given_answers.items()]
    assert got == pytest.approx(expected, abs=1e-12)
    scores = scorer.score(given_answers)
    assert scores.overall == pytest.approx(100 * sum(expected) / len(expected), abs=0.0051)
    assert scorer.score(given_answers) == scores == score_vqa(rows, given_answers, version)
    assert (rows, given_answers) == before


def test_columns_equal_records() -> None:
    answers = [["two"] * 7 + ["3"] * 3, ["left"] * 10]
    rows = [annotation(answers[0], 11, "number", "how many"), annotation(answers[1], 13, "other", "where")]
    columns = VQAScorer.from_columns([11, 13], answers, ["how many", "where"], ["number", "other"])
    assert columns.score({11: "2", 13: "right"}) == score_vqa(rows, {11: "2", 13: "right"})
    assert list(columns.question_ids) == [11, 13]
    assert len(columns) == 2


def test_errors_name_the_first_ids_and_the_count() -> None:
    scorer = VQAScorer([annotation(["yes"] * 10, key) for key in range(100, 107)])
    with pytest.raises(DataError, match=r"lack 6 question ids \(101, 102, 103, 104, 105, \.\.\.\) of 7"):
        scorer.score({100: "yes"})
    with pytest.raises(DataError, match=r"1 question id \(5\) that are not annotated"):
        scorer.score({5: "yes", **dict.fromkeys(range(100, 107), "yes")})
    with pytest.raises(DataError, match=r"int as the answer of 1 question id \(103\)"):
        scorer.score({**dict.fromkeys(range(100, 107), "yes"), 103: 2})  # type: ignore[dict-item]
    with pytest.raises(DataError, match=r"repeat 1 question id \(7\)"):
        VQAScorer([annotation(["yes"] * 10), annotation(["no"] * 10)])
    with pytest.raises(DataError, match="empty"):
        VQAScorer([])
    with pytest.raises(UnknownNameError, match="did you mean 'official'"):
        VQAScorer([annotation(["yes"] * 10)], "offical")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"answers": []}, "question 7 lacks 'answers'"),
        ({"answers": [{"answer_id": 1}]}, "question 7 lacks 'answer'"),
        ({"answers": [{"answer": 2, "answer_id": 1}]}, "question 7 is not of the official form"),
        ({"answers": "yes"}, "question 7 is not of the official form"),
    ],
)
def test_broken_annotations(change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(DataError, match=sentence):
        VQAScorer([{**annotation(["yes"] * 10), **change}])
    with pytest.raises(DataError, match="without question_id"):
        VQAScorer([{"answers": []}])

"""Records by hand, and against a full sort."""

from __future__ import annotations

import json

import pytest
import torch

from scanpath.data.answers import AnswerVocabulary
from scanpath.tasks.vqa.records import favourites, make_records, official_results, predictions

WORDS = AnswerVocabulary(("a1", "b2", "c3", "d4", "e5", "f6", "g7"))


SHARES = torch.tensor([[0.5, 0.25, 0.125, 0.0625, 0.03125, 0.03125, 0.0]])


def test_a_record_by_hand() -> None:
    (record,) = make_records(torch.tensor([42]), SHARES.log(), WORDS, torch.tensor([0.25])).values()
    assert record == {"answer": "a1", "probability": 0.5, "kept": 0.25}
    json.dumps(record)


def test_favourites_by_hand() -> None:
    (found,) = favourites(SHARES.log(), WORDS)
    assert found == [("a1", 0.5), ("b2", 0.25), ("c3", 0.125), ("d4", 0.0625), ("e5", 0.03125)]


def test_equals_rank_by_number() -> None:
    assert [answer for answer, _ in favourites(torch.zeros(2, 7), WORDS)[1]] == ["a1", "b2", "c3", "d4", "e5"]
    records = make_records(torch.tensor([7, 8]), torch.zeros(2, 7), WORDS)
    assert [record["answer"] for record in records.values()] == ["a1", "a1"]


@pytest.mark.parametrize("count", [1, 3, 5])
def test_they_are_the_first_of_a_sort(count: int) -> None:
    torch.manual_seed(0)
    logits = 3 * torch.randn(131, 7)  # more than are sorted at once
    found = favourites(logits, WORDS, count)
    for said, row in zip(found, logits.softmax(1).tolist(), strict=True):
        order = sorted(range(7), key=lambda number: -row[number])[:count]
        assert [answer for answer, _ in said] == [WORDS.answers[number] for number in order]
        assert [p for _, p in said] == pytest.approx([row[number] for number in order], abs=1e-6)


def test_fewer_than_five_answers() -> None:
    found = favourites(torch.tensor([[0.0, 2.0]]), AnswerVocabulary(("no", "yes")))
    assert [answer for answer, _ in found[0]] == ["yes", "no"]


def test_official_results_are_sorted_by_id() -> None:
    records = {"10": {"answer": "x"}, "9": {"answer": "y"}}
    assert official_results(records) == [{"question_id": 9, "answer": "y"}, {"question_id": 10, "answer": "x"}]
    assert predictions(records) == {10: "x", 9: "y"}

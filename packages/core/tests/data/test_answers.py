from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, strategies as st

from scanpath.data.answer_choice import AnswerChoice
from scanpath.data.answers import AnswerVocabulary
from scanpath.data.split import VQAAnnotations
from scanpath.errors import ConfigError, DataError
from scanpath.metrics.answers import normalise


def given_answers(modal: list[str], answers: list[tuple[str, ...]] | None = None) -> VQAAnnotations:
    count = len(modal)
    return VQAAnnotations(["t"] * count, ["other"] * count, modal, answers or [(text,) * 10 for text in modal])


def test_the_frequent_come_first_and_ties_follow_the_alphabet() -> None:
    vocabulary = AnswerVocabulary.build(given_answers(["b", "c", "d", "c", "b"]), 2)
    assert vocabulary.answers == ("b", "c")
    assert AnswerVocabulary.build(given_answers(["b", "c", "d", "c", "b"])).answers == ("b", "c", "d")


def test_answers_that_normalise_alike_are_one() -> None:
    vocabulary = AnswerVocabulary.build(given_answers(["2", "two", "the dog", "2", "dog", "dog"]), 2)
    assert vocabulary.answers == ("2", "dog")
    assert vocabulary.index("Two.") == 0
    assert vocabulary.index("a DOG") == 1
    assert vocabulary.index("cat") is None


def test_counts_leave_out_what_the_vocabulary_lacks() -> None:
    vocabulary = AnswerVocabulary(("yes", "no", "2"))
    counts = vocabulary.counts(
        given_answers(["yes", "cat", "2"], [("yes", "Yes", "no", "maybe"), ("cat",) * 3, ("two", "2", "no", "no")])
    )
    assert (counts.shape, len(counts)) == ((3, 3), 3)
    assert counts.dense().tolist() == [[2, 1, 0], [0, 0, 0], [0, 2, 2]]
    assert counts.dense([2, 0, 2]).tolist() == [[0, 2, 2], [2, 1, 0], [0, 2, 2]]
    assert counts.dense([]).shape == (0, 3)


WORDS = st.sampled_from(["yes", "Yes", "no", "a dog", "dog", "2", "two", "", "t-shirt"])


@given(rows=st.lists(st.lists(WORDS, min_size=1, max_size=10), min_size=1, max_size=13), size=st.integers(1, 5))
def test_counts_equal_a_plain_loop(rows: list[list[str]], size: int) -> None:
    annotations = given_answers([row[0] for row in rows], [tuple(row) for row in rows])
    vocabulary = AnswerVocabulary.build(annotations, size)
    slow = [
        [sum(normalise(text) == normalise(answer) for text in row) for answer in vocabulary.answers] for row in rows
    ]
    np.testing.assert_array_equal(vocabulary.counts(annotations).dense(), slow)
    assert AnswerVocabulary.from_json(json.loads(json.dumps(vocabulary.to_json()))) == vocabulary


def test_spellings_are_matched_as_they_stand() -> None:
    asked = given_answers(["two", "2", "2"], [("two", "two", "2"), ("2", "2", "Two"), ("2", "2", "2")])
    written = AnswerVocabulary.build(asked, AnswerChoice(form="written"))
    assert (written.index("2"), written.index("two"), written.index("Two")) == (0, 1, None)
    assert written.counts(asked).dense([0, 1]).tolist() == [[1, 2], [2, 0]]
    assert AnswerVocabulary.build(asked).counts(asked).dense([0, 1]).tolist() == [[3], [3]]


def test_bad_sizes_and_json_are_refused() -> None:
    with pytest.raises(ConfigError, match="a vocabulary of 0 answers"):
        AnswerVocabulary.build(given_answers(["yes"]), 0)
    with pytest.raises(ConfigError, match="no answer was given 2 times: lower the minimum"):
        AnswerVocabulary.build(given_answers(["yes"]), AnswerChoice(minimum=2))
    with pytest.raises(DataError, match="needs a list 'answers' of unique texts"):
        AnswerVocabulary.from_json({"answers": [1]})

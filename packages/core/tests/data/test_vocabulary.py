from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, strategies as st

from scanpath.data.vocabulary import PADDING, UNKNOWN, Vocabulary, tokenize
from scanpath.errors import ConfigError, DataError


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("What is this?", ["what", "is", "this"]),
        ("Is it the man's T-shirt, or 2 dogs'?", ["is", "it", "the", "man's", "t", "shirt", "or", "2", "dogs"]),
        ("Don\N{RIGHT SINGLE QUOTATION MARK}t you?", ["don't", "you"]),
        ("un caf\u00e9 / a_b", ["un", "caf\u00e9", "a", "b"]),
        (" ?! ", []),
    ],
)
def test_words(question: str, words: list[str]) -> None:
    assert tokenize(question) == words


def test_the_frequent_come_first_and_ties_follow_the_alphabet() -> None:
    vocabulary = Vocabulary.build(["b a c", "c d", "c a B"], minimum=2)
    assert vocabulary.words == ("c", "a", "b")
    assert len(vocabulary) == 5


def test_questions_are_cut_padded_and_unknown_words_marked() -> None:
    vocabulary = Vocabulary(("red", "is"))
    encoded = vocabulary.encode(["Is it red?", "red", "", "red is red is red"], 3)
    assert encoded.dtype == np.int64
    assert encoded.tolist() == [[3, UNKNOWN, 2], [2, PADDING, PADDING], [UNKNOWN, PADDING, PADDING], [2, 3, 2]]
    with pytest.raises(ConfigError, match="questions of 0 words"):
        vocabulary.encode(["red"], 0)


@given(questions=st.lists(st.text(max_size=13), max_size=5), length=st.integers(1, 7))
def test_json_gives_the_same_numbers(questions: list[str], length: int) -> None:
    vocabulary = Vocabulary.build(questions)
    again = Vocabulary.from_json(json.loads(json.dumps(vocabulary.to_json())))
    encoded = vocabulary.encode(questions, length)
    np.testing.assert_array_equal(again.encode(questions, length), encoded)
    assert encoded.shape == (len(questions), length)
    assert (encoded < len(vocabulary)).all()
    lengths = (encoded != PADDING).sum(axis=1)
    assert lengths.tolist() == [min(length, max(1, len(tokenize(question)))) for question in questions]


@pytest.mark.parametrize("value", [None, {}, {"words": [3]}, {"words": ["a", "a"]}, {"words": "ab"}])
def test_other_json_is_refused(value: object) -> None:
    with pytest.raises(DataError, match="needs a list 'words' of unique texts"):
        Vocabulary.from_json(value)

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, strategies as st

from scanpath.data.tokenisers import Reading, tokenize
from scanpath.data.vocabulary import PADDING, UNKNOWN, Vocabulary
from scanpath.errors import ConfigError, DataError


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


def test_the_last_words_are_kept_and_padding_stands_on_the_left_where_asked_for() -> None:
    vocabulary = Vocabulary.build(["what's it", "it"], reading=Reading(tokeniser="mcb"))
    assert vocabulary.words == ("it", "whats")
    reading = Reading(tokeniser="mcb", keep="last", padding="left")
    texts = ["What's it?", "it's it what's", "", "it"]
    assert vocabulary.encode(texts, 2, reading).tolist() == [[3, 2], [2, 3], [PADDING, UNKNOWN], [PADDING, 2]]
    assert vocabulary.encode(texts, 2, Reading(keep="first", tokeniser="mcb")).tolist() == [
        [3, 2], [UNKNOWN, 2], [UNKNOWN, PADDING], [2, PADDING],
    ]  # fmt: skip


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

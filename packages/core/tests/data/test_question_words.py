"""Words as arrays against the plain encoding, text by text."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
from hypothesis import given, strategies as st

from scanpath.data.question_words import QuestionWords
from scanpath.data.split import VQASplit
from scanpath.data.tables import read_table, write_table
from scanpath.data.tokenisers import Reading
from scanpath.data.vocabulary import Vocabulary

WORDS = st.sampled_from(["is", "it", "a", "T-shirt", "what's", "?", "", "red"])
QUESTIONS = st.lists(st.lists(WORDS, max_size=6).map(" ".join), max_size=9)
READINGS = st.builds(
    Reading,
    tokeniser=st.sampled_from(["simple", "mcb"]),
    keep=st.sampled_from(["first", "last"]),
    padding=st.sampled_from(["right", "left"]),
)


def split_of(questions: list[str]) -> VQASplit:
    count = len(questions)
    return VQASplit("made", np.arange(count), np.zeros(count, np.int64), questions, {0: "a"})


@given(questions=QUESTIONS, reading=READINGS, length=st.integers(1, 7), minimum=st.integers(1, 3), data=st.data())
def test_numbers_are_those_of_the_plain_encoding(
    questions: list[str], reading: Reading, length: int, minimum: int, data: st.DataObject
) -> None:
    rows = data.draw(st.lists(st.integers(0, len(questions) - 1), max_size=5)) if questions else []
    for split in (split_of(questions), split_of(questions).take(rows)):
        words = QuestionWords.of(split, reading)
        texts = list(split.questions)
        assert words.counts() == Counter(word for text in texts for word in reading.split(text))
        assert words.longest() == max([0, *(len(reading.split(text)) for text in texts)])
        vocabulary = Vocabulary.counted(words.counts(), minimum)
        assert vocabulary == Vocabulary.build(texts, minimum, reading)
        np.testing.assert_array_equal(words.encode(vocabulary, length), vocabulary.encode(texts, length, reading))


def test_words_that_a_table_keeps_are_not_split_again(tmp_path: Path) -> None:
    split = split_of(["Is it red?", "Is it?", "Is it red?"])
    write_table(tmp_path / "t", replace(split, image_ids=np.zeros(3, np.int64)), "key")
    found = read_table(tmp_path / "t", "key").take([2, 1])
    words = QuestionWords.of(found, Reading(tokeniser="mcb"))
    assert words.words is found.tokens["mcb"]
    assert words.encode(Vocabulary(("red", "is")), 3).tolist() == [[3, 1, 2], [3, 1, 0]]

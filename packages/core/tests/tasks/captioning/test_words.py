from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, strategies as st

from scanpath.data.captions import CaptionSplit, CaptionVocabulary
from scanpath.errors import ConfigError, DataError
from scanpath.tasks.captioning.words import Words


def built(train: CaptionSplit, **options: object) -> Words:
    return Words.build(train, **{"of": "letters", "minimum": 2, "length": 30, **options})  # type: ignore[arg-type]


def test_the_words_of_training_are_counted(train: CaptionSplit) -> None:
    words = built(train)
    assert words.vocabulary.words == ("red", "a", "ball")
    assert built(train, minimum=1).vocabulary.words == ("red", "a", "ball", "dog", "dogs", "the", "zebra")
    assert built(train, of="file").vocabulary.words == ("red", "a", "ball", "dog")


def test_captions_are_numbers_behind_each_other(train: CaptionSplit) -> None:
    sentences = built(train).sentences(train)
    assert sentences.numbers.dtype == np.uint16
    assert sentences.lengths.tolist() == [3, 4, 0, 3, 1]
    assert sentences.known().tolist() == [2, 2, 0, 3, 0]
    assert sentences.table(np.array([1, 2, 0])).tolist() == [[2, 1, 1, 4, 6, 3], [2, 3, 0, 0, 0, 0], [2, 5, 4, 1, 3, 0]]
    assert built(train, length=2).sentences(train).lengths.tolist() == [2, 2, 0, 2, 1]
    assert sentences.table(np.array([], int)).shape == (0, 2)


@given(st.lists(st.lists(st.sampled_from("abcde"), max_size=7), min_size=1), st.integers(1, 8))
def test_they_are_looked_up_one_by_one(captions: list[list[str]], length: int) -> None:
    images = np.zeros(len(captions), np.int64)
    split = CaptionSplit(
        "s", images[:1], {0: "0"}, np.arange(len(captions)), images, [" ".join(some) for some in captions], captions
    )  # type: ignore[arg-type]
    words = Words(CaptionVocabulary(("c", "a", "b")), length, "letters")
    table = words.sentences(split).table(np.arange(len(captions)))
    numbers = {"c": 4, "a": 5, "b": 6}
    for row, caption in zip(table.tolist(), captions, strict=True):
        known = [2, *(numbers.get(word, 1) for word in caption[:length]), 3]
        assert row == known + [0] * (table.shape[1] - len(known))
        whole = [word for word in caption[:length] if word in numbers]
        assert words.vocabulary.decode(row) == " ".join(whole)


def test_impossible_words_are_refused(train: CaptionSplit) -> None:
    with pytest.raises(ConfigError, match=r"no word of coco/train is seen word_minimum = 9 times: lower word_minimum"):
        built(train, minimum=9)
    with pytest.raises(DataError, match=r"coco/train has no captions: a model cannot be trained on it"):
        built(train.take([]))


def test_a_run_keeps_its_words(train: CaptionSplit, tmp_path: Path) -> None:
    words = built(train, length=7)
    words.save(tmp_path)
    assert Words.load(tmp_path) == words
    path = tmp_path / "vocabulary.json"
    for change in ({"length": 0}, {"of": "letter"}, {"words": []}):
        path.write_text(json.dumps({**words.vocabulary.to_json(), "length": 7, "of": "letters", **change}))
        with pytest.raises(DataError, match=r"vocabulary.json has no words, no positive 'length' or no known 'of'"):
            Words.load(tmp_path)

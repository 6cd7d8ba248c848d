"""Vocabularies survive the disk, and a broken file is named."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from scanpath.data.split import VQASplit
from scanpath.errors import ConfigError, DataError
from scanpath.tasks.vqa.settings import VQASettings
from scanpath.tasks.vqa.vocabularies import Vocabularies


def test_saved_and_loaded_they_are_equal(golden: VQASplit, tmp_path: Path) -> None:
    built = Vocabularies.build(golden, VQASettings.parse({"answers": 3, "word_minimum": 2}))
    built.save(tmp_path)
    assert Vocabularies.load(tmp_path) == built
    assert built.words.words == ("dog", "is", "the", "what")
    assert built.answers.answers == ("2", "bush", "red")
    assert built.length == 5


def test_questions_are_encoded_row_by_row(golden: VQASplit) -> None:
    built = Vocabularies.build(golden, VQASettings.parse({"question_length": 3}))
    texts = [golden.questions[row] for row in (2, 0, 2, 1)]
    assert built.encode(texts).tolist() == [built.words.encode([text], 3)[0].tolist() for text in texts]
    assert built.encode([]).shape == (0, 3)


def test_words_rarer_than_asked_for_are_an_error(golden: VQASplit) -> None:
    with pytest.raises(ConfigError, match=r"no word of golden/val occurs word_minimum = 19 times: lower word_minimum"):
        Vocabularies.build(golden, VQASettings.parse({"word_minimum": 19}))


def test_an_empty_split_is_an_error(golden: VQASplit) -> None:
    with pytest.raises(DataError, match="has no annotated questions"):
        Vocabularies.build(golden.take([]), VQASettings())
    with pytest.raises(DataError, match="has no annotated questions"):
        Vocabularies.build(dataclasses.replace(golden, annotations=None), VQASettings())


@pytest.mark.parametrize(
    ("file", "content", "expected"),
    [
        ("vocabulary.json", {"words": ["a"]}, r"vocabulary.json has no positive 'length'"),
        ("vocabulary.json", ["a"], r"vocabulary.json has no positive 'length'"),
        ("answers.json", {"answers": []}, r"answers.json names no answer"),
        ("answers.json", {"answers": "yes"}, r"needs a list 'answers'"),
    ],
)
def test_a_changed_file_is_named(golden: VQASplit, tmp_path: Path, file: str, content: object, expected: str) -> None:
    Vocabularies.build(golden, VQASettings()).save(tmp_path)
    (tmp_path / file).write_text(json.dumps(content))
    with pytest.raises(DataError, match=expected):
        Vocabularies.load(tmp_path)


def test_an_absent_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"vocabulary.json does not exist"):
        Vocabularies.load(tmp_path)

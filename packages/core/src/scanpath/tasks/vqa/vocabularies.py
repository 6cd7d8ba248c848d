"""The words and answers that a model knows; they lie in the run folder, so a run is loaded without its data."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, Self

import numpy as np
import numpy.typing as npt

from scanpath.data.answers import AnswerVocabulary
from scanpath.data.question_words import QuestionWords
from scanpath.data.split import VQASplit
from scanpath.data.tokenisers import SIMPLE, Reading
from scanpath.data.vocabulary import Vocabulary
from scanpath.errors import ConfigError, DataError
from scanpath.files import read_json, write_json
from scanpath.tasks.vqa.settings import VQASettings

WORDS, ANSWERS = "vocabulary.json", "answers.json"


class Vocabularies(NamedTuple):
    """What numbers mean, to a model and to its batches."""

    words: Vocabulary
    answers: AnswerVocabulary
    length: int
    """T, words of a question."""
    reading: Reading = SIMPLE
    """What a word is, and which words of a long question are read."""

    @classmethod
    def build(cls, train: VQASplit, settings: VQASettings) -> Self:
        """Build both from the training split: words from all of its questions, answers from those that are its own.

        Raises:
            DataError: no answers are known, so there is nothing to learn.
            ConfigError: every word is rarer than asked for.
        """
        if train.annotations is None or not len(train):
            raise DataError(f"{train.name} has no annotated questions: a model cannot be trained on it.")
        reading = settings.question or SIMPLE
        asked = QuestionWords.of(train, reading)
        words = Vocabulary.counted(asked.counts(), settings.word_minimum)
        if not words.words:
            raise ConfigError(
                f"no word of {train.name} occurs word_minimum = {settings.word_minimum} times: lower word_minimum."
            )
        own = train.annotations if train.extra is None else train.annotations.take(np.flatnonzero(~train.extra))
        answers = AnswerVocabulary.build(own, settings.answers)
        return cls(words, answers, settings.question_length or max(1, asked.longest()), reading)

    def save(self, folder: Path) -> None:
        """Write both files."""
        read = {"length": self.length, "reading": self.reading.plain()}
        write_json(folder / WORDS, {**self.words.to_json(), **read}, indent=1)
        write_json(folder / ANSWERS, self.answers.to_json(), indent=1)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read both files.

        Raises:
            DataError: one is missing, broken or empty.
        """
        words, answers = read_json(folder / WORDS), read_json(folder / ANSWERS)
        length = words.get("length") if isinstance(words, dict) else None
        if not isinstance(length, int) or length < 1:
            raise DataError(f"{folder / WORDS} has no positive 'length' of questions: the file was changed.")
        reading = Reading.parse(words.get("reading", {}), source=str(folder / WORDS))
        found = cls(Vocabulary.from_json(words), AnswerVocabulary.from_json(answers), length, reading)
        if not found.answers.answers:
            raise DataError(f"{folder / ANSWERS} names no answer: the file was changed.")
        return found

    def encode(self, questions: Sequence[str]) -> npt.NDArray[np.int64]:
        """Write questions as numbers, (N, T)."""
        return self.words.encode(questions, self.length, self.reading)

    def encode_split(self, split: VQASplit) -> npt.NDArray[np.int32]:
        """Write a split's questions as numbers, (N, T): half the memory of what an embedding takes."""
        return QuestionWords.of(split, self.reading).encode(self.words, self.length)

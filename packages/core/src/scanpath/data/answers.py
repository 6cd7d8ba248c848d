"""The answers a model chooses from, and how often people gave each of them.

The vocabulary holds the most frequent modal answers of the training split as they stand in the files; what people
wrote is matched to it after the normalisation of the VQA metric, so "Two" counts for "2" and "a dog" for "dog".
"""

from __future__ import annotations

import collections
import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from scanpath.data.split import VQAAnnotations
from scanpath.data.vocabulary import words_of
from scanpath.errors import ConfigError
from scanpath.metrics.answers import normalise

Rows = Sequence[int] | npt.NDArray[np.int64]


@dataclass(frozen=True)
class AnswerCounts:
    """For N questions, how many people gave each answer of a vocabulary of A; sparse, since most gave none."""

    starts: npt.NDArray[np.int64]
    """(N + 1,), where each question's entries begin."""
    answers: npt.NDArray[np.int32]
    """The answers' numbers, question by question."""
    counts: npt.NDArray[np.uint8]
    """How often each was given."""
    size: int
    """A."""

    def __len__(self) -> int:
        """Count the questions."""
        return len(self.starts) - 1

    @property
    def shape(self) -> tuple[int, int]:
        """(N, A)."""
        return len(self), self.size

    def dense(self, rows: Rows | None = None) -> npt.NDArray[np.uint8]:
        """Return the counts of ``rows`` (all by default) as a table, (n, A)."""
        chosen = np.arange(len(self)) if rows is None else np.asarray(rows, dtype=np.int64)
        table = np.zeros((len(chosen), self.size), dtype=np.uint8)
        lengths = self.starts[chosen + 1] - self.starts[chosen]
        places = np.repeat(self.starts[chosen] - np.cumsum(lengths) + lengths, lengths) + np.arange(lengths.sum())
        table[np.repeat(np.arange(len(chosen)), lengths), self.answers[places]] = self.counts[places]
        return table


@dataclass(frozen=True)
class AnswerVocabulary:
    """Answers by number."""

    answers: tuple[str, ...]

    @classmethod
    def build(cls, annotations: VQAAnnotations, size: int | None = None) -> AnswerVocabulary:
        """Take the ``size`` most frequent modal answers (all by default), ties by the alphabet.

        Of answers that the metric's normalisation makes equal, only the most frequent one is taken.

        Raises:
            ConfigError: a size below 1.
        """
        if size is not None and size < 1:
            raise ConfigError(f"a vocabulary of {size} answers was asked for, expected at least 1.")
        counts = collections.Counter(annotations.modal)
        kept: dict[str, str] = {}
        for answer in sorted(counts, key=lambda answer: (-counts[answer], answer)):
            kept.setdefault(normalise(answer), answer)
        return cls(tuple(kept.values())[:size])

    def __len__(self) -> int:
        """Count the answers."""
        return len(self.answers)

    @functools.cached_property
    def _numbers(self) -> Mapping[str, int]:
        return {normalise(answer): number for number, answer in enumerate(self.answers)}

    def index(self, answer: str) -> int | None:
        """Return an answer's number, found by its normalised form, or None if the vocabulary lacks it."""
        return self._numbers.get(normalise(answer))

    def counts(self, annotations: VQAAnnotations) -> AnswerCounts:
        """Count for every question how many people gave each answer; what the vocabulary lacks is left out."""
        numbers: dict[str, int | None] = {}
        starts, answers, counts = [0], list[int](), list[int]()
        for texts in annotations.answers:
            given: dict[int, int] = {}
            for text in texts:
                if text not in numbers:
                    numbers[text] = self.index(text)
                number = numbers[text]
                if number is not None:
                    given[number] = given.get(number, 0) + 1
            answers.extend(given)
            counts.extend(given.values())
            starts.append(len(answers))
        return AnswerCounts(
            starts=np.asarray(starts, dtype=np.int64),
            answers=np.asarray(answers, dtype=np.int32),
            counts=np.asarray(counts, dtype=np.uint8),
            size=len(self),
        )

    def to_json(self) -> dict[str, Any]:
        """Return plain values for a JSON file."""
        return {"answers": list(self.answers)}

    @classmethod
    def from_json(cls, value: Any) -> AnswerVocabulary:
        """Rebuild what :meth:`to_json` gave.

        Raises:
            DataError: the value is something else.
        """
        return cls(words_of(value, "answers", "an answer vocabulary"))

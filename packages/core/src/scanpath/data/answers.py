"""The answers a model chooses from, and how often people gave each of them.

The vocabulary holds the most frequent modal answers of the training split as they stand in the files; what people
wrote is matched to it after the normalisation of the VQA metric, so "Two" counts for "2" and "a dog" for "dog".
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from scanpath.data.columns import Coded, CodedLists, ragged
from scanpath.data.split import VQAAnnotations
from scanpath.data.vocabulary import words_of
from scanpath.errors import ConfigError
from scanpath.metrics.answers import normalise

Rows = Sequence[int] | npt.NDArray[np.int64]

_NONE = -1
_BLOCK = 1 << 15  # questions counted at a time, to need little memory


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
        places, begins = ragged(self.starts, chosen)
        table[np.repeat(np.arange(len(chosen)), np.diff(begins)), self.answers[places]] = self.counts[places]
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
        modal = Coded.of(annotations.modal)
        counts = {text: count for text, count in zip(modal.texts, modal.counts().tolist(), strict=True) if count}
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
        """Count for every question how many people gave each answer; what the vocabulary lacks is left out.

        A question's answers stand in the order in which they were first given.
        """
        given = CodedLists.of(annotations.answers)
        known = np.asarray([_NONE if (found := self.index(text)) is None else found for text in given.items.texts])
        starts, answers, counts = [np.zeros(1, np.int64)], [np.empty(0, np.int32)], [np.empty(0, np.uint8)]
        for first in range(0, len(given), _BLOCK):
            cuts = given.starts[first : first + _BLOCK + 1]
            numbers = known[given.items.codes[cuts[0] : cuts[-1]]] if len(known) else np.empty(0, np.int64)
            questions = np.repeat(np.arange(len(cuts) - 1), np.diff(cuts))[numbers != _NONE]
            numbers = numbers[numbers != _NONE]
            keys, firsts, often = np.unique(questions * len(self) + numbers, return_index=True, return_counts=True)
            order = np.argsort(firsts)
            answers.append((keys[order] % len(self)).astype(np.int32))
            counts.append(often[order].astype(np.uint8))
            each = np.bincount(keys // len(self), minlength=len(cuts) - 1)
            starts.append(starts[-1][-1] + np.cumsum(each, dtype=np.int64))
        return AnswerCounts(
            starts=np.concatenate(starts),
            answers=np.concatenate(answers),
            counts=np.concatenate(counts),
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

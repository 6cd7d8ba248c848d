"""The answers a model chooses from, and how often people gave each of them.

The vocabulary holds the most frequent answers of the training split (:mod:`scanpath.data.answer_choice` says which);
unless it is of spellings, what people wrote is matched to it after the normalisation of the VQA metric, so that "Two"
counts for "2" and "a dog" for "dog".
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from scanpath.data.answer_choice import AnswerChoice
from scanpath.data.columns import Coded, CodedLists
from scanpath.data.ragged import ragged
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
    exact: bool = False
    """Whether what people wrote is matched as it stands, and not after the metric's normalisation."""

    @classmethod
    def build(cls, annotations: VQAAnnotations, choice: AnswerChoice | int | None = None) -> AnswerVocabulary:
        """Take the most frequent answers, ties by the alphabet.

        Args:
            annotations: of the training split.
            choice: which answers; a number takes so many modal ones, None all of them.

        Raises:
            ConfigError: a number below 1, or no answer was counted as often as asked for.
        """
        if isinstance(choice, int) and choice < 1:
            raise ConfigError(f"a vocabulary of {choice} answers was asked for, expected at least 1.")
        chosen = choice if isinstance(choice, AnswerChoice) else AnswerChoice(size=choice)
        counts = _counted(annotations, chosen)
        kept: dict[str, str] = {"": ""} if chosen.empty else {}
        for answer in sorted(counts, key=lambda answer: (-counts[answer], answer)):
            if counts[answer] >= chosen.minimum:
                kept.setdefault(normalise(answer) if chosen.form == "merged" else answer, answer)
        if counts and not kept:
            raise ConfigError(f"no answer was given {chosen.minimum} times: lower the minimum of the answers.")
        return cls(tuple(kept.values())[: chosen.size], exact=chosen.form == "written")

    def __len__(self) -> int:
        """Count the answers."""
        return len(self.answers)

    @functools.cached_property
    def _numbers(self) -> Mapping[str, int]:
        return {self._form(answer): number for number, answer in enumerate(self.answers)}

    def _form(self, answer: str) -> str:
        return answer if self.exact else normalise(answer)

    def index(self, answer: str) -> int | None:
        """Return an answer's number, or None if the vocabulary lacks it."""
        return self._numbers.get(self._form(answer))

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
        return {"answers": list(self.answers), **({"exact": True} if self.exact else {})}

    @classmethod
    def from_json(cls, value: Any) -> AnswerVocabulary:
        """Rebuild what :meth:`to_json` gave.

        Raises:
            DataError: the value is something else.
        """
        return cls(words_of(value, "answers", "an answer vocabulary"), exact=value.get("exact") is True)


def _counted(annotations: VQAAnnotations, choice: AnswerChoice) -> dict[str, int]:
    """Count the answers of a split, each in the form that it is counted in."""
    column = Coded.of(annotations.modal) if choice.counted == "modal" else CodedLists.of(annotations.answers).items
    found = {text: count for text, count in zip(column.texts, column.counts().tolist(), strict=True) if count}
    if choice.form != "normal":
        return found
    together: dict[str, int] = {}
    for text, count in found.items():
        together[normalise(text)] = together.get(normalise(text), 0) + count
    return together

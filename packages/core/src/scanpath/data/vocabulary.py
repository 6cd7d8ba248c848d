"""From a question's text to numbers: 0 pads, 1 stands for a word that the vocabulary lacks."""

from __future__ import annotations

import collections
import functools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from scanpath.data.tokenisers import SIMPLE, Reading
from scanpath.errors import ConfigError, DataError

PADDING, UNKNOWN = 0, 1


@dataclass(frozen=True)
class Vocabulary:
    """Words by number, after the numbers for padding and for unknown words."""

    words: tuple[str, ...]

    @classmethod
    def build(cls, questions: Iterable[str], minimum: int = 1, reading: Reading = SIMPLE) -> Vocabulary:
        """Take the words that occur at least ``minimum`` times, most frequent first, ties by the alphabet."""
        return cls.counted(collections.Counter(word for text in questions for word in reading.split(text)), minimum)

    @classmethod
    def counted(cls, counts: Mapping[str, int], minimum: int = 1) -> Vocabulary:
        """Take the words that occur at least ``minimum`` times, as :meth:`build` does, from their counts."""
        kept = [word for word, count in counts.items() if count >= minimum]
        return cls(tuple(sorted(kept, key=lambda word: (-counts[word], word))))

    def __len__(self) -> int:
        """Count the numbers in use, those for padding and unknown words included."""
        return len(self.words) + 2

    @functools.cached_property
    def _numbers(self) -> Mapping[str, int]:
        return {word: number for number, word in enumerate(self.words, start=2)}

    def numbers(self, words: Iterable[str]) -> list[int]:
        """Return the numbers of words, that of unknown words for those it lacks."""
        return [self._numbers.get(word, UNKNOWN) for word in words]

    def encode(self, questions: Sequence[str], length: int, reading: Reading = SIMPLE) -> npt.NDArray[np.int64]:
        """Encode questions, padded with 0.

        Args:
            questions: N texts.
            length: T; words beyond it are cut off.
            reading: What a word is, on which side questions are cut and padded.

        Returns:
            (N, T).

        Raises:
            ConfigError: a length below 1.
        """
        if length < 1:
            raise ConfigError(f"questions of {length} words were asked for, expected a length of at least 1.")
        encoded = np.full((len(questions), length), PADDING, dtype=np.int64)
        for row, question in enumerate(questions):
            # A question without a single word still is a sequence: encoders need one real token.
            numbers = self.numbers(reading.words(question, length)) or [UNKNOWN]
            encoded[row, reading.places(len(numbers), length)] = numbers
        return encoded

    def to_json(self) -> dict[str, Any]:
        """Return plain values for a JSON file."""
        return {"words": list(self.words)}

    @classmethod
    def from_json(cls, value: Any) -> Vocabulary:
        """Rebuild what :meth:`to_json` gave.

        Raises:
            DataError: the value is something else.
        """
        return cls(words_of(value, "words", "a vocabulary"))


def words_of(value: Any, key: str, described: str) -> tuple[str, ...]:
    """Return a list of unique texts out of parsed JSON, checked."""
    words = value.get(key) if isinstance(value, dict) else None
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words) or len(set(words)) < len(words):
        raise DataError(f"the JSON of {described} needs a list {key!r} of unique texts: write it again.")
    return tuple(words)

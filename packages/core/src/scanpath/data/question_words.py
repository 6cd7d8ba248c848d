"""The words of a split's questions as arrays: each different question is split once, or never if a table keeps them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from scanpath.data.columns import Coded, CodedLists
from scanpath.data.ragged import runs
from scanpath.data.split import VQASplit
from scanpath.data.tokenisers import Reading
from scanpath.data.vocabulary import PADDING, UNKNOWN, Vocabulary


@dataclass(frozen=True)
class QuestionWords:
    """N questions, D different ones, and the words of these."""

    questions: Coded
    words: CodedLists
    """Of each different question, (D,)."""
    reading: Reading

    @classmethod
    def of(cls, split: VQASplit, reading: Reading) -> QuestionWords:
        """Find the words of a split's questions."""
        questions = Coded.of(split.questions)
        words = split.tokens.get(reading.tokeniser)
        return cls(questions, CodedLists.of(map(reading.split, questions.texts)) if words is None else words, reading)

    def counts(self) -> dict[str, int]:
        """Count how often each word stands in the N questions; only words that do are named."""
        asked = np.repeat(self.questions.counts(), self.words.lengths)
        items = self.words.items
        counts = np.bincount(items.codes, weights=asked, minlength=len(items.texts)).astype(np.int64)
        return {word: count for word, count in zip(items.texts, counts.tolist(), strict=True) if count}

    def longest(self) -> int:
        """Return the most words of any question."""
        return int(self.words.lengths[self.questions.counts() > 0].max(initial=0))

    def encode(self, vocabulary: Vocabulary, length: int) -> npt.NDArray[np.int32]:
        """Write the questions as numbers, (N, length), just as :meth:`Vocabulary.encode` does text by text."""
        numbers = np.asarray(vocabulary.numbers(self.words.items.texts), dtype=np.int32)
        lengths = self.words.lengths
        read = np.minimum(lengths, length)
        starts = self.words.starts[:-1] + (lengths - read if self.reading.keep == "last" else 0)
        table = np.full((len(lengths), length), PADDING, dtype=np.int32)
        left = self.reading.padding == "left"
        targets, _ = runs(np.arange(len(lengths)) * length + (length - read if left else 0), read)
        table.reshape(-1)[targets] = numbers[self.words.items.codes[runs(starts, read)[0]]]
        # A question without a single word still is a sequence: encoders need one real token.
        table[lengths == 0, -1 if left else 0] = UNKNOWN
        return table[self.questions.codes]

"""The words of captions as numbers, split once and packed; the vocabulary that lies in a run's folder.

Source: SLA's rules (Fan and Zhou, CVPR 2018, Sec. 4.2) and ReviewNet's (https://github.com/kimiyoung/review_net): lower
case, all but letters and blanks deleted, split at blanks; words seen at least 5 times are known (SLA; ReviewNet's code:
more than 5 times, over train and val together). Here only the training split is counted, so that no word comes from
what is tested on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, NamedTuple, Self

import numpy as np
import numpy.typing as npt

from scanpath.data.captions import END, START, CaptionSplit, CaptionVocabulary, tokenize_letters
from scanpath.data.columns import CodedLists
from scanpath.data.ragged import Ints, Starts, ragged, runs
from scanpath.data.vocabulary import PADDING, UNKNOWN
from scanpath.errors import ConfigError, DataError
from scanpath.files import read_json, write_json

WordsOf = Literal["letters", "file"]
WORDS = "vocabulary.json"


def _by_letters(split: CaptionSplit) -> CodedLists:
    return CodedLists.of(map(tokenize_letters, split.captions) if split.letters is None else split.letters)


def _of_file(split: CaptionSplit) -> CodedLists:
    return CodedLists.of(split.tokens)


SPLITTING: Mapping[str, Callable[[CaptionSplit], CodedLists]] = MappingProxyType(
    {"letters": _by_letters, "file": _of_file}
)


class Sentences(NamedTuple):
    """M captions as numbers of words, one behind the other, without start and end."""

    starts: Starts
    """Where each begins, and the end of the last, (M + 1,)."""
    numbers: Ints
    """In no more bytes than they need."""

    @property
    def lengths(self) -> npt.NDArray[np.int64]:
        """How many words each has, (M,)."""
        return np.diff(self.starts)

    def known(self) -> npt.NDArray[np.int64]:
        """Count the known words of each, (M,)."""
        counted = np.concatenate([[0], np.cumsum(self.numbers != UNKNOWN)]).astype(np.int64)
        found: npt.NDArray[np.int64] = counted[self.starts[1:]] - counted[self.starts[:-1]]
        return found

    def table(self, rows: Ints) -> npt.NDArray[np.int64]:
        """Write some of them (n,) as a table: start, words, end, then padding, (n, the longest + 2)."""
        places, begins = ragged(self.starts, rows)
        lengths = np.diff(begins)
        found = np.full((len(lengths), lengths.max(initial=0) + 2), PADDING, dtype=np.int64)
        found[:, 0] = START
        found[np.repeat(np.arange(len(lengths)), lengths), runs(np.ones_like(lengths), lengths)[0]] = self.numbers[
            places
        ]
        found[np.arange(len(lengths)), lengths + 1] = END
        return found


class Words(NamedTuple):
    """What the words of a run are."""

    vocabulary: CaptionVocabulary
    length: int
    """Words of a caption that are read."""
    of: WordsOf
    """What a word is."""

    @classmethod
    def build(cls, train: CaptionSplit, *, of: WordsOf, minimum: int, length: int) -> Self:
        """Count the words of the training split.

        Raises:
            DataError: it has no caption.
            ConfigError: every word is rarer than asked for.
        """
        if not len(train):
            raise DataError(f"{train.name} has no captions: a model cannot be trained on it.")
        items = SPLITTING[of](train).items
        counts = dict(zip(items.texts, items.counts().tolist(), strict=True))
        kept = sorted((-count, word) for word, count in counts.items() if count >= minimum)
        if not kept:
            raise ConfigError(f"no word of {train.name} is seen word_minimum = {minimum} times: lower word_minimum.")
        return cls(CaptionVocabulary(tuple(word for _, word in kept)), length, of)

    def sentences(self, split: CaptionSplit) -> Sentences:
        """Write the captions of a split as numbers, each word looked up once."""
        lists = SPLITTING[self.of](split)
        numbers = {word: number for number, word in enumerate(self.vocabulary.words, start=END + 1)}
        kind = np.uint16 if len(self.vocabulary) <= np.iinfo(np.uint16).max + 1 else np.int32
        texts = lists.items.texts
        table = np.fromiter((numbers.get(text, UNKNOWN) for text in texts), kind, len(texts))
        places, starts = runs(lists.starts[:-1], np.minimum(lists.lengths, self.length))
        return Sentences(starts, table[lists.items.codes[places]])

    def save(self, folder: Path) -> None:
        """Write ``vocabulary.json``."""
        write_json(folder / WORDS, {**self.vocabulary.to_json(), "length": self.length, "of": self.of}, indent=1)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read ``vocabulary.json``.

        Raises:
            DataError: it is missing or broken.
        """
        path = folder / WORDS
        value: Any = read_json(path)
        found = CaptionVocabulary.from_json(value)
        length, of = value.get("length"), value.get("of")
        if type(length) is not int or length < 1 or of not in SPLITTING or not found.words:
            raise DataError(f"{path} has no words, no positive 'length' or no known 'of': the file was changed.")
        return cls(found, length, of)

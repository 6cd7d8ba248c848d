"""The vectors of the words that a model knows, picked out of a file of many more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from scanpath.errors import DataError

WIDEST = 1 << 14
"""Numbers of a vector; a file that claims more is no file of word vectors."""

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class WordVectors:
    """The vectors of W words, as far as a file has them."""

    words: tuple[str, ...]
    vectors: Floats
    """(W, D), zeros for a word that the file lacks."""
    found: npt.NDArray[np.bool_]
    """(W,)."""
    origin: str
    """The file, and what was read in it."""
    tokens: int
    """How many tokens the file has."""
    repeated: int
    """How often one of the words came again; its first vector was taken."""

    @property
    def dim(self) -> int:
        """D, the numbers of a vector."""
        return int(self.vectors.shape[1])

    def remarks(self, most: int = 5) -> list[str]:
        """Say what the file covers, which words it lacks (the first ``most``), and what came twice."""
        count, lacking = int(self.found.sum()), np.flatnonzero(~self.found)
        share = 100 * count / max(1, len(self.words))
        sentence = (
            f"{count:,} of the {len(self.words):,} words ({share:.1f} %) have a vector of {self.dim} numbers among the "
            f"{self.tokens:,} of {self.origin}"
        )
        if len(lacking):
            names = ", ".join(repr(self.words[row]) for row in lacking[:most])
            sentence += f"; the most frequent without one: {names}"
        again = (
            f"{self.repeated} of the words stand more than once in {self.origin}: the first vector of each was taken."
        )
        return [f"{sentence}.", *([again] if self.repeated else [])]


class Gatherer:
    """Takes tokens with their vectors one by one and keeps those that are wanted.

    Args:
        words: the wanted ones, W.
        dim: D.
        origin: the file, for errors.
    """

    def __init__(self, words: Sequence[str], dim: int, origin: str) -> None:
        self._rows = {word.encode(errors="surrogatepass"): row for row, word in enumerate(words)}
        self._words = tuple(words)
        self._vectors = np.zeros((len(words), dim), dtype=np.float32)
        self._found = np.zeros(len(words), dtype=bool)
        self._origin = origin
        self._again: set[int] = set()
        self.tokens = 0

    def wants(self, token: bytes) -> bool:
        """Count a token, and tell whether its vector is to be kept."""
        self.tokens += 1
        row = self._rows.get(token)
        if row is None:
            return False
        if self._found[row]:
            self._again.add(row)
            return False
        return True

    def keep(self, token: bytes, vector: npt.NDArray[np.floating], place: str) -> None:
        """Keep the vector of a wanted token.

        Raises:
            DataError: it has numbers that are none.
        """
        row = self._rows[token]
        with np.errstate(over="ignore"):
            self._vectors[row] = vector
        if not np.isfinite(self._vectors[row]).all():
            raise DataError(
                f"{self._origin} gives {self._words[row]!r} a number that is none, or too large, in {place}: "
                "fetch the file again."
            )
        self._found[row] = True

    def result(self) -> WordVectors:
        """Return what was kept."""
        return WordVectors(
            self._words, self._vectors, self._found, self._origin, tokens=self.tokens, repeated=len(self._again)
        )

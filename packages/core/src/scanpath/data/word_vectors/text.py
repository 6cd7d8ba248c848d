"""Word vectors as text: a token and its numbers a line, parted by blanks, as GloVe and fastText give them.

A token may hold blanks itself, as some of GloVe's of 840 billion words do, so a line is read from its end. Every line's
numbers are counted; those of wanted words are parsed. The file streams: memory is that of the wanted words.
Sources: the format, nlp.stanford.edu/projects/glove; fastText's first line counts the words and their numbers.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import IO, NoReturn

import numpy as np

from scanpath.data.word_vectors.gathering import WIDEST, Gatherer, WordVectors
from scanpath.errors import DataError

_LONGEST = 1 << 20  # bytes of a line
_EMPTY = (1, b"")


def text_dim(stream: IO[bytes], origin: str, wanted: int | None = None) -> int:
    """Read D, the numbers of a vector, from the first line of a text; None wants any."""
    return _form(next(_lines(stream, origin), _EMPTY)[1], origin, wanted)[0]


def _form(first: bytes, origin: str, wanted: int | None) -> tuple[int, int | None]:
    """Read a first line: D, and how many words are announced, None where it is a word already."""
    fields = first.split(b" ")
    if len(fields) == 2 and all(field.isdigit() for field in fields):
        count, dim = int(fields[0]), int(fields[1])
    else:
        count, dim = None, len(fields) - 1
    if not 1 <= dim <= WIDEST or (count is None and _number(fields[-1]) is None):
        raise DataError(
            f"{origin} begins with {first[:40].decode(errors='replace')!r}, expected a word and its numbers, parted by "
            "blanks: give the text of word vectors."
        )
    if wanted not in (None, dim):
        raise DataError(f"{origin} has vectors of {dim} numbers, where {wanted} were asked for: give the other file.")
    return dim, count


def read_text(stream: IO[bytes], origin: str, words: Sequence[str], dim: int | None) -> WordVectors:
    """Pick the vectors of ``words`` out of a text.

    Args:
        stream: the text.
        origin: the file, for errors.
        words: wanted.
        dim: how many numbers a vector is to have; None takes what the first line has.

    Raises:
        DataError: a line that is no token with so many numbers, named by its number.
    """
    lines = _lines(stream, origin)
    first = next(lines, _EMPTY)
    found, announced = _form(first[1], origin, dim)
    gatherer = Gatherer(words, found, origin)
    for number, line in lines if announced is not None else itertools.chain([first], lines):
        token, numbers = _parted(line, found, origin, number)
        if gatherer.wants(token):
            gatherer.keep(token, _parsed(numbers, found, origin, number), f"line {number:,}")
    if announced not in (None, gatherer.tokens):
        raise DataError(
            f"{origin} announces {announced:,} words and holds {gatherer.tokens:,}: it was cut short; fetch it again."
        )
    return gatherer.result()


def _lines(stream: IO[bytes], origin: str) -> Iterator[tuple[int, bytes]]:
    """Give lines with their numbers, from 1; those with nothing but blanks hold nothing and are passed over."""
    number = 0
    while line := stream.readline(_LONGEST):
        number += 1
        if len(line) == _LONGEST:
            raise DataError(
                f"{origin} has a line of over {_LONGEST:,} bytes, line {number:,}: it is no text of vectors."
            )
        if line := line.rstrip(b" \t\r\n"):
            yield number, line


def _parted(line: bytes, dim: int, origin: str, number: int) -> tuple[bytes, bytes]:
    """Part a line into its token and the text of its numbers, which are counted."""
    blanks = line.count(b" ")
    if blanks < dim:
        _refuse(line, dim, origin, number)
    if blanks == dim:
        token, _, numbers = line.partition(b" ")
        return token, numbers
    token, *rest = line.rsplit(b" ", dim)
    if _number(token.rpartition(b" ")[2]) is not None:  # not a token with blanks, but a line with too many numbers
        _refuse(line, dim, origin, number)
    return token, b" ".join(rest)


def _parsed(numbers: bytes, dim: int, origin: str, line: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    values = [_number(text) for text in numbers.split(b" ")]
    if len(values) != dim or None in values:
        wrong = next((text for text in numbers.split(b" ") if _number(text) is None), b"")
        raise DataError(
            f"{origin} has {wrong[:20].decode(errors='replace')!r} for a number in line {line:,}: fetch the file again."
        )
    return np.asarray(values, dtype=np.float64)


def _number(text: bytes) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _refuse(line: bytes, dim: int, origin: str, number: int) -> NoReturn:
    pieces = line.split(b" ")
    count = next((place for place, text in enumerate(reversed(pieces)) if _number(text) is None), len(pieces))
    raise DataError(
        f"{origin} has {count} numbers in line {number:,} (it begins with {line[:20].decode(errors='replace')!r}), "
        f"expected {dim}: it was cut short or damaged; fetch it again."
    )

"""Questions of one word: a digit, whose colour is asked, or a colour, whose digit is."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from scanpath.errors import DataError
from scanpath_attention_rnn.data.digits.digits import LABELS
from scanpath_attention_rnn.data.digits.world import COLORS, LARGEST, SMALLEST, Digit, unique_colors

ANSWERS = (*COLORS, *map(str, range(LABELS)))
"""The five of most data sets and the ten of MBG^inv."""

INTERVALS = ("0.5-1.0", "1.0-1.5", "1.5-2.0", "2.0-2.5", "2.5-3.0")
"""Scales of the digit that is asked about, the types of questions; an interval holds its upper end, not its lower."""

_WIDTH = (LARGEST - SMALLEST) // len(INTERVALS)


def interval(scale: int) -> int:
    """Return the number of the interval that a scale, in millionths, lies in."""
    return (scale - SMALLEST - 1) // _WIDTH


class Asked(NamedTuple):
    """One question about one picture."""

    text: str
    answer: str
    place: int
    """Of the digit that it is about."""
    interval: int


def ask(digits: Sequence[Digit], *, inverse: bool) -> Iterator[Asked]:
    """Ask about every digit of a picture; if ``inverse``, about every one whose colour no other has."""
    for place in unique_colors(digits) if inverse else range(len(digits)):
        one = digits[place]
        text, answer = (one.color, str(one.label)) if inverse else (str(one.label), one.color)
        yield Asked(text, answer, place, interval(one.scale))


@functools.cache  # there are fifteen, and fifty thousand questions
def program(text: str) -> list[dict[str, Any]]:
    """Write a question as a program in CLEVR's form, a digit being a shape; equal questions share one list."""
    known, asked = ("color", "shape") if text in COLORS else ("shape", "color")
    return [
        {"inputs": [], "function": "scene", "value_inputs": []},
        {"inputs": [0], "function": f"filter_{known}", "value_inputs": [text]},
        {"inputs": [1], "function": "unique", "value_inputs": []},
        {"inputs": [2], "function": f"query_{asked}", "value_inputs": []},
    ]


def question_type(entry: Mapping[str, Any]) -> str:
    """Name the interval of a question, its family, for :func:`scanpath.data.clevr.read_clevr_split`.

    Raises:
        DataError: the entry of the questions file is of no family.
    """
    family = entry.get("question_family_index")
    if type(family) is not int or not 0 <= family < len(INTERVALS):
        raise DataError(
            f"question {entry.get('question_index')} has question_family_index = {family!r}, expected 0 to "
            f"{len(INTERVALS) - 1}: make the data set again."
        )
    return INTERVALS[family]

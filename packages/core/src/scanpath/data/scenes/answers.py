"""Ten answers a question, as ten people would write them: mostly the plain word, now and then something else.

Case, articles, full stops and number words go away when the VQA metric normalises; synonyms and slips stay and cost
agreement. At least four people give the plain answer up to normalisation, so it always scores in full.
"""

from __future__ import annotations

import functools
from typing import NamedTuple

import numpy as np

from scanpath.data.scenes.facts import PLACES
from scanpath.data.scenes.options import COLORS, SHAPES, SIZES
from scanpath.data.scenes.randomness import Draws

PEOPLE = 10
_ENOUGH = 4

#: Words that mean the same but do not normalise to the same.
_SYNONYMS = {
    "circle": ("round", "ball", "disc"),
    "square": ("box", "rectangle", "block"),
    "triangle": ("pyramid", "three-sided", "arrow"),
    "cross": ("plus", "plus sign", "x"),
    "diamond": ("rhombus", "kite", "lozenge"),
    "ring": ("donut", "hoop", "round"),
    "red": ("dark red", "crimson", "scarlet"),
    "green": ("dark green", "lime", "grass green"),
    "blue": ("dark blue", "navy", "royal blue"),
    "yellow": ("gold", "light yellow", "mustard"),
    "purple": ("violet", "magenta", "lilac"),
    "cyan": ("turquoise", "light blue", "teal"),
    "orange": ("amber", "tangerine", "light brown"),
    "white": ("off white", "light gray", "cream"),
    "small": ("little", "tiny", "not large"),
    "large": ("big", "huge", "not small"),
    "top left": ("upper left", "left", "top"),
    "top right": ("upper right", "right", "top"),
    "bottom left": ("lower left", "left", "bottom"),
    "bottom right": ("lower right", "right", "bottom"),
    "yes": ("i think so", "yes it is", "maybe"),
    "no": ("i don't think so", "no it isn't", "maybe"),
}
_NUMBER_WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight")


class _Variants(NamedTuple):
    """What people write instead of one plain answer."""

    same: tuple[str, ...]
    """Normalises to the plain answer."""
    other: tuple[str, ...]
    """Synonyms."""
    wrong: tuple[str, ...]
    """Slips."""


def _variants(answer: str) -> _Variants:
    if answer.isdecimal():
        number = int(answer)
        word = _NUMBER_WORDS[number]
        same = (word, word, word.capitalize(), f"{answer}.") + (("none",) * 2 if number == 0 else ())
        near = tuple(str(value) for value in (number - 1, number + 1) if value >= 0)
        return _Variants(same, near if number < 3 else ("a few",) if number < 5 else ("many",), (*near, "i don't know"))
    same = (answer.capitalize(), f"{answer}.", f"{answer}!" if answer in {"yes", "no"} else f"the {answer}")
    kin = next(words for words in (("yes", "no"), SHAPES, COLORS, SIZES, PLACES) if answer in words)
    place = kin.index(answer)
    return _Variants(same, _SYNONYMS[answer], (kin[place - 1], kin[(place + 1) % len(kin)], "i don't know"))


#: Of 256 people, how many write a variant that normalises to the plain answer, a synonym, something wrong.
_SAME, _OTHER, _WRONG = 36, 24, 12
_AGREEING = 256 - _OTHER - _WRONG


@functools.cache
def _table(answer: str) -> tuple[str, ...]:
    """Return what each of 256 people writes, those who agree first."""
    variants = _variants(answer)
    texts = [answer] * (_AGREEING - _SAME)
    for words, count in zip(variants, (_SAME, _OTHER, _WRONG), strict=True):
        texts += [words[number % len(words)] for number in range(count)]
    return tuple(texts)


def human_answers(answers: list[str], draws: Draws) -> tuple[list[tuple[str, ...]], list[tuple[str, ...]]]:
    """Draw what ten people answer, and how sure they are.

    Args:
        answers: N plain answers.
        draws: decides who writes what.

    Returns:
        N times ten answers, and N times ten of ``yes``, ``maybe`` and ``no``.
    """
    people = draws.bytes(PEOPLE * len(answers)).reshape(-1, PEOPLE)
    agreeing = (people < _AGREEING).sum(axis=1)
    people = np.where(agreeing[:, None] < _ENOUGH, 0, people)  # so much disagreement is no question to ask
    sureness = draws.bytes(PEOPLE * len(answers)).reshape(-1, PEOPLE)
    words = ("yes",) * 206 + ("maybe",) * 40 + ("no",) * 10
    texts = [tuple(map(_table(answer).__getitem__, row)) for answer, row in zip(answers, people.tolist(), strict=True)]
    return texts, [tuple(map(words.__getitem__, row)) for row in sureness.tolist()]

"""The six kinds of questions: their words, their programs and their answers."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from scanpath.data.scenes.randomness import Draws
from scanpath.errors import DataError
from scanpath_han.data.sort_of_clevr.world import COLORS, IMAGE_SIZE, Thing

ANSWERS = ("yes", "no", "rectangle", "circle", "1", "2", "3", "4", "5", "6")
"""In the order of the original code's numbers."""

RELATIONAL, OTHER = "relational", "non-relational"


class Answered(NamedTuple):
    """An answer, and the objects that it is about, the one named in the question first."""

    answer: str
    objects: tuple[int, ...]


def _shape(things: Sequence[Thing], target: int) -> Answered:
    return Answered(things[target].shape, (target,))


def _left(things: Sequence[Thing], target: int) -> Answered:
    return Answered("yes" if 2 * things[target].x < IMAGE_SIZE else "no", (target,))


def _top(things: Sequence[Thing], target: int) -> Answered:
    return Answered("yes" if 2 * things[target].y < IMAGE_SIZE else "no", (target,))


def _others(things: Sequence[Thing], target: int) -> list[int]:
    """List the other objects by distance, nearest first; of equals the one whose colour comes first."""
    others = [number for number in range(len(things)) if number != target]
    return sorted(others, key=lambda number: things[target].distance(things[number]))


def _closest(things: Sequence[Thing], target: int) -> Answered:
    found = _others(things, target)[0]
    return Answered(things[found].shape, (target, found))


def _furthest(things: Sequence[Thing], target: int) -> Answered:
    found = max(_others(things, target), key=lambda number: (things[target].distance(things[number]), -number))
    return Answered(things[found].shape, (target, found))


def _count(things: Sequence[Thing], target: int) -> Answered:
    alike = [number for number, thing in enumerate(things) if thing.shape == things[target].shape and number != target]
    return Answered(str(1 + len(alike)), (target, *alike))


class Family(NamedTuple):
    """One kind of question."""

    text: str
    answer: Callable[[Sequence[Thing], int], Answered]
    steps: tuple[tuple[str, tuple[int, ...]], ...]
    """What its program does with the one object of the colour (step 2): functions, and the steps they take.

    CLEVR's functions where it has them; ``in_left_half``, ``in_top_half``, ``closest`` and ``furthest`` are added.
    """


FAMILIES = (
    Family("What shape is the {} object?", _shape, (("query_shape", (2,)),)),
    Family("Is the {} object in the left half of the picture?", _left, (("in_left_half", (2,)),)),
    Family("Is the {} object in the top half of the picture?", _top, (("in_top_half", (2,)),)),
    Family("What shape is the object closest to the {} object?", _closest, (("closest", (2,)), ("query_shape", (3,)))),
    Family(
        "What shape is the object furthest from the {} object?", _furthest, (("furthest", (2,)), ("query_shape", (3,)))
    ),
    Family(
        "How many objects have the shape of the {} object?",
        _count,
        (("same_shape", (2,)), ("union", (3, 1)), ("count", (4,))),
    ),
)
"""By ``question_family_index``: the first three are about one object, the others relational."""

SUBTYPES = len(FAMILIES) // 2


class Asked(NamedTuple):
    """One question about one picture."""

    text: str
    answer: str
    family: int
    color: str
    objects: tuple[int, ...]


def ask(things: Sequence[Thing], draws: Draws, count: int) -> Iterator[Asked]:
    """Ask ``count`` questions about one object and as many relational ones; colour and kind are drawn anew each time.

    As in the recipe, a question may come twice.
    """
    names = tuple(COLORS)
    for kind in range(2):
        for _ in range(count):
            target = draws.below(len(names))
            family = kind * SUBTYPES + draws.below(SUBTYPES)
            answer, objects = FAMILIES[family].answer(things, target)
            yield Asked(FAMILIES[family].text.format(names[target]), answer, family, names[target], objects)


@functools.cache  # there are 36, and a hundred thousand questions
def program(family: int, color: str) -> list[dict[str, Any]]:
    """Write a question as a program in CLEVR's form; equal questions share one list."""
    steps = [("scene", (), []), ("filter_color", (0,), [color]), ("unique", (1,), [])]
    steps += [(function, inputs, []) for function, inputs in FAMILIES[family].steps]
    return [
        {"inputs": list(inputs), "function": function, "value_inputs": list(values)}
        for function, inputs, values in steps
    ]


def question_type(entry: Mapping[str, Any]) -> str:
    """Tell ``"relational"`` from ``"non-relational"``, for :func:`scanpath.data.clevr.read_clevr_split`.

    Raises:
        DataError: the entry of the questions file is of no family.
    """
    family = entry.get("question_family_index")
    if type(family) is not int or not 0 <= family < len(FAMILIES):
        raise DataError(
            f"question {entry.get('question_index')} has question_family_index = {family!r}, expected 0 to "
            f"{len(FAMILIES) - 1}: make the data set again."
        )
    return RELATIONAL if family >= SUBTYPES else OTHER


def _codes() -> Iterator[tuple[str, tuple[int, ...]]]:
    for family, one in enumerate(FAMILIES):
        for number, color in enumerate(COLORS):
            on = {number, len(COLORS) + family // SUBTYPES, len(COLORS) + 2 + family % SUBTYPES}
            yield one.text.format(color), tuple(int(bit in on) for bit in range(len(COLORS) + 2 + SUBTYPES))


_CODES: Mapping[str, tuple[int, ...]] = MappingProxyType(dict(_codes()))


def question_code(question: str) -> tuple[int, ...]:
    """Return the original code of a question: 6 bits for the colour, 2 for the type, 3 for the kind within it.

    The type is (1, 0) for a question about one object and (0, 1) for a relational one.

    Raises:
        DataError: no question of the data set reads so.

    Example:
        >>> question_code("Is the blue object in the top half of the picture?")
        (0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1)
    """
    try:
        return _CODES[question]
    except KeyError:
        raise DataError(
            f"{question!r} is no question of Sort-of-CLEVR, expected one such as {next(iter(_CODES))!r}: "
            "codes are known of its own questions only."
        ) from None

"""Programs of CLEVR: what a question computes from a scene, a step after the other.

A step is a text: its function, the values it is given, and which earlier steps it takes what they found from, such as
``filter_size[large](1)``, ``relate[left](4)`` or ``less_than(5,11)``. A program is a list of steps, the last of which
gives the answer.

Source: https://github.com/facebookresearch/clevr-dataset-gen (names, values and types of the functions).
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from scanpath.data.columns import Coded, CodedLists, Pool
from scanpath.data.records import column
from scanpath.errors import DataError

ATTRIBUTES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "shape": ("cube", "sphere", "cylinder"),
        "size": ("small", "large"),
        "color": ("gray", "red", "blue", "green", "brown", "purple", "cyan", "yellow"),
        "material": ("rubber", "metal"),
    }
)
"""What an object has, and the values that there are."""
RELATIONS = ("left", "right", "front", "behind")
YES_NO = ("yes", "no")
NUMBERS = tuple(map(str, range(11)))

ANSWERS = frozenset([*YES_NO, *NUMBERS, *(value for values in ATTRIBUTES.values() for value in values)])
"""The 28 answers of CLEVR."""


class Function(NamedTuple):
    """What a function takes and gives."""

    takes: tuple[str, ...]
    """The kinds of what it takes from earlier steps: ``objects``, ``object``, ``number``, ``truth`` or an attribute."""
    gives: str
    values: tuple[str, ...] = ()
    """It is given one of these; none, if there are none."""


FUNCTIONS: Mapping[str, Function] = MappingProxyType(
    {
        "scene": Function((), "objects"),
        "unique": Function(("objects",), "object"),
        "relate": Function(("object",), "objects", RELATIONS),
        **{name: Function(("objects", "objects"), "objects") for name in ("union", "intersect")},
        "count": Function(("objects",), "number"),
        "exist": Function(("objects",), "truth"),
        **{name: Function(("number", "number"), "truth") for name in ("equal_integer", "less_than", "greater_than")},
        **{f"filter_{name}": Function(("objects",), "objects", values) for name, values in ATTRIBUTES.items()},
        **{f"same_{name}": Function(("object",), "objects") for name in ATTRIBUTES},
        **{f"query_{name}": Function(("object",), name) for name in ATTRIBUTES},
        **{f"equal_{name}": Function((name, name), "truth") for name in ATTRIBUTES},
    }
)
"""The functions of CLEVR's programs."""

TYPES: Mapping[str, str] = MappingProxyType(
    {
        "count": "count",
        "exist": "exist",
        **dict.fromkeys(("equal_integer", "less_than", "greater_than"), "compare numbers"),
        **dict.fromkeys((f"query_{name}" for name in ATTRIBUTES), "query attribute"),
        **dict.fromkeys((f"equal_{name}" for name in ATTRIBUTES), "compare attribute"),
    }
)
"""The type of a question by what its program does last; source: figure 5 of Johnson et al. 2017."""

_STEP = re.compile(r"([^\[(]+)(?:\[([^\]]+)\])?\(((?:-?\d{1,4}(?:,(?!\)))?)*)\)")
_KEPT: dict[str, str] = {}  # a file has ten million steps, a thousand different ones
_FITTING = {"number": NUMBERS, "truth": YES_NO, **ATTRIBUTES}


def keep_step(value: dict[str, Any]) -> Any:
    """Replace a step of a program by its text while a file is parsed; most of a file is these.

    The function stands under ``function`` in the official files, under ``type`` in some that the generator wrote.
    What is no step, or a broken one, stays as it is.
    """
    if "inputs" not in value:
        return value
    function, inputs, given = value.get("function", value.get("type")), value["inputs"], value.get("value_inputs", [])
    key = f"{function}{inputs}{given}"
    step = _KEPT.get(key)
    if step is None:
        try:
            step = f"{function}[{','.join(given)}]" if given else function
            step = f"{step}({','.join(map(str, inputs))})"
        except TypeError:
            return value
        if type(function) is not str or not set(map(type, inputs)) <= {int}:
            return value
        _KEPT[key] = step
    return step


class Step(NamedTuple):
    """A step, taken apart."""

    function: str
    values: tuple[str, ...]
    inputs: tuple[int, ...]


@functools.lru_cache(maxsize=4096)
def parse_step(text: str) -> Step:
    """Take a step apart; one of another form has its whole text as function."""
    found = _STEP.fullmatch(text)
    if found is None:
        return Step(text, (), ())
    function, values, inputs = found.groups(default="")
    return Step(function, _parts(values), tuple(map(int, _parts(inputs))))


def _parts(text: str) -> tuple[str, ...]:
    return tuple(text.split(",")) if text else ()


def program_type(entry: Mapping[str, Any]) -> str:
    """Name a question's type by what its program does last: ``"count"``, ``"query attribute"``, ...

    Args:
        entry: a question, parsed with :func:`keep_step`.

    Raises:
        DataError: it has no program, one that ends otherwise, or an answer that no such program gives.
    """
    program = entry.get("program")
    last = program[-1] if isinstance(program, list) and program else None
    function = parse_step(last).function if isinstance(last, str) else str(last)
    if function not in TYPES:
        raise DataError(
            f"question {entry.get('question_index')} has a program that ends with {function[:40]!r}, expected one "
            f"of {', '.join(TYPES)}: is it a file of CLEVR 1.0?"
        )
    answer, fitting = entry.get("answer"), _FITTING[FUNCTIONS[function].gives]
    if answer in ANSWERS and answer not in fitting:
        raise DataError(
            f"question {entry.get('question_index')} has the answer {answer!r} to a program that ends with {function}, "
            f"expected one of {', '.join(fitting)}: is it the official file?"
        )
    return TYPES[function]


class ProgramColumn:
    """Takes the programs of questions, parsed with :func:`keep_step`, and keeps them in columns.

    Args:
        path: the file, for errors.
        functions: those that there may be, each step checked to take what earlier ones give; None checks no steps.
    """

    def __init__(self, path: Path, functions: Mapping[str, Function] | None) -> None:
        self.path = path
        self._functions = functions
        self._lengths = [np.zeros(1, np.int64)]
        self._pool = Pool()
        self._codes = [np.empty(0, np.int32)]
        self._facts = np.empty((0, 5), np.int64)

    def add(self, entries: list[Any]) -> None:
        """Take the programs of some questions."""
        programs = column(entries, "program", list, self.path, "question")
        for number, program in enumerate(programs):
            if set(map(type, program)) != {str}:
                raise DataError(
                    f"{self.path}: question number {number} has a program that is empty or has a step without "
                    "function, inputs or value_inputs: mend it."
                )
        lengths = np.asarray([len(program) for program in programs], dtype=np.int64)
        codes = self._pool.codes([step for program in programs for step in program])
        if self._functions is not None and len(codes):
            self._check(self._functions, codes, lengths)
        self._codes.append(codes)
        self._lengths.append(lengths)

    def column(self) -> CodedLists:
        """Return all programs so far."""
        steps = Coded(np.concatenate(self._codes), self._pool.texts())
        return CodedLists(np.cumsum(np.concatenate(self._lengths)), steps)

    def _check(
        self, functions: Mapping[str, Function], codes: npt.NDArray[np.int32], lengths: npt.NDArray[np.int64]
    ) -> None:
        """Check that every step takes what earlier ones give; all at once, since there are ten million."""
        if codes.max() >= len(self._facts):
            facts = [_facts(functions, text) for text in self._pool.texts()[len(self._facts) :]]
            self._facts = np.concatenate([self._facts, np.asarray(facts)])
        table = self._facts[codes]  # (S, 5)
        firsts = np.repeat(np.cumsum(lengths) - lengths, lengths)  # (S,), where its program begins
        places = np.arange(len(codes)) - firsts
        wrong = table[:, 0] < 0
        for kind, source in ((table[:, 1], table[:, 2]), (table[:, 3], table[:, 4])):
            earlier = np.minimum(source, places - 1).clip(min=0)
            wrong |= (kind >= 0) & ((source >= places) | (source < 0) | (table[firsts + earlier, 0] != kind))
        if wrong.any():
            first = int(wrong.argmax())
            number = int(np.searchsorted(np.cumsum(lengths), first, side="right"))
            step = self._pool.texts()[int(codes[first])]
            raise DataError(
                f"{self.path}: question number {number} has a program whose step {places[first]}, {step[:60]!r}, "
                "is none of CLEVR 1.0 or does not fit the steps that it takes from: is it the official file?"
            )


_KINDS = ("objects", "object", "number", "truth", *ATTRIBUTES)


def _facts(functions: Mapping[str, Function], text: str) -> tuple[int, ...]:
    """Describe a step by numbers: the kind that it gives, and twice a kind that it takes and from which step.

    -1 stands for the kind of a step that cannot be, and for what it does not take.
    """
    step = parse_step(text)
    known = functions.get(step.function)
    if (
        known is None
        or len(step.inputs) != len(known.takes)
        or len(step.values) != (1 if known.values else 0)
        or not set(step.values) <= set(known.values)
    ):
        return (-1,) * 5
    pairs = zip(map(_KINDS.index, known.takes), step.inputs, strict=True)
    taken = tuple(number for pair in pairs for number in pair)
    return (_KINDS.index(known.gives), *taken, *(-1,) * (4 - len(taken)))

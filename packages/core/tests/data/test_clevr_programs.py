from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, strategies as st

from scanpath.data.clevr_programs import (
    ANSWERS,
    FUNCTIONS,
    TYPES,
    ProgramColumn,
    keep_step,
    parse_step,
    program_type,
)
from scanpath.errors import DataError

PATH = Path("q.json")


def step(function: str, *inputs: int, values: tuple[str, ...] = ()) -> Any:
    return keep_step({"function": function, "inputs": list(inputs), "value_inputs": list(values)})


def entries(*programs: list[Any]) -> list[dict[str, Any]]:
    return [{"program": program} for program in programs]


def test_what_is_known_of_the_official_programs() -> None:
    assert len(ANSWERS) == 28
    assert len(FUNCTIONS) == 3 + 2 + 2 + 3 + 4 * 4
    assert set(TYPES.values()) == {"count", "exist", "compare numbers", "query attribute", "compare attribute"}
    assert set(TYPES) <= set(FUNCTIONS)
    assert len(TYPES) == 2 + 3 + 4 + 4


def test_a_step_is_a_text() -> None:
    assert step("filter_size", 1, values=("large",)) == "filter_size[large](1)"
    assert step("scene") == "scene()"
    assert keep_step({"type": "less_than", "inputs": [5, 11]}) == "less_than(5,11)"
    assert keep_step({"question": "inputs?"}) == {"question": "inputs?"}
    assert parse_step("filter_size[large](1)") == ("filter_size", ("large",), (1,))
    assert parse_step("less_than(5,11)") == ("less_than", (), (5, 11))
    assert parse_step("scene()") == ("scene", (), ())


@given(
    st.text("abc_", min_size=1, max_size=9),
    st.lists(st.text("xyz ", min_size=1, max_size=5), max_size=3),
    st.lists(st.integers(-2, 9999), max_size=3),
)
def test_a_step_is_taken_apart_as_it_was_put_together(function: str, values: list[str], inputs: list[int]) -> None:
    assert parse_step(step(function, *inputs, values=tuple(values))) == (function, tuple(values), tuple(inputs))


@given(st.text(max_size=20))
def test_any_text_is_taken_apart(text: str) -> None:
    found = parse_step(text)
    assert found.function in text


@pytest.mark.parametrize(
    "broken",
    [
        {"function": 3, "inputs": []},
        {"function": None, "inputs": [0]},
        {"function": "count", "inputs": ["0"]},
        {"function": "count", "inputs": [True]},
        {"function": "count", "inputs": 0},
        {"function": "filter_size", "inputs": [0], "value_inputs": [7]},
        {"function": "filter_size", "inputs": [0], "value_inputs": 7},
    ],
)
def test_what_is_no_step_stays_and_is_told(broken: dict[str, Any]) -> None:
    assert keep_step(broken) == broken
    with pytest.raises(DataError, match=r"q.json: question number 1 has a program that is empty or has a step without"):
        ProgramColumn(PATH, FUNCTIONS).add(entries(["scene()", "count(0)"], ["scene()", broken]))


@pytest.mark.parametrize(
    ("last", "expected", "answer"),
    [
        ("count(1)", "count", "0"), ("exist(1)", "exist", "no"), ("less_than(3,5)", "compare numbers", "yes"),
        ("equal_integer(3,5)", "compare numbers", "no"), ("greater_than(3,5)", "compare numbers", "no"),
        ("query_material(1)", "query attribute", "metal"), ("query_size(1)", "query attribute", "small"),
        ("equal_shape(1,2)", "compare attribute", "yes"),
    ],
)  # fmt: skip
def test_types_are_told_by_the_last_function(last: str, expected: str, answer: str) -> None:
    assert program_type({"program": ["scene()", "unique(0)", last], "answer": answer}) == expected
    with pytest.raises(DataError, match="has the answer 'purple' to a program that ends with"):
        program_type({"program": [last], "answer": "purple"})


#: The largest color, counted on two sides; every kind of step is in one of the two.
LONG = [
    "scene()", "filter_color[red](0)", "unique(1)", "relate[left](2)", "same_size(2)", "intersect(3,4)", "count(5)",
    "union(3,4)", "filter_shape[cube](7)", "count(8)", "greater_than(6,9)",
]  # fmt: skip
SHORT = ["scene()", "unique(0)", "query_material(1)", "unique(0)", "query_material(3)", "equal_material(2,4)"]


def test_programs_are_columns() -> None:
    rows = ProgramColumn(PATH, FUNCTIONS)
    rows.add(entries(LONG, SHORT))
    rows.add(entries())
    rows.add(entries([*SHORT[:2], "query_color(1)"]))
    found = rows.column()
    assert found == [tuple(LONG), tuple(SHORT), ("scene()", "unique(0)", "query_color(1)")]
    assert found.items.codes.dtype == np.uint8


@pytest.mark.parametrize(
    ("place", "wrong"),
    [
        (0, "scenes()"),  # no such function
        (1, "filter_color[red](1)"),  # takes from itself
        (1, "filter_color[red](2)"),  # takes from a later one
        (1, "filter_color[red](-1)"),
        (1, "filter_color[large](0)"),  # a value of another attribute
        (1, "filter_color(0)"),
        (1, "filter_color[red,blue](0)"),
        (3, "relate[above](2)"),
        (3, "relate[left](1)"),  # needs one object
        (5, "intersect(3,2)"),
        (5, "intersect(3)"),
        (6, "count(2)"),
        (10, "greater_than(6,8)"),
        (10, "equal_color(6,9)"),
        (0, "filter_color[red](0)"),
    ],
)
def test_a_step_that_does_not_fit_is_named(place: int, wrong: str) -> None:
    program = [*LONG]
    program[place] = wrong
    rows = ProgramColumn(PATH, FUNCTIONS)
    with pytest.raises(DataError) as caught:
        rows.add(entries(SHORT, program, SHORT))
    assert f"question number 1 has a program whose step {place}, {wrong!r}, is none of CLEVR 1.0" in str(caught.value)
    ProgramColumn(PATH, None).add(entries(program))


@given(st.lists(st.integers(0, 7), min_size=1, max_size=7), st.data())
def test_the_check_of_all_at_once_is_that_of_each(takes: list[int], data: st.DataObject) -> None:
    """Against a loop over the steps."""
    names = data.draw(st.lists(st.sampled_from(sorted(FUNCTIONS)), min_size=len(takes), max_size=len(takes)))
    program, gives, fits = [], [], True
    for name, shift in zip(names, takes, strict=True):
        known = FUNCTIONS[name]
        inputs = [(shift + number) % 8 for number in range(len(known.takes))]
        program.append(step(name, *inputs, values=known.values[:1]))
        for kind, source in zip(known.takes, inputs, strict=True):
            fits = fits and source < len(gives) and gives[source] == kind
        gives.append(known.gives)
    rows = ProgramColumn(PATH, FUNCTIONS)
    if fits:
        rows.add(entries(LONG, program))
        return
    with pytest.raises(DataError, match="question number 1 has a program whose step"):
        rows.add(entries(LONG, program))

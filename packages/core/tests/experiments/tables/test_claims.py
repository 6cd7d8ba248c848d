"""The grammar of comparisons: what it means, what it refuses, and that it never evaluates anything."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from scanpath.errors import ConfigError
from scanpath.experiments.tables.claims import Cell, Link, Sum, parse_comparison, parse_sum

ONE, TWO = Cell("one", "all"), Cell("two", "all")
NAMES = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,5}", fullmatch=True)
CELLS = st.builds(Cell, NAMES, NAMES)
NUMBERS = st.floats(0, 1000).map(lambda value: round(value, 3))


def test_a_chain_has_a_link_for_each_sign() -> None:
    first, second = parse_comparison("one.all < two.all - 0.5 > 3")
    assert first == Link(Sum(((ONE, 1),), 0.0), Sum(((TWO, 1),), -0.5))
    assert second == Link(Sum((), 3.0), Sum(((TWO, 1),), -0.5))
    assert first.margin == Sum(((TWO, 1), (ONE, -1)), -0.5)
    assert str(ONE) == "one.all"


def test_like_cells_are_counted_and_may_cancel() -> None:
    assert parse_sum("-one.all + two.all + two.all - .5").terms == ((ONE, -1), (TWO, 2))
    assert parse_sum("one.all - two.all + two.all") == Sum(((ONE, 1),), 0.0)


@given(st.lists(st.tuples(st.sampled_from("+-"), st.one_of(CELLS, NUMBERS)), min_size=1, max_size=6), st.booleans())
def test_a_sum_means_what_it_says(parts: list[tuple[str, Cell | float]], spaced: bool) -> None:
    space = " " if spaced else ""
    text = "".join(f"{sign}{space}{part}{space}" for sign, part in parts)
    (link,) = parse_comparison(f"a_a.b < {text} + a_a.b + a_a.b")
    values = {cell: float(place + 2) for place, cell in enumerate([*link.margin.cells, Cell("a_a", "b")])}
    for _, part in parts:
        if isinstance(part, Cell):
            values.setdefault(part, 7.0)
    found = sum(factor * values[cell] for cell, factor in link.high.terms) + link.high.constant
    worth = [(values[part] if isinstance(part, Cell) else part) * (-1 if sign == "-" else 1) for sign, part in parts]
    assert found == pytest.approx(sum(worth) + 2 * values[Cell("a_a", "b")], abs=1e-6)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("one.all", "compares nothing"),
        ("", "has nothing on one side"),
        ("one.all >", "has nothing on one side"),
        ("one.all > + -", "expected cells and numbers"),
        ("one.all two.all > 3", "expected cells and numbers"),
        ("one.all >= two.all", "cannot be read from '= two.all'"),
        ("one > two.all", "cannot be read from 'one"),
        ("one.all.x > 3", "cannot be read from '.x"),
        ("one.all * 2 > 3", r"cannot be read from '\* 2"),
        ("__import__('os').x > 3", 'cannot be read from "__import__'),
        ("3 > 2", "what no cell can change"),
        ("one.all < one.all + 1", "what no cell can change"),
    ],
)
def test_what_is_no_comparison_is_refused(text: str, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        parse_comparison(text)


@given(st.text(alphabet="ab.12+-<> ()", max_size=12))
def test_any_text_is_parsed_or_refused(text: str) -> None:
    try:
        links = parse_comparison(text)
    except ConfigError:
        return
    assert len(links) == text.count("<") + text.count(">")


def test_a_sum_needs_a_cell() -> None:
    with pytest.raises(ConfigError, match="has no cell"):
        parse_sum("3 + 4")

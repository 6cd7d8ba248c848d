"""What a paper says in words, as a comparison of cells: ``two.all - one.all > 0.5``, ``a.top1 < b.top1 < c.top1``.

The grammar is small and parsed here; nothing of a table file is ever evaluated as code::

    comparison = sum ("<" | ">") sum {("<" | ">") sum}
    sum        = ["+" | "-"] term {("+" | "-") term}
    term       = row "." column | number
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from scanpath.errors import ConfigError

NAME = r"[A-Za-z_][A-Za-z0-9_]*"
_TOKEN = re.compile(rf"\s*(?:(?P<cell>{NAME}\.{NAME})|(?P<number>\d+(?:\.\d*)?|\.\d+)|(?P<sign>[-+<>]))")


class Cell(NamedTuple):
    """An address in a table."""

    row: str
    column: str

    def __str__(self) -> str:
        """Write it as a claim does."""
        return f"{self.row}.{self.column}"


class Sum(NamedTuple):
    """A linear combination: cells times whole factors, plus a constant."""

    terms: tuple[tuple[Cell, int], ...]
    constant: float

    def __sub__(self, other: Sum) -> Sum:
        """Subtract, like terms together; those that cancel vanish."""
        factors: dict[Cell, int] = {}
        for terms, sign in ((self.terms, 1), (other.terms, -1)):
            for cell, factor in terms:
                factors[cell] = factors.get(cell, 0) + sign * factor
        terms = tuple((cell, factor) for cell, factor in factors.items() if factor)
        return Sum(terms, self.constant - other.constant)

    @property
    def cells(self) -> tuple[Cell, ...]:
        """The cells that it needs."""
        return tuple(cell for cell, _ in self.terms)


class Link(NamedTuple):
    """Two neighbours in a chain: ``low < high``."""

    low: Sum
    high: Sum

    @property
    def margin(self) -> Sum:
        """What is above zero if the link holds."""
        return self.high - self.low


def parse_comparison(text: str) -> tuple[Link, ...]:
    """Parse a comparison.

    Returns:
        Its links; ``a < b > c`` has two, ``(a, b)`` and ``(c, b)``.

    Raises:
        ConfigError: it is none; the sentence says where.
    """
    sums: list[Sum] = []
    signs: list[str] = []
    part: list[str] = []
    for word in _tokens(text):
        if word in "<>":
            sums.append(_sum(part, text))
            signs.append(word)
            part = []
        else:
            part.append(word)
    sums.append(_sum(part, text))
    if not signs:
        raise ConfigError(f"{text!r} compares nothing: expected '<' or '>', such as two.all > one.all + 0.5.")
    pairs = zip(sums, signs, sums[1:], strict=False)
    links = tuple(Link(left, right) if sign == "<" else Link(right, left) for left, sign, right in pairs)
    for link in links:
        if not link.margin.terms:
            raise ConfigError(f"{text!r} compares what no cell can change: name cells that differ.")
    return links


def parse_sum(text: str) -> Sum:
    """Parse what may stand on one side of a comparison.

    Raises:
        ConfigError: it is no sum of cells.
    """
    found = _sum(list(_tokens(text)), text)
    if not found.terms:
        raise ConfigError(f"{text!r} has no cell: expected one such as two.all.")
    return found


def _tokens(text: str) -> Iterator[str]:
    place = 0
    text = text.rstrip()
    while place < len(text):
        found = _TOKEN.match(text, place)
        if not found:
            raise ConfigError(
                f"{text!r} cannot be read from {text[place:].strip()[:20]!r} on: expected row.column, a number, "
                "'+', '-', '<' or '>'."
            )
        place = found.end()
        yield found.group().strip()


def _sum(tokens: list[str], text: str) -> Sum:
    if tokens and tokens[0] not in "+-":
        tokens = ["+", *tokens]
    signs, values = tokens[::2], tokens[1::2]
    if not values or len(signs) != len(values) or not _alternate(signs, values):
        shown = repr(" ".join(tokens).removeprefix("+ ")) if tokens else "nothing"
        raise ConfigError(f"{text!r} has {shown} on one side, expected cells and numbers joined by '+' or '-'.")
    total = Sum((), 0.0)
    for sign, value in zip(signs, values, strict=True):
        number = value[0].isdigit() or value[0] == "."
        term = Sum((), float(value)) if number else Sum(((Cell(*value.split(".")), 1),), 0.0)
        total = total - term if sign == "-" else total - (Sum((), 0.0) - term)
    return total


def _alternate(signs: list[str], values: list[str]) -> bool:
    return all(sign in "+-" for sign in signs) and not any(value in "+-" for value in values)

"""What the page of a paper's table shows, as plain values: its numbers beside ours, and its claims."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from scanpath.report.content import Estimate, Example

Judgement = Literal["holds", "fails", "open"]


@dataclass(frozen=True, kw_only=True)
class TableColumn:
    """What is measured."""

    id: str
    label: str
    axis: str
    """The measure with its unit, for the axis of a figure."""
    higher_is_better: bool = True
    printed: bool = False
    """Whether the paper prints a number in any of its rows."""
    series: bool = False
    """Whether each row has points of a figure in it, and no single number."""


@dataclass(frozen=True, kw_only=True)
class TableCell:
    """Numbers, and how they are written in the table."""

    paper: float | None = None
    ours: Estimate | None = None
    paper_words: str = ""
    ours_words: str = ""
    difference_words: str = ""
    seeds: tuple[float, ...] = ()
    """Ours under each seed."""


@dataclass(frozen=True, kw_only=True)
class Point:
    """One point of a series."""

    at: float | str
    ours: Estimate
    words: str


@dataclass(frozen=True, kw_only=True)
class TableRow:
    """One row; the mappings are by column."""

    id: str
    label: str
    quoted: bool = False
    """From elsewhere: printed, never run."""
    cells: Mapping[str, TableCell] = field(default_factory=dict)
    series: Mapping[str, tuple[Point, ...]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class TableClaim:
    """A sentence of the paper, judged."""

    verdict: Judgement
    words: str
    section: str
    comparison: str
    numbers: str
    """Those that decide."""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class TableContent:
    """A table at a scale."""

    title: str
    intro: str
    headline: str
    """How much is measured, and what became of the claims."""
    columns: tuple[TableColumn, ...]
    rows: tuple[TableRow, ...]
    seeds: tuple[list[str], list[list[str]]] | None = None
    """Header and rows of what each seed gave, as words."""
    claims: tuple[TableClaim, ...] = ()
    examples: tuple[Example, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def items(self) -> str:
        """What its examples are."""
        return f"{next((example.about for example in self.examples), 'question')}s"

    @property
    def plain_columns(self) -> tuple[TableColumn, ...]:
        """Those with one number a row."""
        return tuple(column for column in self.columns if not column.series)

    @property
    def series_columns(self) -> tuple[TableColumn, ...]:
        """Those with many points a row."""
        return tuple(column for column in self.columns if column.series)

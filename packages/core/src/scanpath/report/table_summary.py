"""One picture of a paper's table, for its Markdown: dots with intervals, verdicts, and where the best rows look."""

from __future__ import annotations

import io
import math
import textwrap
from collections.abc import Sequence
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from scanpath.report.palette import ATTENTIONS
from scanpath.report.plots import INK, SMALL, literal
from scanpath.report.strip import TILES, Looker, draw_strips, strip_height
from scanpath.report.table_content import TableClaim, TableColumn, TableContent, TableRow
from scanpath.report.table_plots import (
    CHARACTER,
    OURS,
    PANELS,
    PAPER,
    ROW,
    draw_dots,
    draw_series,
    is_ordered,
    shown_columns,
    shown_rows,
)

WIDTH = 12.0
SOFT = "#636b74"
COLOURS = {"holds": "#1a7f4b", "fails": "#b3392f", "open": SOFT}
SIGNS = {"holds": "✓ holds", "fails": "✗ fails", "open": "? open"}
WORDS = 128
"""Letters of a claim in one line."""
CURVE = 3.0
"""Inches of a series over numbers."""
APART = 0.36
"""Inches between panels: the last number below one and the first below the next."""


def best_first(content: TableContent, rows: Sequence[TableRow]) -> list[TableRow]:
    """Return the rows that have maps, the best ones in the first column before others."""
    looking = {
        answered.row for example in content.examples for answered in example.answered if answered.maps is not None
    }
    first = content.plain_columns[0] if content.plain_columns else None

    def rank(row: TableRow) -> float:
        cell = row.cells.get(first.id) if first else None
        if first is None or cell is None or cell.ours is None:
            return math.inf
        return -cell.ours.value if first.higher_is_better else cell.ours.value

    return sorted((row for row in rows if row.id in looking), key=rank)


def table_picture(content: TableContent) -> Image.Image:
    """Draw the first columns, what is over numbers, the claims, and a question under the rows that look.

    The picture is 1200 pixels wide.
    """
    rows, columns = shown_rows(content), shown_columns(content)[:PANELS]
    lookers, curves = best_first(content, rows), _curves(content)
    dots = ROW * len(rows) + 1.1 if rows else 0.0
    claims = 0.26 * len(content.claims) + (0.15 if content.claims else 0)
    strip = strip_height(WIDTH) if lookers else 0.0
    lines = CURVE * len(curves)
    height = 1.05 + dots + lines + claims + strip
    figure = Figure(figsize=(WIDTH, height), dpi=100, facecolor="white")
    FigureCanvasAgg(figure)
    title = textwrap.shorten(content.title, 90, placeholder=" …")
    figure.text(0.03, 1 - 0.42 / height, literal(title), fontsize=18, fontweight="bold", color=INK, va="center")
    figure.text(0.03, 1 - 0.75 / height, literal(content.headline), fontsize=10, color=SOFT, va="center")
    if rows:
        _draw_panels(figure, rows, columns, bottom=lines + claims + strip + 0.85, tall=dots - 1.1)
        _draw_legend(figure, columns, seeds=bool(content.seeds))
    for number, (column, of_rows) in enumerate(curves):
        _draw_curve(figure, of_rows, column, bottom=strip + claims + lines - CURVE * (number + 1))
    _draw_claims(figure, content.claims, top=strip + claims)
    if lookers:
        shown = [Looker(row.id, row.label, ATTENTIONS[0]) for row in lookers[: TILES - 1]]
        draw_strips(figure, content.examples, shown, top=strip - 0.1)
    stream = io.BytesIO()
    figure.savefig(stream, format="png", dpi=100)
    return Image.open(stream).convert("RGB")


def _draw_panels(
    figure: Figure, rows: Sequence[TableRow], columns: Sequence[TableColumn], *, bottom: float, tall: float
) -> None:
    """Draw columns side by side from ``bottom`` inches up, the rows' names at their left."""
    height = figure.get_size_inches()[1]
    left = 0.36 + 0.1 + CHARACTER * 1.03 * max(len(row.label) for row in rows)
    wide = (WIDTH - left - 0.3) / len(columns)
    for number, column in enumerate(columns):
        place = (left + number * wide) / WIDTH
        axes = figure.add_axes((place, bottom / height, (wide - APART) / WIDTH, tall / height))
        draw_dots(axes, rows, column)
        if number:
            axes.set_yticklabels([])


def _draw_legend(figure: Figure, columns: Sequence[TableColumn], *, seeds: bool) -> None:
    """Say at the right of the headline what the marks in the panels are."""
    look: dict[str, Any] = {"y": 1 - 0.75 / figure.get_size_inches()[1], "fontsize": 10, "ha": "right", "va": "center"}
    printed = any(column.printed for column in columns)
    if printed:
        figure.text(x=0.985, s="◇ the paper's number", color=PAPER, **look)
    if printed or seeds:
        told = "● ours, 95 %" + (", | a seed" if seeds else "")
        figure.text(x=0.845 if printed else 0.985, s=told, color=OURS, **look)


def _draw_claims(figure: Figure, claims: Sequence[TableClaim], *, top: float) -> None:
    """Write verdicts and words, a line each, from ``top`` inches down."""
    height = figure.get_size_inches()[1]
    for number, claim in enumerate(claims):
        look: dict[str, Any] = {"y": (top - 0.15 - 0.26 * number) / height, "fontsize": 10, "va": "center"}
        figure.text(x=0.03, s=SIGNS[claim.verdict], fontweight="bold", color=COLOURS[claim.verdict], **look)
        words = textwrap.shorten(claim.words, WORDS, placeholder=" …")
        figure.text(x=0.09, s=literal(words), color=INK, **look)


def _curves(content: TableContent) -> list[tuple[TableColumn, list[TableRow]]]:
    """Return the series over numbers, each with the rows that have points in it."""
    having = [(column, [row for row in content.rows if row.series.get(column.id)]) for column in content.series_columns]
    return [(column, rows) for column, rows in having if rows and is_ordered(rows, column)]


def _draw_curve(figure: Figure, rows: Sequence[TableRow], column: TableColumn, *, bottom: float) -> None:
    """Draw a series from ``bottom`` inches up, its names beside it."""
    width, height = figure.get_size_inches()
    tall = CURVE - 0.9
    names = 0.7 + CHARACTER * 1.03 * max(len(row.label) for row in rows)
    axes = figure.add_axes((0.95 / width, (bottom + 0.5) / height, 1 - (0.95 + names) / width, tall / height))
    draw_series(axes, rows, column)
    axes.set_ylabel(literal(textwrap.fill(column.axis, int(tall / CHARACTER))))
    axes.set_title(literal(column.label), fontsize=SMALL, color=INK, loc="left")
    axes.legend(loc="center left", bbox_to_anchor=(1.01, 0.5), frameon=False, fontsize=SMALL, labelcolor=INK)

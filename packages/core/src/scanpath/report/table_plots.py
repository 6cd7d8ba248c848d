"""The figures of a paper's table: a panel of dots a column, and the points of each series.

A dot is ours with its interval, a stroke one seed, a hollow mark the paper's number. Figures follow
:mod:`scanpath.report.plots`.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from scanpath.report.palette import ATTENTION_MARKS, ATTENTIONS
from scanpath.report.plots import INK, RULE, SMALL, literal, quieten
from scanpath.report.table_content import Point, TableColumn, TableContent, TableRow
from scanpath.report.wording import count

OURS, PAPER = ATTENTIONS[0], ATTENTIONS[1]
PANELS = 4
"""Side by side at most."""
ROW = 0.27
"""Inches of a row."""
CHARACTER = 0.066
"""Inches of a letter of a label."""


def shown_rows(content: TableContent) -> list[TableRow]:
    """Return the rows that have a number to draw."""
    return [row for row in content.rows if any(cell.ours or cell.paper is not None for cell in row.cells.values())]


def shown_columns(content: TableContent) -> list[TableColumn]:
    """Return the columns that have a number to draw."""
    return [column for column in content.plain_columns if any(_has(row, column) for row in content.rows)]


def _has(row: TableRow, column: TableColumn) -> bool:
    cell = row.cells.get(column.id)
    return cell is not None and (cell.ours is not None or cell.paper is not None)


def dots(rows: Sequence[TableRow], columns: Sequence[TableColumn], *, width: float = 7.6) -> Figure:
    """Draw some columns side by side: a line a row, from the first down."""
    margin = 0.15 + CHARACTER * max(len(row.label) for row in rows)
    height = 1.15 + ROW * len(rows)
    figure = Figure(figsize=(width, height), facecolor="none")
    FigureCanvasAgg(figure)
    panels = figure.subplots(1, len(columns), sharey=True, squeeze=False)[0]
    # Set by hand: matplotlib's own layout costs more time than all the rest of the page.
    place = {"left": margin / width, "right": 0.985, "bottom": 0.85 / height, "top": 1 - 0.3 / height}
    figure.subplots_adjust(**place, wspace=0.12)
    for axes, column in zip(panels, columns, strict=True):
        draw_dots(axes, rows, column)
    return figure


def draw_dots(axes: Axes, rows: Sequence[TableRow], column: TableColumn) -> None:
    """Fill ``axes`` with one column."""
    quieten(axes)
    axes.grid(visible=False, axis="y")
    axes.grid(visible=True, axis="x", color=RULE, linewidth=0.8)
    for place, row in enumerate(rows):
        axes.axhline(place, color=RULE, linewidth=0.6, zorder=0)
        cell = row.cells.get(column.id)
        if cell is None:
            continue
        if cell.ours is not None:
            low, high = cell.ours.low, cell.ours.high
            if low is not None and high is not None:
                axes.plot([low, high], [place, place], color=OURS, linewidth=2.4, alpha=0.45, solid_capstyle="butt")
            axes.plot([cell.ours.value], [place], marker="o", markersize=5.5, color=OURS, zorder=3)
            if len(cell.seeds) > 1:
                axes.plot(cell.seeds, [place] * len(cell.seeds), marker="|", markersize=9, linewidth=0, color=OURS)
        if cell.paper is not None:
            look: dict[str, Any] = {"markerfacecolor": "none", "markeredgecolor": PAPER, "markeredgewidth": 1.5}
            axes.plot([cell.paper], [place], marker="D", markersize=6.5, linewidth=0, zorder=4, **look)
    axes.set_yticks(range(len(rows)), [literal(row.label) for row in rows])
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.margins(x=0.12)
    axes.xaxis.set_major_locator(MaxNLocator(4))
    axes.set_title(literal(column.label), fontsize=SMALL, color=INK, loc="left")
    figure = axes.get_figure(root=True)
    inches = axes.get_position().width * (figure.get_size_inches()[0] if figure else 0)
    lines = textwrap.wrap(column.axis, max(12, int(inches / CHARACTER)), max_lines=3, placeholder=" …")
    axes.set_xlabel(literal("\n".join(lines)))
    if any(abs(tick) >= 1e4 for tick in axes.get_xticks()):
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: count(value)))


def in_panels(columns: Sequence[TableColumn]) -> list[list[TableColumn]]:
    """Part columns into figures of about equal width."""
    figures = -(-len(columns) // PANELS)
    size = -(-len(columns) // figures) if figures else 1
    return [list(columns[start : start + size]) for start in range(0, len(columns), size)]


def series(content: TableContent, column: TableColumn, *, width: float = 7.6) -> Figure:
    """Draw one series: lines over numbers, or a line of dots for each named point."""
    rows = [row for row in content.rows if row.series.get(column.id)]
    names = _names(rows, column)
    ordered = is_ordered(rows, column)
    abreast = max(1, int(width / (CHARACTER * max((len(row.label) for row in rows), default=1) + 0.55)))
    legend = 0.35 + 0.2 * -(-len(rows) // abreast)
    height = legend + (3.0 if ordered else 0.6 + len(names) * (0.2 + 0.06 * len(rows)))
    figure = Figure(figsize=(width, height), facecolor="none")
    FigureCanvasAgg(figure)
    margin = 0.6 if ordered else 0.2 + CHARACTER * max(len(str(name)) for name in names)
    axes = figure.add_axes(
        (margin / width, (legend + 0.3) / height, 1 - (margin + 0.1) / width, 1 - (legend + 0.45) / height)
    )
    draw_series(axes, rows, column)
    figure.legend(
        *axes.get_legend_handles_labels(),
        loc="lower center",
        ncols=abreast,
        frameon=False,
        fontsize=SMALL,
        labelcolor=INK,
    )
    return figure


def is_ordered(rows: Sequence[TableRow], column: TableColumn) -> bool:
    """Tell whether the points of a series are at numbers, so that lines lead from one to the next."""
    return all(isinstance(name, float) for name in _names(rows, column))


def draw_series(axes: Axes, rows: Sequence[TableRow], column: TableColumn) -> None:
    """Fill ``axes`` with one series of rows that have points in it; a legend is the caller's."""
    quieten(axes)
    names, ordered = _names(rows, column), is_ordered(rows, column)
    for number, row in enumerate(rows):
        points = row.series[column.id]
        turn, place = divmod(number, len(ATTENTIONS))
        mark = ATTENTION_MARKS[(place + turn) % len(ATTENTION_MARKS)]
        look: dict[str, Any] = {"color": ATTENTIONS[place], "marker": mark, "elinewidth": 1}
        spread = _spread(points)
        values = [point.ours.value for point in points]
        label = literal(row.label)
        if ordered:
            places = [float(point.at) for point in points]
            axes.errorbar(places, values, yerr=spread, markersize=4.5, linewidth=1.5, label=label, **look)
        else:
            step = 0.0 if len(rows) == 1 else 0.6 * number / (len(rows) - 1) - 0.3
            heights = [names.index(point.at) + step for point in points]
            axes.errorbar(values, heights, xerr=spread, markersize=4.5, linewidth=0, label=label, **look)
    if ordered:
        axes.set_ylabel(literal(column.axis))
    else:
        axes.set_yticks(range(len(names)), [literal(str(name)) for name in names])
        axes.set_ylim(len(names) - 0.5, -0.5)
        axes.grid(visible=False, axis="y")
        axes.grid(visible=True, axis="x", color=RULE, linewidth=0.8)
        axes.set_xlabel(literal(column.axis))


def _names(rows: Sequence[TableRow], column: TableColumn) -> list[float | str]:
    return list(dict.fromkeys(point.at for row in rows for point in row.series[column.id]))


def _spread(points: Sequence[Point]) -> list[list[float]]:
    """Return the distances to both ends of each interval, none where no interval is known."""
    estimates = [point.ours for point in points]
    below = [0.0 if one.low is None else max(0.0, one.value - one.low) for one in estimates]
    above = [0.0 if one.high is None else max(0.0, one.high - one.value) for one in estimates]
    return [below, above]

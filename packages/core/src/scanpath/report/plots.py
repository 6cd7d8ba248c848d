"""The figures of a comparison: accuracy over cost, curves, question types. Each returns a matplotlib figure.

Figures are built without pyplot, so nothing global is touched. Ink and rules are drawn in two reserved colours, which
:mod:`scanpath.report.embedding` turns into the page's own, light or dark.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Any

import numpy as np

from scanpath.errors import missing_extra
from scanpath.report.content import Content, Curve, Estimate, Row
from scanpath.report.palette import styles

try:
    from matplotlib.axes import Axes
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.ticker import FuncFormatter, MaxNLocator
except ImportError as error:
    raise missing_extra(error.name or "matplotlib", purpose="drawing figures") from error

INK = "#1f2328"
RULE = "#d8dce1"
SMALL = 9


def accuracy_over_cost(content: Content, *, size: tuple[float, float] = (7.6, 4.3)) -> Figure:
    """Draw accuracy with its interval over milliseconds, the line of rows that nothing cheaper beats, and the ceiling.

    Rows without a measured time (the prior, which runs no model) are level lines at the left.
    """
    figure, (axes,) = _canvas(size)
    draw_accuracy_over_cost(axes, content)
    return figure


def draw_accuracy_over_cost(axes: Axes, content: Content) -> None:
    """Fill ``axes`` with what :func:`accuracy_over_cost` shows."""
    timed = [row for row in content.rows if _milliseconds(row) is not None]
    style = styles(content.rows)
    _line_of_best(axes, timed)
    for row in timed:
        colour, mark = style[row.id]
        x, y = _milliseconds(row) or 0.0, row.accuracy
        axes.errorbar(x, y.value, yerr=_errors([y]), color=colour, marker=mark, markersize=8, linewidth=1.4, zorder=3)
    for row in content.rows:
        if _milliseconds(row) is None:
            axes.axhline(row.accuracy.value, color=style[row.id].colour, linewidth=1, linestyle=(0, (4, 3)), zorder=1)
            _margin_note(axes, literal(row.label), row.accuracy.value)
    if content.ceiling is not None:
        axes.axhline(content.ceiling, color=INK, linewidth=0.8, linestyle=(0, (1, 2)), zorder=1)
        _margin_note(
            axes, "ceiling that answer noise allows", content.ceiling, left=True
        )  # the best rows are at the right
    axes.set_xlabel("milliseconds per batch, forward and backward")
    axes.set_ylabel("accuracy, %")
    if timed:
        axes.set_xlim(0, 1.18 * max(_milliseconds(row) or 0 for row in timed))
    _name_points(axes, [(literal(row.label), _milliseconds(row) or 0.0, row.accuracy.value) for row in timed])


def _milliseconds(row: Row) -> float | None:
    return row.cost.milliseconds if row.cost else None


def _margin_note(axes: Axes, words: str, height: float, *, left: bool = False) -> None:
    axes.annotate(
        words,
        (0 if left else 1, height),
        xycoords=("axes fraction", "data"),
        xytext=(2 if left else -2, 3),
        textcoords="offset points",
        ha="left" if left else "right",
        fontsize=SMALL - 1,
        color=INK,
        alpha=0.75,
    )


def _line_of_best(axes: Axes, rows: Sequence[Row]) -> None:
    """Join the rows that no cheaper row beats (the Pareto line), in steps."""
    best, points = -np.inf, []
    for row in sorted(rows, key=lambda row: (_milliseconds(row) or 0.0, -row.accuracy.value)):
        if row.accuracy.value > best:
            best = row.accuracy.value
            points.append((_milliseconds(row), best))
    if len(points) > 1:
        x, y = zip(*points, strict=True)
        axes.step(x, y, where="post", color=INK, linewidth=1, alpha=0.35, zorder=1)


def _name_points(axes: Axes, points: Sequence[tuple[str, float, float]]) -> None:
    """Write each name beside its point: right, left, below or above it, where first no other name or point is."""
    (left, right), (low, high) = axes.get_xlim(), axes.get_ylim()
    placed = [((x - left) / (right - left), (y - low) / (high - low)) for _, x, y in points]
    taken = [(x - 0.012, y - 0.02, x + 0.012, y + 0.02) for x, y in placed]
    for (words, *_), (x, y) in zip(points, placed, strict=True):
        wide, tall = 0.0115 * len(words), 0.045
        places = {
            "left": (x + 0.018, y + 0.004),  # above the line of the best, which leaves a point to the right
            "right": (x - 0.018 - wide, y - tall / 2),
            "center": (x - wide / 2, y - 0.03 - tall),
            "bottom": (x - wide / 2, y + 0.03),
        }
        boxes = {where: (a, b, a + wide, b + tall) for where, (a, b) in places.items()}
        free = [where for where, box in boxes.items() if box[2] < 1 and not any(_meet(box, other) for other in taken)]
        where = free[0] if free else "left"
        taken.append(boxes[where])
        corner = places[where]
        axes.text(
            x if where in ("center", "bottom") else corner[0] + (wide if where == "right" else 0),
            corner[1] + tall / 2,
            words,
            transform=axes.transAxes,
            ha="center" if where == "bottom" else where,
            va="center",
            fontsize=SMALL,
            color=INK,
        )


def _meet(box: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return box[0] < other[2] and other[0] < box[2] and box[1] < other[3] and other[1] < box[3]


def curves(content: Content, *, size: tuple[float, float] = (7.6, 3.7)) -> Figure:
    """Draw accuracy while learning, over questions seen (left) and over time (right): seeds thin, their mean thick."""
    figure, (left, right) = _canvas(size, columns=2)
    _draw_curves(left, content, lambda curve: np.asarray(curve.samples, dtype=float))
    _draw_curves(right, content, lambda curve: np.asarray(curve.seconds, dtype=float))
    left.set_xlabel("questions seen")
    left.xaxis.set_major_formatter(FuncFormatter(lambda value, _: thousands(value)))
    right.set_xlabel("seconds of training")
    left.set_ylabel("accuracy on the validation split, %")
    _legend(figure, left)
    return figure


def _legend(figure: Figure, axes: Axes) -> None:
    """Name the rows once, below the panels."""
    handles, labels = axes.get_legend_handles_labels()
    if labels:
        look: dict[str, Any] = {"frameon": False, "fontsize": SMALL, "labelcolor": INK}
        figure.legend(handles, labels, loc="outside lower center", ncols=min(5, len(labels)), **look)


def literal(words: str) -> str:
    """Keep matplotlib from reading a dollar sign as the start of a formula."""
    return words.replace("$", r"\$")


def thousands(value: float) -> str:
    """Write a number of questions as a tick's label."""
    if abs(value) >= 1e6:
        return f"{value / 1e6:g} M"
    return f"{value / 1e3:g} k" if abs(value) >= 1e3 else f"{value:g}"


def _draw_curves(axes: Axes, content: Content, places: Callable[[Curve], np.ndarray]) -> None:
    style = styles(content.rows)
    labels = {row.id: literal(row.label) for row in content.rows}
    known = sorted((curve for curve in content.curves if curve.row in labels), key=lambda c: list(labels).index(c.row))
    for row, group in groupby(known, key=lambda curve: curve.row):
        seeds = list(group)
        for curve in seeds:
            axes.plot(places(curve), curve.accuracy, color=style[row].colour, linewidth=0.7, alpha=0.35)
        shortest = min(len(curve.accuracy) for curve in seeds)
        x = np.mean([places(curve)[:shortest] for curve in seeds], axis=0)
        y = np.mean([curve.accuracy[:shortest] for curve in seeds], axis=0)
        axes.plot(x, y, color=style[row].colour, marker=style[row].mark, markersize=4, linewidth=1.8, label=labels[row])


def question_types(content: Content, *, width: float = 7.6) -> Figure:
    """Draw accuracy with its interval per question type: one line a type, one mark a row."""
    names = list(dict.fromkeys(name for row in content.rows for name in row.question_types))
    rows = [row for row in content.rows if row.question_types]
    figure, (axes,) = _canvas((width, 1.1 + max(1, len(names)) * (0.22 + 0.05 * len(rows))))
    style = styles(content.rows)
    steps = np.linspace(-0.32, 0.32, len(rows)) if len(rows) > 1 else np.zeros(1)
    for row, step in zip(rows, steps, strict=False):
        places = [(number, row.question_types[name]) for number, name in enumerate(names) if name in row.question_types]
        colour, mark = style[row.id]
        axes.errorbar(
            [estimate.value for _, estimate in places],
            [number + step for number, _ in places],
            xerr=_errors([estimate for _, estimate in places]),
            color=colour,
            marker=mark,
            markersize=5,
            linewidth=0,
            elinewidth=1.1,
            label=literal(row.label),
        )
    for number in range(1, len(names)):
        axes.axhline(number - 0.5, color=RULE, linewidth=0.8)
    axes.set_yticks(range(len(names)), [literal(name) for name in names])
    axes.set_ylim(max(1, len(names)) - 0.5, -0.5)
    axes.grid(visible=False, axis="y")
    axes.grid(visible=True, axis="x", color=RULE, linewidth=0.8)
    axes.set_xlabel("accuracy, %")
    _legend(figure, axes)
    return figure


def _errors(estimates: Sequence[Estimate]) -> np.ndarray:
    """Return the distances to both ends of each interval, (2, n); none where no interval was computed."""
    below = [0.0 if e.low is None else max(0.0, e.value - e.low) for e in estimates]
    above = [0.0 if e.high is None else max(0.0, e.high - e.value) for e in estimates]
    return np.array([below, above])


def _canvas(size: tuple[float, float], *, columns: int = 1) -> tuple[Figure, list[Axes]]:
    """Make a figure with quiet axes."""
    figure = Figure(figsize=size, layout="constrained", facecolor="none")
    FigureCanvasAgg(figure)
    panels = list(figure.subplots(1, columns, sharey=True, squeeze=False)[0])
    for axes in panels:
        quieten(axes)
    return figure, panels


def quieten(axes: Axes) -> None:
    """Take away the box, keep level rules behind the data."""
    axes.set_facecolor("none")
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(RULE)
    axes.tick_params(length=0, labelsize=SMALL, labelcolor=INK)
    axes.grid(visible=True, axis="y", color=RULE, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.xaxis.label.set_color(INK)
    axes.yaxis.label.set_color(INK)
    axes.xaxis.label.set_fontsize(SMALL)
    axes.yaxis.label.set_fontsize(SMALL)
    axes.xaxis.set_major_locator(MaxNLocator(6))

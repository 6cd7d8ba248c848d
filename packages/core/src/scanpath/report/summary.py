"""One picture of a comparison, for a README: what each row achieves, and where the attentions look."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from scanpath.report import overlay
from scanpath.report.content import Answered, Content, Example, Row
from scanpath.report.palette import Style, styles
from scanpath.report.plots import INK, RULE, draw_accuracy_over_cost, literal, quieten

SIZE = (12.0, 7.0)
SOFT = "#636b74"
TILES = 8
"""Pictures in the strip: for each question its own and one of every attention, up to seven."""
LEFT, GAP = 0.03, 0.012
SIDE = (0.94 - (TILES - 1) * GAP) / TILES


def summary_picture(content: Content, *, example: int = 0) -> Image.Image:
    """Draw accuracy with intervals, accuracy over cost, and below them questions under every attention, 1200 x 700.

    Args:
        content: what was measured. Without examples the plots fill the picture.
        example: number of the first example in the strip, where each attention shows its headline map; there is room
            for seven attentions, the most accurate ones, and for more questions where there are fewer.
    """
    figure = Figure(figsize=SIZE, dpi=100, facecolor="white")
    FigureCanvasAgg(figure)
    style = styles(content.rows)
    figure.text(0.03, 0.945, literal(content.title), fontsize=18, fontweight="bold", color=INK, va="center")
    bottom = 0.43 if content.examples else 0.1
    _draw_accuracy(figure.add_axes((0.2, bottom, 0.27, 0.88 - bottom)), content, style)
    plane = figure.add_axes((0.56, bottom, 0.42, 0.88 - bottom))
    quieten(plane)
    draw_accuracy_over_cost(plane, content)
    if content.examples:
        lookers = sorted((row for row in content.rows if row.kind == "attention"), key=lambda row: -row.accuracy.value)
        lookers = lookers[: TILES - 1]
        for place, one in enumerate(content.examples[example:][: TILES // (1 + len(lookers))]):
            _draw_strip(figure, one, lookers, style, place * (1 + len(lookers)))
    stream = io.BytesIO()
    figure.savefig(stream, format="png", dpi=100)
    return Image.open(stream).convert("RGB")


def _draw_accuracy(axes: Axes, content: Content, style: dict[str, Style]) -> None:
    rows = sorted(content.rows, key=lambda row: row.accuracy.value)
    for place, row in enumerate(rows):
        low, value, high = row.accuracy.low, row.accuracy.value, row.accuracy.high
        colour = style[row.id].colour
        axes.plot([0, value], [place, place], color=colour, linewidth=7, alpha=0.22, solid_capstyle="butt")
        if low is not None and high is not None:
            axes.plot([low, high], [place, place], color=colour, linewidth=3, solid_capstyle="butt")
        axes.plot([value], [place], marker=style[row.id].mark, color=colour, markersize=7)
        axes.annotate(
            f"{value:.1f}",
            (value, place),
            xytext=(9, 0),
            textcoords="offset points",
            va="center",
            fontsize=9.5,
            color=INK,
        )
    if content.ceiling is not None:
        axes.axvline(content.ceiling, color=SOFT, linewidth=1, linestyle=(0, (1, 2)))
        axes.text(content.ceiling, len(rows) - 0.4, "ceiling", fontsize=9, color=SOFT, ha="right", va="bottom")
    axes.set_yticks(range(len(rows)), [literal(row.label) for row in rows], fontsize=9.5)
    for tick, row in zip(axes.get_yticklabels(), rows, strict=True):
        tick.set_color(INK if row.kind == "attention" else SOFT)
    axes.set_xlim(0, 112)
    axes.set_xticks(range(0, 101, 20))
    axes.set_ylim(-0.6, len(rows) - 0.4)
    axes.tick_params(length=0, labelsize=9, colors=SOFT, axis="x")
    axes.tick_params(length=0, axis="y")
    axes.grid(visible=True, axis="x", color=RULE, linewidth=0.7)
    axes.set_axisbelow(True)
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.set_xlabel("accuracy, % (line: 95 % interval)", fontsize=9, color=SOFT)


def _draw_strip(figure: Figure, example: Example, rows: Sequence[Row], style: dict[str, Style], first: int) -> None:
    """Draw one question in the lower part, from the tile ``first``: its picture, and the headline map of each row."""
    given = {answered.row: answered for answered in example.answered}
    tiles = [("The picture", f"people say: {example.answers[0] if example.answers else '?'}", INK, _plain(example))]
    tiles += [_tile(example, row, given[row.id], style[row.id].colour) for row in rows if row.id in given]
    height = SIDE * SIZE[0] / SIZE[1]
    question = literal("\n".join(textwrap.wrap(example.question, 13 * len(tiles), max_lines=2)))
    at = LEFT + first * (SIDE + GAP)
    figure.text(at, 0.323, question, fontsize=12, fontweight="bold", color=INK, va="baseline", linespacing=1.15)
    for number, (title, answer, colour, picture) in enumerate(tiles):
        place = at + number * (SIDE + GAP)
        axes = figure.add_axes((place, 0.305 - height, SIDE, height))
        axes.imshow(picture, interpolation="nearest", aspect="auto")
        axes.axis("off")
        figure.text(
            place, 0.305 - height - 0.025, literal(title), fontsize=9.5, color=colour, va="center", fontweight="bold"
        )
        figure.text(place, 0.305 - height - 0.054, literal(answer), fontsize=9.5, color=INK, va="center")


def _plain(example: Example) -> np.ndarray:
    picture = overlay.magnify(example.picture)
    return picture if example.target is None else overlay.outline(picture, example.target)


def _tile(example: Example, row: Row, answered: Answered, colour: str) -> tuple[str, str, str, np.ndarray]:
    """Draw the headline map of one row, with what it answered."""
    answer = f"{'✓' if answered.score >= 0.5 else '✗'} {answered.prediction}"
    if answered.maps is None or len(answered.maps) == 0:
        return row.label, answer, colour, _plain(example)
    place = answered.names.index(row.headline_map) if row.headline_map in answered.names else -1
    drawn = overlay.overlay(example.picture, answered.maps[place], boxes=example.boxes, target=example.target)
    return row.label, answer, colour, np.asarray(drawn)

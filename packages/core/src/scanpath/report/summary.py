"""One picture of a comparison, for a README: what each row achieves, and where the attentions look."""

from __future__ import annotations

import io

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from scanpath.report.content import Content
from scanpath.report.palette import Style, styles
from scanpath.report.plots import INK, RULE, draw_accuracy_over_cost, literal, quieten
from scanpath.report.strip import TILES, Looker, draw_strips

SIZE = (12.0, 7.0)
SOFT = "#636b74"


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
        shown = [Looker(row.id, row.label, style[row.id].colour, row.headline_map) for row in lookers[: TILES - 1]]
        draw_strips(figure, content.examples[example:], shown, top=2.66)
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

"""How many modes are reached as deviations are scaled up: lines over factors, and the verdicts below them."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from scanpath.report.palette import ATTENTION_MARKS, ATTENTIONS
from scanpath.report.plots import INK, SMALL, literal, quieten
from scanpath.report.table_summary import COLOURS, SOFT
from scanpath_attention_rnn.figures.means import IN_THIS_RUN

DPI = 100
TALL, LEGEND, LINE, EDGE, SIGN = 2.85, 0.34, 0.26, 0.28, 1.62
"""Inches: of the panels, the legend, a verdict, the margin at both sides, and what stands in front of a sentence."""


class Panel(NamedTuple):
    """One measure over factors."""

    title: str
    part: str
    measure: str
    top: int
    """Of the axis; there cannot be more."""


PANELS = (
    Panel("Copies reached by maps", "maps", "modes", 3),
    Panel("All 3 by maps, pictures", "maps", "all_modes", 1),
    Panel("Copies reached by features", "features", "modes", 3),
    Panel("All 3 by features, pictures", "features", "all_modes", 1),
    Panel("Copies' colours answered", "answers", "colors", 3),
)


def chart(networks: Sequence[Mapping[str, Any]], width: int) -> Image.Image:
    """Draw the results of networks, as :mod:`scanpath_attention_rnn.figures.sampling` gives them.

    Args:
        networks: One line each.
        width: In pixels.
    """
    statements = [(network["name"], one) for network in networks for one in network["statements"]]
    wide, tall = width / DPI, TALL + LEGEND + LINE * len(statements)
    figure = Figure(figsize=(wide, tall), dpi=DPI, facecolor="white")
    FigureCanvasAgg(figure)
    below = LEGEND + LINE * len(statements)
    each = (wide - 2 * EDGE) / len(PANELS)
    for number, panel in enumerate(PANELS):
        place = (EDGE + number * each + 0.35) / wide
        axes = figure.add_axes((place, (below + 0.55) / tall, (each - 0.5) / wide, (TALL - 0.9) / tall))
        _draw_panel(axes, panel, networks)
    _legend(figure, [network["name"] for network in networks], (below - 0.08) / tall)
    for number, (name, one) in enumerate(statements):
        look: dict[str, Any] = {"y": (below - LEGEND - LINE * (number + 0.2)) / tall, "fontsize": 10, "va": "center"}
        sign = IN_THIS_RUN[one["verdict"]]
        figure.text(x=EDGE / wide, s=sign, fontweight="bold", color=COLOURS[one["verdict"]], **look)
        words = f"{one['words']} ({name}, {one['of']}, factor {one['factor']:g})"
        figure.text(x=(EDGE + SIGN) / wide, s=literal(words), color=INK, **look)
    stream = io.BytesIO()
    figure.savefig(stream, format="png", dpi=DPI)
    return Image.open(stream).convert("RGB")


def _draw_panel(axes: Axes, panel: Panel, networks: Sequence[Mapping[str, Any]]) -> None:
    quieten(axes)
    for number, network in enumerate(networks):
        colour, mark = ATTENTIONS[number % len(ATTENTIONS)], ATTENTION_MARKS[number % len(ATTENTION_MARKS)]
        learnt, turned = network["factors"], [one["turned"] for one in network["factors"]]
        for at_factors, line in ((learnt, "-"), (turned, (0, (3, 2)))):
            means = [one[panel.part][panel.measure] for one in at_factors]
            ends = [(one["value"] - one["low"], one["high"] - one["value"]) for one in means]
            spread = np.asarray(ends).T.clip(0)  # equal values differ from their mean by rounding
            look: dict[str, Any] = {"color": colour, "linestyle": line, "linewidth": 1.5, "elinewidth": 1}
            look |= {"marker": mark, "markersize": 4.5} if line == "-" else {"alpha": 0.6}
            axes.errorbar(range(len(means)), [one["value"] for one in means], yerr=spread, **look)
    if panel.measure == "all_modes":
        axes.axhline(0.5, color=SOFT, linewidth=0.8, linestyle=(0, (1, 2)))
    factors = [one["factor"] for one in networks[0]["factors"]]
    axes.set_xticks(range(len(factors)), [f"{factor:g}" for factor in factors])
    axes.set_ylim(0, panel.top * 1.04)
    axes.set_title(panel.title, fontsize=SMALL, color=INK, loc="left")
    axes.set_xlabel("factor of the deviations")


def _legend(figure: Figure, names: Sequence[str], height: float) -> None:
    """Name the networks and say what is dashed, in one line."""
    wide = figure.get_size_inches()[0]
    place = EDGE
    told = [(f"—  {name}", ATTENTIONS[n % len(ATTENTIONS)]) for n, name in enumerate(names)]
    told.append(("- -  the same with each map's deviations turned by half a turn", SOFT))
    for words, colour in told:
        figure.text(place / wide, height, literal(words), fontsize=SMALL, color=colour, va="center")
        place += 0.085 * len(words) + 0.2

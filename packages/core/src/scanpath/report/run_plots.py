"""The figure of one run: each quantity over the items seen and over the seconds of training, one below the other."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from scanpath.report.palette import ATTENTIONS
from scanpath.report.plots import literal, quieten, thousands
from scanpath.report.run_content import Trace

HEIGHT, FOOT = 1.6, 0.5
"""Inches of a row, and of the labels below the last one."""
FEW = 40
"""Up to so many points are marked one by one."""


def traces(drawn: Sequence[Trace], *, width: float = 7.6) -> Figure:
    """Draw every trace in a row of its own: over samples at the left, over seconds at the right."""
    height = FOOT + HEIGHT * len(drawn)
    figure = Figure(figsize=(width, height), facecolor="none")
    FigureCanvasAgg(figure)
    # Set by hand: matplotlib's own layout costs more time than all the rest of the page.
    place = {"left": 0.095, "right": 0.99, "bottom": FOOT / height, "top": 1 - 0.1 / height}
    panels = figure.subplots(len(drawn), 2, sharex="col", sharey="row", squeeze=False)
    figure.subplots_adjust(**place, wspace=0.11, hspace=0.22)
    for trace, (left, right) in zip(drawn, panels, strict=True):
        _draw(left, trace.samples, trace)
        _draw(right, trace.seconds, trace)
        left.set_ylabel(literal(trace.name))
        left.yaxis.set_label_coords(-0.16, 0.5)
        left.set_ylim(bottom=0 if trace.from_zero else None)
    left, right = panels[-1]
    left.set_xlim(0, 1.04 * max(max(trace.samples) for trace in drawn))
    right.set_xlim(0, 1.04 * max(max(trace.seconds) for trace in drawn) or 1)
    left.set_xlabel("samples seen")
    left.xaxis.set_major_formatter(FuncFormatter(lambda value, _: thousands(value)))
    right.set_xlabel("seconds of training")
    return figure


def _draw(axes: Axes, places: Sequence[float], trace: Trace) -> None:
    quieten(axes)
    axes.margins(y=0.12)
    mark = "o" if len(places) <= FEW else None
    axes.plot(places, trace.values, color=ATTENTIONS[0], linewidth=1.6, marker=mark, markersize=3.5)

"""Histograms of two kinds of stacks, layer by layer: counts as data, and the paper's pictures of them."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from scanpath.report.plots import INK, SMALL, literal, quieten

COLOURS = {"traditional": "#d55e00", "SLA": "#0072b2"}
"""Red and blue as in the paper, of a palette that colour-blind readers can tell apart."""
DPI = 100


def counted(values: np.ndarray, edges: Sequence[float]) -> np.ndarray:
    """Count values between edges; what lies beyond is counted in the first and the last bin, so none is lost."""
    return np.histogram(np.clip(values, edges[0], edges[-1]), bins=np.asarray(edges))[0]


def chart(title: str, label: str, edges: Sequence[float], counts: Mapping[str, Sequence[Sequence[int]]]) -> Image.Image:
    """Draw the counts of each layer, (T, bins) by kind, from the first layer on the left, frequency in logarithms."""
    layers = len(next(iter(counts.values())))
    figure = Figure(figsize=(3.1 * layers + 0.4, 3.1), dpi=DPI, facecolor="white", layout="constrained")
    FigureCanvasAgg(figure)
    figure.suptitle(literal(title), fontsize=12, color=INK)
    shared: dict[str, Any] = {"sharex": True, "sharey": True, "squeeze": False}
    for number, axes in enumerate(figure.subplots(1, layers, **shared)[0]):
        _draw(axes, edges, {kind: rows[number] for kind, rows in counts.items()})
        axes.set_title(f"layer {number + 1}", fontsize=SMALL, color=INK, loc="left")
        axes.set_xlabel(label, fontsize=SMALL)
    stream = io.BytesIO()
    figure.savefig(stream, format="png", dpi=DPI)
    return Image.open(stream).convert("RGB")


def _draw(axes: Axes, edges: Sequence[float], rows: Mapping[str, Sequence[int]]) -> None:
    quieten(axes)
    for kind, row in rows.items():
        shares = np.asarray(row) / max(1, sum(row))
        axes.stairs(np.where(shares > 0, shares, np.nan), edges, color=COLOURS[kind], label=kind, linewidth=1.4)
    axes.set_yscale("log")
    axes.legend(fontsize=SMALL, frameon=False)

"""Figures say what the content says."""

from __future__ import annotations

import dataclasses

import matplotlib as mpl
import numpy as np
import pytest

from scanpath.report import plots
from scanpath.report.content import Content
from scanpath.report.palette import styles


def texts(figure):
    return {text.get_text() for text in figure.findobj(mpl.text.Text)}


def points_of(axes, colour):
    return [
        (float(x), float(y))
        for line in axes.lines
        if line.get_color() == colour and line.get_marker() not in ("None", "", None)
        for x, y in line.get_xydata()
    ]


def test_accuracy_over_cost_places_every_timed_row(content):
    figure = plots.accuracy_over_cost(content)
    (axes,) = figure.axes
    style = styles(content.rows)
    assert points_of(axes, style["hops"].colour) == [(3.0, 55.0)]
    assert points_of(axes, style["mean"].colour) == [(1.0, 48.0)]
    assert {"Row mean", "Row hops", "Row prior", "ceiling that answer noise allows"} <= texts(figure)


def test_the_line_of_best_leaves_out_what_something_cheaper_beats(content):
    slow = dataclasses.replace(
        content.rows[1], id="slow", label="slow", cost=dataclasses.replace(content.rows[1].cost, milliseconds=2.0)
    )
    (axes,) = plots.accuracy_over_cost(dataclasses.replace(content, rows=(*content.rows, slow))).axes
    (line,) = [line for line in axes.lines if line.get_drawstyle() == "steps-post"]
    assert line.get_xydata().tolist() == [[1.0, 48.0], [3.0, 55.0]]


def test_curves_show_seeds_and_their_mean(content):
    left, right = plots.curves(content).axes
    (mean,) = [line for line in left.lines if line.get_label() == "Row hops"]
    assert mean.get_xydata().tolist() == [[100.0, 40.0], [200.0, 50.5]]
    (mean,) = [line for line in right.lines if line.get_label() == "Row hops"]
    assert mean.get_xdata().tolist() == [1.0, 2.0]
    assert len(left.lines) == 3


def test_question_types_are_lines_of_the_figure(content):
    figure = plots.question_types(content)
    assert {"colour", "count", "Row prior", "Row hops"} <= texts(figure)
    xs = [x for x, _ in points_of(figure.axes[0], styles(content.rows)["hops"].colour)]
    assert xs == [58.0, 55.0]


@pytest.mark.parametrize("draw", [plots.accuracy_over_cost, plots.curves, plots.question_types])
def test_figures_are_not_blank_and_leave_nothing_global(content, draw):
    before = dict(mpl.rcParams)
    figure = draw(content)
    figure.canvas.draw()
    assert np.asarray(figure.canvas.buffer_rgba())[..., 3].any()
    assert dict(mpl.rcParams) == before


@pytest.mark.parametrize("draw", [plots.accuracy_over_cost, plots.curves, plots.question_types])
def test_figures_of_nothing_can_be_drawn(draw):
    draw(Content(title="", intro="", rows=())).canvas.draw()


def test_a_dollar_is_no_formula(content):
    rows = tuple(dataclasses.replace(row, label=rf"$\frac{{{row.id}") for row in content.rows)
    figure = plots.accuracy_over_cost(dataclasses.replace(content, rows=rows))
    figure.canvas.draw()  # matplotlib would refuse the broken formula
    assert r"\$\frac{hops" in texts(figure)


@pytest.mark.parametrize(("value", "words"), [(0, "0"), (500, "500"), (40_000, "40 k"), (1_500_000, "1.5 M")])
def test_thousands(value, words):
    assert plots.thousands(value) == words

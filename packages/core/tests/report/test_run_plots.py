"""The curves of a run: one row a quantity, over samples and over seconds."""

from __future__ import annotations

import dataclasses

from scanpath.report import run_plots


def line(axes):
    (drawn,) = axes.lines
    return drawn.get_xydata().tolist(), drawn.get_marker()


def test_every_quantity_is_drawn_over_samples_and_seconds(run_content):
    figure = run_plots.traces(run_content.traces)
    first, over_seconds, second, _ = figure.axes
    assert line(first) == ([[100.0, 3.0], [200.0, 2.0], [300.0, 1.5]], "o")
    assert line(over_seconds) == ([[1.0, 3.0], [2.0, 2.0], [2.5, 1.5]], "o")
    assert line(second)[0] == [[100.0, 7.0], [300.0, 5.0]]
    assert first.get_ylabel() == r"loss, \$training\$ <b>"


def test_only_what_begins_at_zero_does(run_content):
    first, _, second, _ = run_plots.traces(run_content.traces).axes
    assert first.get_ylim()[0] > 1
    assert second.get_ylim()[0] == 0


def test_every_point_lies_inside(run_content):
    late = dataclasses.replace(run_content.traces[0], samples=(1, 2, 907), seconds=(1.0, 2.0, 11.0))
    for axes in run_plots.traces([late, run_content.traces[1]]).axes:
        low, high = axes.get_xlim()
        assert low == 0
        assert high in (1.04 * 907, 1.04 * 11)


def test_a_run_without_a_second_can_be_drawn(run_content):
    quick = dataclasses.replace(run_content.traces[0], seconds=(0.0, 0.0, 0.0))
    assert run_plots.traces([quick]).axes[1].get_xlim() == (0, 1)


def test_many_points_are_not_marked(run_content):
    many = tuple(range(run_plots.FEW + 1))
    trace = dataclasses.replace(run_content.traces[0], samples=many, seconds=many, values=many)
    assert line(run_plots.traces([trace]).axes[0])[1] == "None"

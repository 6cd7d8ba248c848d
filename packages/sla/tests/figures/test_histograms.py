"""Counts lose nothing, and a chart has a panel for each layer."""

from __future__ import annotations

import numpy as np

from scanpath_sla.figures.histograms import chart, counted


def test_what_lies_beyond_is_counted_at_the_ends():
    counts = counted(np.array([-9.0, -0.5, 0.5, 0.6, 9.0]), [-1.0, 0.0, 1.0])
    assert counts.tolist() == [2, 3]


def test_a_chart_grows_with_the_layers():
    edges = [0.0, 0.5, 1.0]
    one, two = (chart("A", "b", edges, {"SLA": [[3, 0]] * n, "traditional": [[1, 2]] * n}) for n in (1, 2))
    assert two.width > 1.5 * one.width
    colours = {colour for _, colour in two.getcolors(2**20)}
    assert {(0, 114, 178), (213, 94, 0)} <= colours

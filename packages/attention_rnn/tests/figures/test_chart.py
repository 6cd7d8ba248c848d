"""Lines over factors: as wide as asked, a line a verdict, a colour a network."""

from __future__ import annotations

import numpy as np
import pytest

from scanpath_attention_rnn.figures import chart
from scanpath_attention_rnn.figures.modes import Answers, Reach


def network(name, height):
    mean = {"value": height, "low": height - 0.1, "high": height + 0.1}
    parts = {part: dict.fromkeys(Reach._fields, mean) for part in ("maps", "features")}
    parts["answers"] = dict.fromkeys(Answers._fields, mean)
    statement = {"words": "It is $so.", "of": "maps", "verdict": "holds", "factor": 4.0}
    return {
        "name": name,
        "factors": [{"factor": factor, **parts, "turned": parts} for factor in (0, 1, 4)],
        "statements": [statement, {**statement, "verdict": "open"}],
    }


def coloured(image, rgb):
    return int((abs(np.asarray(image).astype(int) - rgb).sum(2) < 60).sum())


def test_a_chart_is_as_wide_as_its_sheet_and_has_a_line_a_verdict():
    one = chart.chart([network("a", 0.5)], 1000)
    two = chart.chart([network("a", 0.5), network("b", 0.7)], 1000)
    assert one.width == two.width == 1000
    assert two.height - one.height == pytest.approx(2 * chart.LINE * chart.DPI, abs=1)


def test_an_interval_that_rounding_turned_round_is_none():
    found = network("a", 0.5)
    for measures in (one[part] for one in found["factors"] for part in ("maps", "features", "answers")):
        for mean in measures.values():
            mean.update(low=mean["value"] + 1e-15, high=mean["value"] - 1e-15)
    assert chart.chart([found], 1000).width == 1000


def test_each_network_has_its_colour_and_each_verdict_its_own():
    one = chart.chart([network("a", 0.5)], 1000)
    two = chart.chart([network("a", 0.5), network("b", 0.7)], 1000)
    blue, orange, green = (0, 114, 178), (213, 94, 0), (26, 127, 75)
    assert coloured(one, blue) > 500
    assert coloured(one, orange) == 0
    assert coloured(two, orange) > 500
    assert coloured(two, green) > coloured(one, green) > 20

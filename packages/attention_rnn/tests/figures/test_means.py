"""Means with intervals over pictures, and verdicts that rest on them."""

from __future__ import annotations

import numpy as np
import pytest

from scanpath_attention_rnn.figures.means import judge, mean_of


def test_a_mean_lies_in_its_interval_and_pictures_are_drawn_as_a_whole():
    values = np.arange(40) / 40
    alone = mean_of(values)
    assert alone.low < alone.value < alone.high
    assert alone.value == pytest.approx(values.mean())
    together = mean_of(values, np.arange(40) // 10)
    assert together.high - together.low > 1.5 * (alone.high - alone.low)
    assert together.plain() == {"value": together.value, "low": together.low, "high": together.high}


SURE, DOUBTFUL = np.full(30, 0.4), np.tile([1.0, -1.0], 15)


@pytest.mark.parametrize(
    ("margins", "verdict", "reason"),
    [
        ({"a": SURE, "b": SURE}, "holds", ""),
        ({"a": SURE, "b": -SURE}, "fails", ""),
        ({"a": DOUBTFUL, "b": -SURE}, "fails", ""),
        ({"a": SURE, "b": DOUBTFUL}, "open", "the interval of b covers zero"),
        ({"a": SURE, "b": 0 * SURE}, "open", "the interval of b covers zero"),
        ({"a": SURE[:19]}, "open", "19 pictures, a verdict needs 20"),
    ],
)
def test_verdicts(margins, verdict, reason):
    assert judge(margins) == (verdict, reason)

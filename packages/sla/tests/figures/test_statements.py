"""Verdicts by hand: what holds, what fails, what is open and why."""

from __future__ import annotations

import numpy as np
import pytest

from scanpath_sla.figures.statements import margin_of, spread, state


def said(*margins):
    one = state("Words.", "4", "a statistic", {str(number): margin for number, margin in enumerate(margins)})
    return one.verdict, one.reason


def test_a_margin_is_a_mean_over_items_and_seeds():
    margin = margin_of([[1.0, 2.0, 3.0], [3.0, 4.0, 5.0]])
    assert (margin.value, margin.seeds, margin.groups) == (3.0, (2.0, 4.0), 3)
    assert margin.low <= 3 <= margin.high


def test_items_of_a_picture_are_drawn_together():
    values = np.repeat([[0.0, 1.0]], 50, axis=0).ravel()[None]
    alone, together = margin_of(values), margin_of(values, np.tile([0, 1], 50))
    assert (alone.groups, together.groups) == (100, 2)
    assert together.high - together.low > alone.high - alone.low


def test_verdicts():
    sure = np.ones((3, 30))
    seeds = np.array([[1.0], [1.0], [-0.5]]) * sure
    assert said(margin_of(sure)) == ("holds", "")
    assert said(margin_of(-sure)) == ("fails", "")
    assert said(margin_of(sure), margin_of(-sure)) == ("fails", "")
    assert said(margin_of(seeds)) == ("open", "the interval or a seed of 0 does not exclude 0")
    assert said(margin_of(sure[:2])) == ("open", "seeds: 2, a claim needs 3")
    assert said(margin_of(sure[:, :19])) == ("open", "groups such as pictures: 19, a claim needs 20")
    assert said(margin_of(-seeds)) == ("open", "the interval or a seed of 0 does not exclude 0")
    uneven = np.resize([1.0, -1.0], (3, 30))
    assert said(margin_of(uneven))[0] == "open"


def test_values_are_plain():
    plain = state("Words.", "4", "a statistic", {"a": margin_of(np.ones((3, 30)))}).plain()
    assert plain["margins"]["a"]["seeds"] == (1.0, 1.0, 1.0)


def test_layers_are_averaged_over_seeds():
    assert spread([[1.0, 2.0], [3.0, 6.0]]) == pytest.approx([2.0, 4.0])

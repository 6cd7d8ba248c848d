"""Rows keep one colour and mark, and can be told apart."""

from __future__ import annotations

from scanpath.report.content import Estimate, Row
from scanpath.report.palette import ATTENTIONS, RUNGS, styles


def rows(kind, count):
    return [Row(id=f"{kind}{n}", label="", kind=kind, accuracy=Estimate(value=0.0)) for n in range(count)]


def test_no_two_rows_look_alike():
    given = styles([*rows("rung", 4), *rows("attention", 19)])
    assert len(set(given.values())) == 23


def test_rungs_are_grey_and_a_rung_more_changes_no_attention():
    few = styles([*rows("rung", 1), *rows("attention", 2)])
    more = styles([*rows("rung", 3), *rows("attention", 2)])
    assert few["attention1"] == more["attention1"]
    assert few["attention0"].colour == ATTENTIONS[0]
    assert {more[f"rung{n}"].colour for n in range(3)} <= set(RUNGS)

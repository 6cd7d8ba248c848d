"""Numbers as words."""

from __future__ import annotations

import dataclasses

import pytest

from scanpath.report import wording
from scanpath.report.content import Content, Difference, Estimate


@pytest.mark.parametrize(
    ("value", "words"), [(None, "–"), (650_000, "650 k"), (1.92e9, "1.92 G"), (7, "7"), (0, "0"), (2.5e12, "2.5 T")]
)
def test_count(value, words):
    assert wording.count(value) == words


@pytest.mark.parametrize(("p", "words"), [(1e-7, "p < 0.0001"), (0.0034, "p = 0.0034"), (0.5, "p = 0.50")])
def test_p_value(p, words):
    assert wording.p_value(p) == words


@pytest.mark.parametrize(("value", "words"), [(None, "–"), (2.0, "2.00"), (14.84, "14.8"), (332.4, "332")])
def test_decimal(value, words):
    assert wording.decimal(value) == words


def test_the_legend_speaks_of_the_kinds_that_are_shown(content):
    (example,) = content.examples
    blind, even, hops = example.answered
    kinds = dataclasses.replace(example, answered=(blind, dataclasses.replace(even, kind="gate"), hops))
    assert wording.legend([kinds]) == f"{wording.LEGEND['soft']} {wording.LEGEND['gate']}"
    assert wording.legend([dataclasses.replace(example, answered=(blind,))]) == wording.legend([]) == ""


def test_where_a_figure_was_measured():
    machine = {"processor": "an abacus", "versions": {"torch": "2.15"}, "commit": "abc"}
    assert wording.measured_on(machine) == "Measured on an abacus, torch 2.15, commit abc."


def test_small_forms():
    assert wording.share(None) == "–"
    assert wording.share(85.25) == "85.2"
    assert wording.points(-3.14) == "\N{MINUS SIGN}3.1"
    assert wording.points(3.14) == "+3.1"
    assert wording.mebibytes(None) == "–"
    assert wording.mebibytes(3 * 2**19) == "1.5"
    assert wording.interval(Estimate(value=1.0)) == ""
    assert wording.interval(Estimate(value=1.0, low=0.25, high=2.0)) == "0.2 to 2.0"


def test_headline_claims_no_more_than_the_test(content):
    assert "(p = 0.0030)" in wording.headline(content)
    hops = content.rows[2]
    doubtful = Difference(value=1.0, low=-1.0, high=3.0, p=0.4, verdict="open")
    rows = (*content.rows[:2], dataclasses.replace(hops, difference=doubtful))
    assert "the test leaves it open" in wording.headline(dataclasses.replace(content, rows=rows))
    few = dataclasses.replace(doubtful, p=0.003, verdict="none")
    rows = (*content.rows[:2], dataclasses.replace(hops, difference=few))
    assert "(p = 0.0030; a claim needs three seeds)" in wording.headline(dataclasses.replace(content, rows=rows))
    worse = dataclasses.replace(hops, accuracy=Estimate(value=40.0), looking=(), headline_map=None)
    words = wording.headline(dataclasses.replace(content, rows=(*content.rows[:2], worse)))
    assert "8.0 points below the best rung" in words
    assert "weight" not in words


def test_headline_names_the_headline_map(content):
    assert "54 % of its weight" in wording.headline(content)
    assert "9.0 % there" in wording.headline(content)
    assert wording.headline_map(content.rows[0]) is None


def test_without_an_attention_there_is_no_headline(content):
    assert wording.headline(dataclasses.replace(content, rows=content.rows[:2])) == ""
    assert wording.headline(Content(title="", intro="", rows=())) == ""


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [(None, "%", "–"), (41.25, "%", "41.2 %"), (0.012345, "", "0.01235"), (7.0, "", "7"), (3.5, "nats", "3.5 nats")],
)
def test_measure(value, unit, words):
    assert wording.measure(value, unit) == words


def test_alternative_text_holds_the_numbers(content):
    words = wording.alternative_text(content)
    assert "Row hops 55.0 % (53.5 to 56.2)" in words
    assert "Row hops 54 %" in words

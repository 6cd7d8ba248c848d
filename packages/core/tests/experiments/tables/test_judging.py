"""Claims judged from made-up measurements, whose answers are known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, strategies as st

from scanpath.experiments.tables.claims import Cell, Link, Sum, parse_comparison, parse_sum
from scanpath.experiments.tables.judging import (
    Items,
    Sample,
    estimate,
    holds_in_print,
    judge,
    judge_link,
    verdict,
)
from scanpath.metrics.intervals import paired_difference, seed_interval

OPPOSITE = {"holds": "fails", "fails": "holds", "open": "open"}
VALUES = st.floats(0, 100).map(lambda value: round(value, 2))
SAMPLES = st.lists(VALUES, min_size=1, max_size=5).map(lambda values: Sample(tuple(values)))


def with_items(skill: float, *, seeds: int = 3, of: str = "val", luck: int = 0) -> Sample:
    """Score 331 items of 83 groups, right with a probability of ``skill``."""
    generator = np.random.default_rng(luck)
    scores = 100.0 * (generator.random((seeds, 331)) < skill)
    return Sample(tuple(scores.mean(axis=1).tolist()), Items(scores, np.arange(331) // 4, of, "val"))


def test_cells_of_the_same_pictures_draw_the_same_pictures() -> None:
    """Two kinds of questions that are right or wrong together with their picture differ by nothing, surely."""
    pictures = 100.0 * (np.random.default_rng(0).random(83) < 0.5)

    def cell(groups: np.ndarray, drawn: str) -> Sample:
        scores = np.tile(pictures[groups], (3, 1))
        return Sample(tuple(scores.mean(axis=1).tolist()), Items(scores, groups, f"{len(groups)} of {drawn}", drawn))

    some, more = np.arange(83), np.repeat(np.arange(83), 3)
    gap = parse_sum("a.x - b.x")
    same = estimate(gap, {Cell("a", "x"): cell(some, "val"), Cell("b", "x"): cell(more, "val")})
    other = estimate(gap, {Cell("a", "x"): cell(some, "val"), Cell("b", "x"): cell(more, "test")})
    assert same.value == other.value == pytest.approx(0)
    assert same.high - same.low == pytest.approx(0, abs=1e-9)
    assert other.high - other.low > 10


def test_few_pictures_decide_nothing() -> None:
    """Three equal seeds and one picture vary by nothing, which is no certainty."""

    def sample(value: float, pictures: int) -> Sample:
        scores = np.full((3, 2 * pictures), value)
        return Sample((value,) * 3, Items(scores, np.arange(2 * pictures) // 2, "val", "val"))

    link = parse_comparison("a.x > b.x")[0]
    few, enough = (
        judge_link(link, {Cell("a", "x"): sample(60, pictures), Cell("b", "x"): sample(40, pictures)})
        for pictures in (19, 20)
    )
    assert (few.verdict, few.reason) == ("open", "groups such as pictures: 19, a claim needs 20")
    assert enough.verdict == "holds"


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        ("good.x > bad.x", "holds"),
        ("good.x < bad.x", "fails"),
        ("good.x > like.x", "open"),
        ("good.x - bad.x > 20", "holds"),
        ("good.x > bad.x + 60", "fails"),
        ("bad.x < like.x < 101", "holds"),
        ("bad.x < good.x < like.x", "open"),
        ("good.x < bad.x < like.x", "fails"),
    ],
)
@pytest.mark.parametrize("items", [False, True])
def test_clear_cases(claim: str, expected: str, items: bool) -> None:
    samples = {Cell("good", "x"): with_items(0.8), Cell("bad", "x"): with_items(0.4, luck=1)}
    samples[Cell("like", "x")] = with_items(0.8, luck=2)
    if not items:
        samples = {cell: Sample(sample.values) for cell, sample in samples.items()}
    assert verdict(judge(parse_comparison(claim), samples)) == expected


@given(SAMPLES, SAMPLES, SAMPLES, st.floats(-20, 20))
def test_the_negation_of_what_holds_fails(one: Sample, two: Sample, three: Sample, constant: float) -> None:
    samples = {Cell("a", "x"): one, Cell("b", "x"): two, Cell("b", "y"): three}
    low, high = parse_sum("a.x + b.y"), parse_sum("b.x - b.y")
    link = Link(low, Sum(high.terms, constant))
    judged, negated = judge_link(link, samples), judge_link(Link(link.high, link.low), samples)
    assert negated.verdict == OPPOSITE[judged.verdict]
    assert negated.reason == judged.reason


@given(st.floats(0.1, 0.9), st.floats(0.1, 0.9), st.integers(1, 4), st.booleans())
def test_the_same_with_items(one: float, two: float, seeds: int, alike: bool) -> None:
    other = "val" if alike else "test"
    samples = {Cell("a", "x"): with_items(one, seeds=seeds), Cell("b", "x"): with_items(two, of=other, luck=1)}
    (link,), (negated,) = parse_comparison("a.x < b.x"), parse_comparison("a.x > b.x")
    judged = judge_link(link, samples, resamples=211)
    assert judge_link(negated, samples, resamples=211).verdict == OPPOSITE[judged.verdict]
    assert seeds >= 3 or judged.verdict == "open"


@given(st.lists(st.sampled_from(["holds", "fails", "open"]), min_size=1, max_size=4))
def test_a_chain_is_as_strong_as_its_weakest_link(verdicts: list[str]) -> None:
    links = [judge_link(parse_comparison("a.x > 0")[0], {})._replace(verdict=found) for found in verdicts]
    worst = max(verdicts, key=["holds", "open", "fails"].index)
    assert verdict(links) == worst


def test_a_pair_is_judged_as_a_comparison_judges_it() -> None:
    good, bad = with_items(0.8), with_items(0.4, luck=1)
    found = estimate(parse_sum("a.x - b.x"), {Cell("a", "x"): good, Cell("b", "x"): bad})
    assert good.items is not None
    assert bad.items is not None
    wanted = paired_difference(good.items.scores, bad.items.scores, good.items.groups)
    assert found[:4] == pytest.approx((wanted.value, wanted.low, wanted.high, wanted.detectable))
    assert found.seeds == wanted.seeds


def test_one_cell_without_items_has_the_interval_of_its_seeds() -> None:
    values = (61.0, 63.5, 59.0, 60.5)
    found = estimate(parse_sum("a.x"), {Cell("a", "x"): Sample(values)})
    assert found[:3] == pytest.approx(seed_interval(values))


def test_columns_of_a_row_share_its_seeds() -> None:
    """What moves both columns of a run alike is no uncertainty of their difference."""
    one = Sample((50.0, 60.0, 70.0))
    other = Sample((40.0, 50.1, 59.9))
    samples = {Cell("a", "x"): one, Cell("a", "y"): other, Cell("b", "y"): other}
    assert judge_link(parse_comparison("a.x > a.y")[0], samples).verdict == "holds"
    assert judge_link(parse_comparison("a.x > b.y")[0], samples).verdict == "open"


def test_why_it_is_open_is_said() -> None:
    (link,) = parse_comparison("a.x > b.x + b.x - 3")
    cells = {Cell("a", "x"): Sample((50.0,)), Cell("b", "x"): Sample((1.0, 2.0, 3.0))}
    assert judge_link(link, {}).reason == "not measured: a.x, b.x"
    judged = judge_link(link, cells)
    assert judged.margin == "a.x + 3 - 2 b.x > 0"
    assert (judged.verdict, judged.reason) == ("open", "seeds: 1, a claim needs 3")
    assert judged.estimate is not None
    assert judged.estimate.value == 49
    assert judged.estimate.low is None
    same = {Cell("a", "x"): Sample((3.0, 4.0, 2.0)), Cell("b", "x"): Sample((3.0, 3.0, 3.0))}
    assert judge_link(link, same).reason == "the interval covers zero"
    barely = {Cell("a", "x"): Sample((3.9, 4.1, 4.0)), Cell("b", "x"): Sample((3.3, 3.4, 3.5))}
    (beside,) = parse_comparison("a.x < b.x + 0.828")
    assert judge_link(beside, barely).reason.startswith("less than the smallest detectable difference, 0.")


def test_seeds_that_agree_wholly_leave_no_doubt() -> None:
    samples = {Cell("a", "x"): Sample((2.0, 2.0, 2.0))}
    assert judge_link(parse_comparison("a.x > 1")[0], samples).verdict == "holds"
    assert judge_link(parse_comparison("a.x > 2")[0], samples).verdict == "open"


def test_words_are_checked_against_the_paper_s_own_numbers() -> None:
    links = parse_comparison("a.x < b.x - 1 < 5")
    printed = {Cell("a", "x"): 2.0, Cell("b", "x"): 4.0}
    assert holds_in_print(links, printed) is True
    assert holds_in_print(links, {**printed, Cell("a", "x"): 3.0}) is False
    assert holds_in_print(links, {Cell("a", "x"): 2.0}) is None

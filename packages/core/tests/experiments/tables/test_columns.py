"""What a column may show beside one measure."""

from __future__ import annotations

from scanpath.experiments.tables.columns import COSTS, is_cost, is_series, points


def test_costs_and_series_are_told_by_their_names() -> None:
    assert all(map(is_cost, COSTS))
    assert not is_cost("costs")
    assert is_series("accuracy/*")
    assert not is_series("accuracy/two-step")


def test_points_that_are_numbers_are_in_their_order() -> None:
    known = ["hit/10", "hit/2", "hit", "hits/3", "hit/0.5"]
    assert points("hit/*", known) == ["0.5", "2", "10"]
    assert points("hit/*", [*known, "hit/all"]) == ["10", "2", "0.5", "all"], "names stay as they come"
    assert points("miss/*", known) == []

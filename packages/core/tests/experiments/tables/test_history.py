"""What is read from a run's evaluations: values at a time, the curve, and the largest fall."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from scanpath.experiments.tables.history import curve_points, history_value, largest_fall
from scanpath.experiments.tables.planning import Plan, TableRun, do
from scanpath.experiments.tables.results import collect
from scanpath.settings import SettingsError

MakePlan = Callable[..., Plan]
CURVE = [(0.5, 40.0), (3.0, 55.0), (7.0, 35.0), (12.0, 60.0), (30.5, 58.0)]
FIGURE = {
    "  accuracy: {": (
        "  history/after/*: {label: Accuracy, higher_is_better: true}\n"
        "  history/after/5: {label: Early, higher_is_better: true}\n"
        "  history/after/0.1: {label: At once, higher_is_better: true}\n"
        "  history/fall: {label: Fall, higher_is_better: false}\n  accuracy: {"
    ),
    "columns:": (
        "columns:\n  - {id: curve, label: Curve, measure: history/after/*}\n"
        "  - {id: early, label: Early, measure: history/after/5}\n"
        "  - {id: before, label: Before, measure: history/after/0.1}\n"
        "  - {id: fall, label: Fall, measure: history/fall}"
    ),
}


def write(job: TableRun, curve: list[tuple[float, float]]) -> TableRun:
    """Put other evaluations in the place of a run's own, with a training record and a value that was not finite."""
    records: list[dict[str, Any]] = [{"split": "train", "step": 1, "seconds": 1.0, "accuracy": 99.0}]
    records += [{"split": "val", "step": 1, "seconds": 2.0, "accuracy": None}]
    records += [
        {"split": "val", "step": 10 * number, "seconds": at, "accuracy": value}
        for number, (at, value) in enumerate(curve, 1)
    ]
    (job.folder / "metrics.jsonl").write_text("".join(f"{json.dumps(record)}\n" for record in records))
    return job


@pytest.fixture
def job(toy_plan: MakePlan) -> TableRun:
    found = toy_plan().todo[0]
    do(found)
    return write(found, CURVE)


@pytest.mark.parametrize(
    ("measure", "value"),
    [
        ("after/0.5", 40), ("after/6.9", 55), ("after/7", 35), ("after/1000", 58), ("fall", 20),
        ("until/40", 0.5), ("until/40.5", 3), ("until/60", 12),
        ("settled/66", 10), ("settled/67", 20), ("settled/91", 20), ("settled/92", 40), ("settled/100", 40),
    ],
)  # fmt: skip
def test_values_by_hand(job: TableRun, measure: str, value: float) -> None:
    assert history_value(job, f"history/{measure}") == value


def test_what_was_not_evaluated_by_then_has_no_value(job: TableRun) -> None:
    assert history_value(job, "history/after/0.4") is None
    assert history_value(job, "history/until/60.5") is None
    assert history_value(write(job, []), "history/after/1") is None
    assert history_value(job, "history/until/1") is None
    assert history_value(job, "history/settled/90") is None


def test_the_curve_ends_with_the_slowest_run(job: TableRun, toy_plan: MakePlan) -> None:
    assert curve_points([job]) == ["1", "2", "5", "10", "20", "31"]
    other = toy_plan().todo[0]
    do(other)
    write(other, [(4.0, 1.0), (90.0, 2.0)])
    assert curve_points([job, other]) == ["5", "10", "20", "50", "90"]
    assert curve_points([job, write(other, [])]) == []


def test_a_run_that_only_rises_has_not_fallen() -> None:
    assert largest_fall([1.0, 2.0, 2.0]) == 0
    assert largest_fall([]) == 0


def test_a_table_shows_them(toy_plan: MakePlan) -> None:
    plan = toy_plan(seeds=2, rows=("weak",), **FIGURE)
    for number, job in enumerate(plan.todo):
        do(job)
        write(job, [(at, value + number) for at, value in CURVE])
    before = collect(plan, "toys")["rows"][0]["cells"]["before"]
    assert before == {"paper": None}  # no run had been evaluated after a tenth of a second
    cells = collect(plan, "toys")["rows"][0]["cells"]
    assert cells["early"]["seeds"] == [55.0, 56.0]
    assert cells["fall"]["seeds"] == [20.0, 20.0]
    assert [(point["at"], point["value"]) for point in cells["curve"]["series"]] == [
        (1.0, 40.5), (2.0, 40.5), (5.0, 55.5), (10.0, 35.5), (20.0, 60.5), (31.0, 58.5)
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["history/falls", "history/after/noon", "history/*", "history/until/*"])
def test_a_history_that_there_is_not_is_a_mistake_of_the_file(toy_plan: MakePlan, name: str) -> None:
    with pytest.raises(SettingsError, match="history has history/fall, history/after/SECONDS, history/after/"):
        toy_plan(**{"  accuracy: {": f"  {name}: {{label: X, higher_is_better: true}}\n  accuracy: {{"})

"""What cells are estimated from: numbers by seed, and by point where a column is a series."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from scanpath.errors import DataError
from scanpath.experiments.tables.claims import Cell
from scanpath.experiments.tables.planning import Plan, do
from scanpath.experiments.tables.results import collect
from scanpath.experiments.tables.sampling import finished_runs, read_samples

MakePlan = Callable[..., Plan]
FIGURE = {
    "  accuracy: {": "  recall/*: {label: Recall, higher_is_better: true}\n  accuracy: {",
    "columns:": "columns:\n  - {id: curve, label: Recall, measure: recall/*}",
}


@pytest.fixture
def curves(toy_task: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the task measure a curve of three points."""
    measures = toy_task.measures

    def more(task: Any, records: Mapping[str, Any], split: str) -> dict[str, float]:
        found = measures(task, records, split)
        return found | {f"recall/{point}": found["accuracy"] / point for point in (10, 1, 2)}

    monkeypatch.setattr(toy_task, "measures", more)


def test_a_measure_that_the_task_lacks_is_named(toy_plan: MakePlan) -> None:
    plan = toy_plan(**{"  accuracy: {": "  accurate: {", "measure: accuracy": "measure: accurate"})
    do(plan.todo[0])
    with pytest.raises(DataError, match="has no measure 'accurate' on val; it has accuracy"):
        read_samples(plan, None)


def test_a_measure_that_the_task_knows_and_a_run_lacks_leaves_its_cell_empty(
    toy_plan: MakePlan, toy_task: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = toy_plan(**{"  accuracy: {": "  accurate: {", "measure: accuracy": "measure: accurate"})
    do(plan.todo[0])
    monkeypatch.setattr(toy_task, "measure_names", lambda _task, _split: ["accuracy", "accurate"])
    assert read_samples(plan, None).cells == {}


def test_only_runs_up_to_the_first_that_is_missing_count(toy_plan: MakePlan) -> None:
    plan = toy_plan(seeds=3)
    for job in plan.todo:
        if (job.row, job.seed) != ("weak", 1):
            do(job)
    found = finished_runs(plan)
    assert [job.seed for job, _ in found[Cell("weak", "all")]] == [0]
    assert [split for _, split in found[Cell("strong", "hard")]] == ["test"] * 3


@pytest.mark.usefixtures("curves")
def test_a_series_has_an_estimate_a_point(toy_plan: MakePlan) -> None:
    plan = toy_plan(seeds=2, rows=("weak",), **FIGURE)
    for job in plan.todo:
        do(job)
    weak, strong, _ = collect(plan, "toys")["rows"]
    points = weak["cells"]["curve"]["series"]
    assert [point["at"] for point in points] == [1.0, 2.0, 10.0]
    assert points[1]["seeds"] == pytest.approx([value / 2 for value in points[0]["seeds"]])
    assert points[2]["low"] < points[2]["value"] < points[2]["high"]
    assert strong["cells"]["curve"] == {"paper": None}


def test_a_series_of_nothing_is_an_error(toy_plan: MakePlan) -> None:
    plan = toy_plan(**FIGURE)
    do(plan.todo[0])
    with pytest.raises(DataError, match=r"has no measure under 'recall/\*' on val; it has accuracy"):
        read_samples(plan, None)

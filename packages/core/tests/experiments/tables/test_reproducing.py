"""From a file to a result, through missing data, kills and second calls."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from scanpath.errors import DataError, Interrupted, UnknownNameError
from scanpath.experiments.tables import reproducing
from scanpath.experiments.tables.reproducing import prepare, reproduce


def silent(*_: object) -> None:
    pass


def test_a_second_call_reads_what_the_first_left(toy_plan, tmp_path: Path) -> None:
    plan = toy_plan(seeds=1)
    seen: list[tuple[int, int, str]] = []
    first = reproduce(plan, "toys", out=tmp_path, workers=1, say=silent, progress=lambda *told: seen.append(told))
    assert seen == [(0, 2, ""), (1, 2, "weak, seed 0"), (2, 2, "strong, seed 0")]
    assert first.path == tmp_path / "toys" / "toy.smoke.json"
    before = first.path.read_bytes(), first.path.with_suffix(".md").read_bytes()
    again = reproduce(plan, "toys", out=tmp_path, workers=1, say=silent, progress=silent)
    assert (first.reused, again.reused) == (0, 2)
    assert (first.path.read_bytes(), first.path.with_suffix(".md").read_bytes()) == before


def test_a_page_that_cannot_be_drawn_is_said(toy_plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise DataError("no ink: buy some.")

    plan = toy_plan(seeds=1, rows=("weak",))
    monkeypatch.setattr(reproducing, "write_table_report", refuse)
    said: list[str] = []
    assert reproduce(plan, "toys", out=tmp_path, workers=1, say=said.append, progress=silent).path.exists()
    assert said[-1] == "the page was not written: no ink: buy some."


@pytest.mark.parametrize("moment", [2, 5, 8, 11, 17])
def test_an_interrupted_table_ends_with_the_same_numbers(
    toy_plan, toy_task, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: int
) -> None:
    """Whether it was in training, in measuring, or between two runs."""
    plan = toy_plan(seeds=1)
    predict, calls = toy_task.predict, []

    def killed(task: object, *arguments: object) -> object:
        calls.append(1)
        if len(calls) == moment:
            raise KeyboardInterrupt
        return predict(task, *arguments)

    monkeypatch.setattr(toy_task, "predict", killed)
    with pytest.raises((Interrupted, KeyboardInterrupt)):
        reproduce(plan, "toys", out=tmp_path, workers=1, say=silent, progress=silent)
    assert not (tmp_path / "toys").exists()
    rest = reproduce(plan, "toys", out=tmp_path, workers=1, say=silent, progress=silent)
    elsewhere = [dataclasses.replace(job, root=tmp_path / "whole") for job in plan.runs.values()]
    runs = dict(zip(plan.runs, elsewhere, strict=True))
    other = dataclasses.replace(plan, runs=runs, chosen=tuple(elsewhere))
    whole = reproduce(other, "toys", out=tmp_path / "whole", workers=1, say=silent, progress=silent)
    for row, again in zip(whole.result["rows"], rest.result["rows"], strict=True):
        assert row["cells"] == again["cells"]
    assert whole.result["claims"] == rest.result["claims"]


def test_a_plan_checks_everything_before_it_trains(toy_table, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UnknownNameError, match="has no table 'coar'; did you mean 'core'"):
        prepare("core", "coar", "smoke", runs=tmp_path, say=silent)
    needs = "needs:\n  judge: {task.skill: 99.0}\nclaims:"
    table = toy_table(**{"claims:": needs})
    monkeypatch.setattr(reproducing, "find_table", lambda method, name: table)
    done: list[str] = []
    monkeypatch.setattr(reproducing, "do", lambda job: done.append(job.row))
    assert len(prepare("toys", "toy", "small", seeds=1, runs=tmp_path, say=silent).todo) == 2
    assert done == ["judge"]
    monkeypatch.setattr(reproducing, "missing_data", lambda *_: ["toys are missing: buy some."])
    with pytest.raises(DataError, match=r"cannot be run at the scale 'small': toys are missing: buy some."):
        prepare("toys", "toy", "small", runs=tmp_path, say=silent)

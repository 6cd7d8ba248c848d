"""From a file to a result, through missing data, kills and second calls."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from pydantic import create_model

from scanpath import registry
from scanpath.errors import ConfigError, DataError, Interrupted, UnknownNameError
from scanpath.experiments.tables import reproducing
from scanpath.experiments.tables.estimating import expected
from scanpath.experiments.tables.reproducing import prepare, reproduce
from scanpath.method import Method
from scanpath.settings import Settings


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


def test_costs_that_cannot_be_measured_are_said(toy_plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise MemoryError("too little")

    monkeypatch.setattr(reproducing, "table_costs", refuse)
    said: list[str] = []
    plan = toy_plan(seeds=1, rows=("weak",))
    assert reproduce(plan, "toys", out=tmp_path, workers=1, say=said.append, progress=silent).path.exists()
    assert "costs were not measured: too little" in said


def test_a_fuller_result_is_not_overwritten(toy_plan, tmp_path: Path) -> None:
    path = reproduce(toy_plan(seeds=2), "toys", out=tmp_path, workers=1, say=silent, progress=silent).path
    before = path.read_bytes()
    fewer = toy_plan(seeds=1)
    with pytest.raises(
        ConfigError, match=r"would not measure \(weak, strong\): leave out --rows and --seeds, or .*--out"
    ):
        reproduce(fewer, "toys", out=tmp_path, workers=1, say=silent, progress=silent)
    assert path.read_bytes() == before
    assert reproduce(fewer, "toys", out=tmp_path / "mine", workers=1, say=silent, progress=silent).path.exists()


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
    plan = prepare("toys", "toy", "small", seeds=1, runs=tmp_path, say=silent)
    assert [job.row for job in plan.todo] == ["judge", "weak", "strong"]
    assert not any(job.folder.exists() for job in plan.todo)
    luck = "measures:\n  luck: {label: Luck, higher_is_better: true}"
    other = toy_table(**{"measures:": luck, "{seeds: 3,": "{measures: {all: luck}, seeds: 3,"})
    monkeypatch.setattr(reproducing, "find_table", lambda method, name: other)
    with pytest.raises(UnknownNameError, match="no measure 'luck'"):  # of a column at one scale
        prepare("toys", "toy", "small", runs=tmp_path, say=silent)
    monkeypatch.setattr(reproducing, "find_table", lambda method, name: table)
    monkeypatch.setattr(reproducing, "missing_data", lambda *_: ["toys are missing: buy some."])
    with pytest.raises(DataError, match=r"cannot be run at the scale 'small': toys are missing: buy some."):
        prepare("toys", "toy", "small", runs=tmp_path, say=silent)


def test_a_scale_is_asked_for_its_own_measures_alone(
    toy_table, toy_task, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A column may show a measure of the paper's data that those of another scale do not have."""
    table = toy_table(**{
        "measures:": "measures:\n  rare: {label: Rare, higher_is_better: true}",
        "label: Hard, measure: accuracy,": "label: Hard, measure: rare,",
        "smoke: {}": "smoke: {measures: {hard: accuracy}}",
    })  # fmt: skip
    monkeypatch.setattr(reproducing, "find_table", lambda method, name: table)
    monkeypatch.setattr(toy_task, "measure_names", lambda self, split: ["accuracy"], raising=False)
    assert prepare("toys", "toy", "smoke", seeds=1, runs=tmp_path, say=silent).todo
    with pytest.raises(UnknownNameError, match="has no measure 'rare'"):
        prepare("toys", "toy", "small", seeds=1, runs=tmp_path, say=silent)


class TestATaskThatAMethodPackageBrings:
    """From its registration to the page, with a figure and costs; no question and no picture anywhere."""

    @pytest.fixture
    def toys(self, toy_task, toy_text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Install a package with the task and its table."""
        section = toy_task.Settings
        without = {name: field for name, field in section.model_fields.items() if name != "root"}
        fields = {name: (field.annotation, field.default) for name, field in without.items()}
        task = type("Toys", (toy_task,), {"Settings": create_model("Section", __base__=Settings, **fields)})
        known = toy_task.measures
        task.measure_names = lambda self, split: ["accuracy", "at/1", "at/2"]

        def measures(self: object, records: object, split: str) -> dict[str, float]:
            found = known(self, records, split)
            return found | {f"at/{point}": found["accuracy"] / point for point in (1, 2)}

        task.measures = measures
        text = toy_text.replace("measures:", "measures:\n  at/*: {label: Accuracy at, higher_is_better: true}")
        text = text.replace("measures:", "measures:\n  cost/parameters: {label: Size, higher_is_better: false}", 1)
        new = "  - {id: curve, label: Curve, measure: at/*}\n  - {id: size, label: Size, measure: cost/parameters}\n"
        package = tmp_path / "toy_tables"
        package.mkdir()
        (package / "__init__.py").touch()
        (package / "table1.yaml").write_text(text.replace("rows:", f"{new}rows:"))
        monkeypatch.undo()  # the task is found as any other
        monkeypatch.syspath_prepend(str(tmp_path))
        monkeypatch.setitem(sys.modules, "toy_module", SimpleNamespace(Toys=task))
        method = Method(name="toys", paper="None", tasks={"toy": "toy_module:Toys"}, tables="toy_tables")
        both = {**registry.methods(), "toys": method}
        monkeypatch.setattr(registry, "methods", lambda: both)
        monkeypatch.setattr(registry, "addresses", registry.addresses.__wrapped__)

    @pytest.mark.usefixtures("toys")
    def test_it_is_run_judged_and_shown(self, tmp_path: Path) -> None:
        plan = prepare("toys", "table1", "smoke", seeds=1, runs=tmp_path / "runs", root=tmp_path, say=silent)
        assert len(plan.todo) == 2
        assert set(expected(plan)) == {"weak", "strong"}
        found = reproduce(plan, "toys", out=tmp_path, workers=1, say=silent, progress=silent)
        assert found.result["claims"][0]["links"][0]["reason"] == "seeds: 1, a claim needs 3"
        weak = found.result["rows"][0]["cells"]
        assert [point["at"] for point in weak["curve"]["series"]] == [1.0, 2.0]
        assert weak["size"]["value"] == 2
        page = found.path.with_suffix(".html").read_text()
        assert page.count("<svg") == 2, "dots, and the figure"
        assert "Curve:\n\n| row | 1 | 2 |" in found.path.with_suffix(".md").read_text()
        assert "toy" in (plan.chosen[0].folder / "report.html").read_text()

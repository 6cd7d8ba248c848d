"""From cells to runs: what lies over what, and where a mistake is said to be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from scanpath.errors import ConfigError
from scanpath.experiments.tables.loading import Table
from scanpath.experiments.tables.resolving import check_runs, needed_values, places, values_of, with_root
from scanpath.settings import Settings

MakeTable = Callable[..., Table]


def test_overrides_lie_over_each_other(toy_table: MakeTable) -> None:
    text = "small: {seeds: 3, rows: {weak: {training.batch_size: 7}}"
    table = toy_table(**{"small: {seeds: 3": text}).settings
    weak, strong, column = table.row("weak"), table.row("strong"), table.column("all")
    values = values_of(table, weak, column, "small", 5)
    assert values["task"] == {"name": "toy", "luck": 0.5, "skill": 40.0}
    assert (values["training"]["steps"], values["training"]["batch_size"], values["seed"]) == (3, 7, 5)
    assert values_of(table, strong, column, "small", 5)["training"]["batch_size"] == 3
    assert values_of(table, weak, column, "smoke", 5)["training"]["batch_size"] == 3


def test_cells_that_resolve_alike_share_a_run(toy_table: MakeTable) -> None:
    found = places(toy_table().settings, "small", 3, root=None)
    assert len(found) == 2 * 2 * 3
    assert len({place.identity for place in found}) == 2 * 3
    assert {place.split for place in found} == {"val", "test"}
    assert not any(place.cell.row == "quoted" for place in found)


def test_a_needed_run_lends_its_folder(toy_table: MakeTable) -> None:
    needs = "needs:\n  judge: {task.skill: 99.0}\nclaims:"
    table = toy_table(**{"claims:": needs, "task.skill: 40.0": "task.skill: 40.0, task.judge: {needs: judge}"}).settings
    assert needed_values(table, "judge", "smoke")["task"]["skill"] == 99.0
    folders = {"judge": "runs/abc"}
    values = values_of(table, table.row("weak"), table.column("all"), "smoke", 0, folders=folders)
    assert values["task"]["judge"] == "runs/abc"


def test_columns_change_at_one_scale_alone(toy_table: MakeTable) -> None:
    table = toy_table(
        **{"seeds: 3": "seeds: 3, columns: {hard: {task.luck: 0.125}}, rows: {strong: {task.luck: 0.75}}"}
    )
    table = table.settings

    def luck(row: str, column: str, scale: str) -> float:
        return values_of(table, table.row(row), table.column(column), scale, 0)["task"]["luck"]

    assert [luck("weak", column, "small") for column in ("all", "hard")] == [0.5, 0.125]
    assert luck("weak", "hard", "smoke") == 0.5
    assert luck("strong", "hard", "small") == 0.75, "a row's own are above"


def test_a_run_of_ones_own_kind_differs_in_what_is_said(toy_table: MakeTable) -> None:
    like = {"seeds: 3": "seeds: 3, columns: {hard: {task: {judge: {like: {task.luck: 0.25, training.steps: 9}}}}}"}
    table = toy_table(**like).settings
    told: list[tuple[str, object]] = []

    def folder_of(row: object, values: object) -> str:
        told.append((row.id, values))
        return "runs/first"

    cell = table.row("weak"), table.column("hard"), "small", 2
    values = values_of(table, *cell, folder_of=folder_of)
    assert values["task"]["judge"] == "runs/first"
    ((row, first),) = told
    assert row == "weak"
    task, training = {**values["task"], "judge": None, "luck": 0.25}, {**values["training"], "steps": 9}
    assert first == {"task": task, "training": training, "seed": 2}
    named, other = values_of(table, *cell), values_of(table, *cell[:3], 1)
    assert named["task"]["judge"] != other["task"]["judge"], "another seed's is another run"
    assert named == values_of(table, *cell)


def test_a_mistake_in_a_run_of_ones_own_kind_is_told(toy_table: MakeTable) -> None:
    for like, expected in (
        ("task.judge: {like: {task.lukc: 1}}", r"task.judge.like: unknown key 'task.lukc'; did you mean 'luck'"),
        ("task.judge: {like: {task.judge: {like: {}}}}", "task.judge.like: task.judge asks for a run in turn"),
        ("task.root: {like: {task.luck: 1.0}}", "task.root takes no other run, expected a value"),
    ):
        with pytest.raises(ConfigError, match=expected):
            check_runs(toy_table(**{"seeds: 3": f"seeds: 3, columns: {{hard: {{{like}}}}}"}))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("luck: 0.5", "lukc: 0.5", "base: unknown key 'task.lukc'; did you mean 'luck'"),
        ("{steps: 3}", "{stesp: 3}", "scales.small: unknown key 'training.stesp'; did you mean 'steps'"),
        ("{task.skill: 60.0}", "{task.skil: 60.0}", "rows[1].overrides: unknown key 'task.skil'; did you mean 'skill'"),
        ("split: test", "overrides: {seeed: 1}", "columns[1].overrides: unknown key 'seeed'; did you mean 'seed'"),
        ("task: toy", "task: vaq", "base: no installed package brings the task 'vaq'; did you mean 'vqa'"),
    ],
)
def test_a_mistake_is_told_once_and_at_its_place(toy_table: MakeTable, old: str, new: str, expected: str) -> None:
    with pytest.raises(ConfigError) as caught:
        check_runs(toy_table(**{old: new}))
    assert expected in str(caught.value)
    assert str(caught.value).count(expected) == 1


def test_another_run_stands_only_where_one_is_taken(toy_table: MakeTable) -> None:
    needs = "needs:\n  judge: {task.skill: 99.0}\nclaims:"
    table = toy_table(**{"claims:": needs, "task.skill: 40.0": "task.root: {needs: judge}"})
    with pytest.raises(ConfigError, match=r"rows\[0\].overrides: task.root takes no other run, expected a value$"):
        check_runs(table)


def test_mistakes_at_several_places_are_told_together(toy_table: MakeTable) -> None:
    table = toy_table(**{"luck: 0.5": "lukc: 0.5", "{task.skill: 60.0}": "{task.skil: 60.0}"})
    with pytest.raises(
        ConfigError, match=r"base: unknown key 'task.lukc'.*rows\[1\].overrides: unknown key 'task.skil'"
    ):
        check_runs(table)


def test_a_sound_table_passes(toy_table: MakeTable) -> None:
    check_runs(toy_table())


def test_the_data_of_a_run_may_lie_elsewhere(toy_task: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert with_root({"task": {"name": "toy"}}, "there") == {"task": {"root": "there", "name": "toy"}}
    monkeypatch.setattr(toy_task, "Settings", Settings)
    assert with_root({"task": {"name": "toy"}}, "there") == {"task": {"name": "toy"}}, "it has no such key"
    assert with_root({"task": {"root": "own"}}, "there") == {"task": {"root": "own"}}
    assert with_root({"task": {}}, None) == {"task": {}}

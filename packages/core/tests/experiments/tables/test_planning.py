"""Plans: which runs a table asks for, and which of them are done."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from scanpath.errors import ConfigError
from scanpath.experiments.running import RESULT
from scanpath.experiments.tables.planning import Plan, do, make_plan, needed_runs

MakePlan = Callable[..., Plan]


def test_cells_share_runs_and_first_seeds_come_first(toy_plan: MakePlan) -> None:
    plan = toy_plan("small")
    assert plan.seeds == 3
    assert [(job.row, job.seed) for job in plan.chosen] == [
        (row, seed) for seed in range(3) for row in ("weak", "strong")
    ]
    assert len({job.key for job in plan.chosen}) == 6
    assert all(job.splits == ("val", "test") for job in plan.chosen)
    assert plan.todo == list(plan.chosen)
    assert plan.chosen[0].title == "the row 'weak' under seed 0"


def test_columns_are_as_they_are_at_the_scale(toy_table, tmp_path: Path) -> None:
    minute = "measures:\n  history/after/60: {label: After a minute, higher_is_better: true}"
    table = toy_table(**{"measures:": minute, "{seeds: 3,": "{measures: {all: history/after/60}, seeds: 3,"})
    plan = make_plan(table, "small", seeds=1, rows=(), runs=tmp_path, root=None)
    assert [column.measure for column in plan.table.settings.columns] == ["history/after/60", "accuracy"]


def test_some_rows_and_more_seeds(toy_plan: MakePlan) -> None:
    plan = toy_plan(seeds=2, rows=("strong",))
    assert [(job.row, job.seed) for job in plan.chosen] == [("strong", 0), ("strong", 1)]
    assert len(plan.runs) == 4, "the others are known, so that what is finished of them is shown"
    with pytest.raises(ConfigError, match="has no row 'stronk'; did you mean 'strong'"):
        toy_plan(rows=("stronk",))
    with pytest.raises(ConfigError, match="'quoted' is external"):
        toy_plan(rows=("quoted",))
    with pytest.raises(ConfigError, match="not defined at the scale 'paper'"):
        toy_plan("paper")


def test_a_run_is_done_once_it_is_measured_on_every_split(toy_plan: MakePlan) -> None:
    job = toy_plan(rows=("weak",)).todo[0]
    assert not job.done
    do(job)
    assert job.done
    path = job.folder / RESULT
    result = json.loads(path.read_text())
    for broken in ({**result, "measures": {"val": result["measures"]["val"]}}, {}, []):
        path.write_text(json.dumps(broken))
        assert not job.done
    path.write_text("{cut")
    assert not job.done
    path.unlink()
    do(job)
    assert job.done
    assert toy_plan(rows=("weak",)).todo == []


def test_a_needed_run_comes_first_and_lends_its_folder(toy_table, tmp_path: Path) -> None:
    needs = "needs:\n  judge: {task.skill: 99.0}\nclaims:"
    uses = "task.skill: 40.0, task.judge: {needs: judge}"
    table = toy_table(**{"claims:": needs, "task.skill: 40.0": uses})
    (judge,) = needed_runs(table, "smoke", runs=tmp_path, root=None)
    assert judge.config["task"]["skill"] == 99.0
    plan = make_plan(table, "smoke", seeds=None, rows=(), runs=tmp_path, root=None)
    assert plan.chosen[0].config["task"]["judge"] == str(judge.folder)
    assert plan.chosen[1].config["task"]["judge"] is None
    assert [[job.row for job in part] for part in plan.stages] == [["judge", "strong"], ["weak"]]
    elsewhere = make_plan(table, "smoke", seeds=None, rows=(), runs=tmp_path / "other", root=None)
    assert [job.key for job in elsewhere.chosen] == [job.key for job in plan.chosen], "a place is no identity"
    better = make_plan(
        toy_table(**{"claims:": needs.replace("99.0", "98.0"), "task.skill: 40.0": uses}),
        "smoke", seeds=None, rows=(), runs=tmp_path, root=None,
    )  # fmt: skip
    assert better.chosen[0].key != plan.chosen[0].key
    assert better.chosen[1].key == plan.chosen[1].key


def test_a_needed_run_may_differ_by_scale(toy_table, tmp_path: Path) -> None:
    needs = "needs:\n  judge: {task.skill: 99.0}\nclaims:"
    uses = "task.skill: 40.0, task.judge: {needs: judge}"
    smaller = "{needs: {judge: {task.skill: 98.0}}, seeds: 3"
    table = toy_table(**{"claims:": needs, "task.skill: 40.0": uses, "{seeds: 3": smaller})
    skills = {
        scale: needed_runs(table, scale, runs=tmp_path, root=None)[0].config["task"]["skill"]
        for scale in ("smoke", "small")
    }
    assert skills == {"smoke": 99.0, "small": 98.0}


def test_who_needs_another_run_can_be_moved_with_it(toy_table, tmp_path: Path) -> None:
    uses = "task.skill: 40.0, task.judge: {needs: judge}"
    table = toy_table(**{"claims:": "needs:\n  judge: {task.skill: 99.0}\nclaims:", "task.skill: 40.0": uses})

    def plan(runs: Path) -> Plan:
        return make_plan(table, "smoke", seeds=None, rows=["weak"], runs=runs, root=None)

    for job in plan(tmp_path / "here").todo:
        do(job)
    (tmp_path / "here").rename(tmp_path / "there")
    assert plan(tmp_path / "there").todo == []
    do(plan(tmp_path / "there").chosen[0])  # opened, not refused as another run


LIKE = {"overrides: {training: {steps: 3}}": "columns: {hard: {task.judge: {like: {task.luck: 0.25}}}}"}


def test_a_run_like_its_own_comes_first_under_its_own_seed(toy_table, tmp_path: Path) -> None:
    plan = make_plan(toy_table(**LIKE), "small", seeds=2, rows=("strong",), runs=tmp_path, root=None)
    assert [[(job.row, job.seed) for job in part] for part in plan.stages] == [
        [("strong, first", 0), ("strong, first", 1), ("strong", 0), ("strong", 1)],
        [("strong", 0), ("strong", 1)],
    ]
    hard = [job for job in plan.chosen if job.config["task"]["judge"] is not None]
    for job, first in zip(hard, plan.needed, strict=True):
        assert job.config["task"]["judge"] == str(first.folder.absolute())
        assert first.seed == job.seed
        assert first.config == {**job.config, "task": {**job.config["task"], "judge": None, "luck": 0.25}}
    for job in plan.todo:
        do(job)
    again = make_plan(toy_table(**LIKE), "small", seeds=2, rows=("strong",), runs=tmp_path, root=None)
    assert again.todo == []


def test_a_cell_may_be_what_another_begins_with(toy_table, tmp_path: Path) -> None:
    same = {old: new.replace("{task.luck: 0.25}", "{task.luck: 0.5}") for old, new in LIKE.items()}
    plan = make_plan(toy_table(**same), "small", seeds=1, rows=(), runs=tmp_path, root=None)
    assert [[job.row for job in part] for part in plan.stages] == [["weak", "strong"], ["weak", "strong"]]
    assert {job.key for job in plan.needed} <= {job.key for job in plan.chosen}
    assert len({job.key for job in plan.todo}) == len(plan.todo) == 4


def test_a_run_like_its_own_may_need_another(toy_table, tmp_path: Path) -> None:
    needs = "needs:\n  judge: {task.skill: 99.0}\nclaims:"
    both = {
        "claims:": needs,
        "task.skill: 40.0": "task: {skill: 40.0, judge: {needs: judge}, second: {like: {task.luck: 0.25}}}",
    }
    plan = make_plan(toy_table(**both), "smoke", seeds=1, rows=("weak",), runs=tmp_path, root=None)
    assert [[job.row for job in part] for part in plan.stages] == [["judge"], ["weak, first"], ["weak"]]

"""Results: what is finished of a table, as plain values that are the same for the same runs."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from scanpath.errors import DataError
from scanpath.experiments.tables import sampling
from scanpath.experiments.tables.judging import Items
from scanpath.experiments.tables.planning import Plan, do
from scanpath.experiments.tables.results import collect, known_costs, read_result, result_path
from scanpath.files import read_json, write_json

MakePlan = Callable[..., Plan]


def test_a_whole_table(toy_plan: MakePlan) -> None:
    plan = toy_plan(seeds=3)
    for job in plan.todo:
        do(job)
    result = collect(plan, "toys")
    weak, strong, quoted = result["rows"]
    assert 40 <= weak["cells"]["all"]["value"] <= 40.5
    assert weak["cells"]["all"]["seeds"] == pytest.approx([v + 10 for v in weak["cells"]["hard"]["seeds"]])
    assert len(set(strong["cells"]["all"]["seeds"])) == 3
    assert weak["cells"]["all"]["low"] < weak["cells"]["all"]["value"] < weak["cells"]["all"]["high"]
    assert weak["cells"]["all"]["paper"] == 41.5
    assert strong["cells"]["hard"] | {"paper": None, "note": "illegible"} == strong["cells"]["hard"]
    assert quoted["cells"] == {"all": {"paper": 55.5}, "hard": {"paper": None}}
    assert [claim["verdict"] for claim in result["claims"]] == ["holds", "holds"]
    assert len(result["claims"][1]["links"]) == 2
    assert result["data"] == [{"data": "toy"}]
    assert {"versions", "commit", "processor"} <= result["hardware"][0].keys()
    assert result["file"] == plan.table.checksum
    assert json.dumps(result) == json.dumps(collect(plan, "toys"))


def test_what_is_not_done_is_empty_and_leaves_claims_open(toy_plan: MakePlan) -> None:
    plan = toy_plan(seeds=3)
    nothing = collect(plan, "toys")
    assert nothing["measured"] is None
    assert nothing["hardware"] == []
    assert nothing["claims"][0]["links"][0]["reason"] == "not measured: strong.all, weak.all"
    for job in plan.todo:
        if (job.row, job.seed) != ("weak", 1):
            do(job)
    result = collect(plan, "toys")
    assert len(result["rows"][0]["cells"]["all"]["seeds"]) == 1, "the seeds before the first that is missing"
    assert result["claims"][0]["verdict"] == "open"
    assert result["claims"][0]["links"][0]["reason"] == "seeds: 1, a claim needs 3"


def test_a_claim_about_a_column_that_is_left_out_is_open(toy_plan: MakePlan) -> None:
    plan = toy_plan("small", **{"{seeds: 3,": "{measures: {all: null}, seeds: 3,"})
    for job in plan.todo:
        do(job)
    result = collect(plan, "toys")
    assert [column["id"] for column in result["columns"]] == ["hard"]
    assert {row["id"]: list(row["cells"]) for row in result["rows"]} == {row["id"]: ["hard"] for row in result["rows"]}
    assert result["claims"][0]["links"][0]["reason"] == "not measured: strong.all, weak.all"


LIKE = {"overrides: {training: {steps: 3}}": "columns: {hard: {task.judge: {like: {task.luck: 0.25}}}}"}


def test_a_run_that_others_begin_with_counts_in_time_and_origin(toy_plan: MakePlan) -> None:
    plan = toy_plan("small", seeds=1, rows=("strong",), **LIKE)
    for number, job in enumerate(plan.todo):
        do(job)
        path = job.folder / "result.json"
        write_json(path, {**read_json(path), "seconds": 10.0**number})
    assert [job.row for job in plan.needed] == ["strong, first"]
    environment = plan.needed[0].folder / "env.json"
    write_json(environment, {**read_json(environment), "processor": "another"})
    result = collect(plan, "toys")
    _, strong, _ = result["rows"]
    assert strong["seconds"] == (1 + 10 + 100) / 2, "of the cells' two runs, one began with a third"
    assert [machine["processor"] == "another" for machine in result["hardware"]] == [False, True]


def test_items_make_the_interval(toy_plan: MakePlan, monkeypatch: pytest.MonkeyPatch) -> None:
    class Reader:
        def read(self, config, predictions, split, measure, *, metric=None):
            assert predictions.name == ("predictions.json" if split == "val" else "predictions.test.json")
            scores = np.asarray([[100.0, 0.0, 100.0]]) * (config.task.skill > 50) * (0.5 if metric == "official" else 1)
            return Items(scores, np.asarray([1, 1, 2]), "three", "val")

    monkeypatch.setattr(sampling, "ItemReader", Reader)
    plan = toy_plan()
    for job in plan.todo:
        do(job)
    weak, strong, _ = collect(plan, "toys")["rows"]
    assert weak["cells"]["all"]["value"] == 0
    assert strong["cells"]["all"]["value"] == pytest.approx(200 / 3)
    assert strong["cells"]["all"]["low"] == 50
    assert strong["cells"]["all"]["high"] == 100
    assert strong["cells"]["all"]["versions"] == pytest.approx({"official": 100 / 3, "official-2017": 200 / 3})


def test_a_row_says_when_and_on_which_machine(toy_plan: MakePlan) -> None:
    plan = toy_plan(rows=("strong",))
    do(plan.todo[0])
    result = collect(plan, "toys")
    assert [(row["measured"], row["machines"]) for row in result["rows"]] == [
        (None, []), (result["measured"], [0]), (None, []),
    ]  # fmt: skip


def test_costs_are_read_from_what_was_written(toy_plan: MakePlan, tmp_path: Path) -> None:
    path = tmp_path / "toy.json"
    assert known_costs(path) is None
    write_json(path, collect(toy_plan(), "toys"))
    assert known_costs(path) is None
    write_json(path, collect(toy_plan(), "toys", {"runs": {}}))
    assert known_costs(path) == {"runs": {}}


def test_what_is_read_is_a_result(tmp_path: Path) -> None:
    path = result_path(tmp_path, "core", "core", "smoke")
    assert path == tmp_path / "core" / "core.smoke.json"
    path.parent.mkdir()
    for wrong in ("[]", "{}", '{"form": 0}'):
        path.write_text(wrong)
        with pytest.raises(DataError, match="is no result of scanpath reproduce"):
            read_result(path)

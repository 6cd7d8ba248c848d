"""Times are those of runs that are known, or of some steps."""

from __future__ import annotations

import json
import shutil

import pytest
import torch

from scanpath.experiments.running import RESULT
from scanpath.experiments.tables import estimating
from scanpath.experiments.tables.estimating import Expected, expected, probe, steps_of
from scanpath.experiments.tables.planning import do
from scanpath.training.run_folder import RunFolder


def test_steps_are_counted_for_every_kind_of_length(toy_plan) -> None:
    assert steps_of(toy_plan().chosen[0]) == 2
    assert steps_of(toy_plan(**{"training: {steps: 2,": "training: {samples: 10,"}).chosen[0]) == 4
    assert steps_of(toy_plan(**{"training: {steps: 2,": "training: {epochs: 2.0,"}).chosen[0]) == 6


def test_what_is_recorded_beats_a_probe(toy_plan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(estimating, "probe", lambda config: Expected(7.0, 1e6))
    plan = toy_plan(seeds=2)
    assert expected(plan) == {"weak": (14.0, 1e6), "strong": (14.0, 1e6)}
    do(plan.chosen[0])
    folder = plan.chosen[0].folder
    (folder / RESULT).write_text(json.dumps({**json.loads((folder / RESULT).read_text()), "seconds": 3.0}))
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    assert expected(plan) == {"weak": (3.0, size), "strong": (14.0, 1e6)}


def test_who_waits_for_another_run_is_not_probed(toy_plan) -> None:
    needs = "needs:\n  judge: {task.skill: 99.0}\nclaims:"
    replaced = {"claims:": needs, "task.skill: 40.0": "task.skill: 40.0, task.judge: {needs: judge}"}
    plan = toy_plan(**replaced)
    assert list(expected(plan)) == ["judge", "strong"]
    judge = plan.todo[0]
    RunFolder.create(judge.folder, dict(judge.config))
    assert list(expected(plan)) == ["judge", "strong"], "one that is begun is not there yet"
    shutil.rmtree(judge.folder)
    do(judge)
    assert list(expected(toy_plan(**replaced))) == ["weak", "strong"]


def test_a_probe_takes_some_steps_and_weighs_what_is_kept(toy_plan) -> None:
    found = probe(toy_plan().places[0].config)
    assert 0 < found.seconds < 1
    assert found.bytes == 4 * 2 * 4, "two numbers in single precision, kept four times"


def test_a_probe_sees_a_batch_as_the_trainer_does(toy_plan, toy_task, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    batches = toy_task.batches
    monkeypatch.setattr(
        toy_task, "batches", lambda task, split, **how: asked.append(how["size"]) or batches(task, split, **how)
    )
    small = {"batch_size: 3,": "batch_size: 3, accumulate: 3, precision: bf16,"}
    assert probe(toy_plan(**small).places[0].config)
    assert asked == [1]


def test_what_does_not_fit_is_left_out(toy_plan, toy_task, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(task: object) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr(toy_task, "objective", full)
    assert expected(toy_plan()) == {}

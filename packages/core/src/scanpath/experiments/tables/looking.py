"""The same few questions, or pictures that are classed, under every finished row of a table, with the rows' maps."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from typing import Any

import numpy as np

from scanpath.experiments.classification_examples import choose_pictures, class_again, picture_example
from scanpath.experiments.config import RunConfig
from scanpath.experiments.loading import load_run
from scanpath.experiments.tables.planning import Plan, TableRun
from scanpath.experiments.tables.sampling import finished_runs
from scanpath.experiments.vqa_examples import about_one, answer_again, choose_in_turn, make_example, target_of
from scanpath.report.content import Answered, Example
from scanpath.tasks.classification import ClassificationTask
from scanpath.tasks.vqa import VQATask

EXAMPLES = 4


def table_examples(plan: Plan) -> list[Example]:
    """Answer some questions or class some pictures again under every row, by the run of its first seed.

    Rows on other data than the first one's are left out: they cannot be set side by side.

    Returns:
        None of another task, of data without pictures, and where no row has maps.
    """
    return _questions(_first_runs(plan, VQATask.name)) or _pictures(_first_runs(plan, ClassificationTask.name))


def _pictures(jobs: Mapping[str, tuple[TableRun, str]]) -> list[Example]:
    """Class pictures of the first row's split under every row that is on the same."""
    rows: list[int] = []
    said: list[list[Answered]] = []
    first: tuple[ClassificationTask, str] | None = None
    for name, (job, split) in jobs.items():
        run = load_run(job.folder)
        task: Any = run.task
        if first is None:
            first = task, split
            labels = task.dataset(split).labels
            rows = choose_pictures(labels, np.ones(len(labels), dtype=np.bool_), EXAMPLES)
            said = [[] for _ in rows]
        elif _data(task, split) != _data(*first):
            continue
        for place, answered in enumerate(class_again(run.objective, task, split, rows, who=name)):
            said[place].append(answered)
    if first is None or not any(answered.maps is not None for of_one in said for answered in of_one):
        return []
    return [picture_example(*first, row, answered) for row, answered in zip(rows, said, strict=True)]


def _questions(jobs: Mapping[str, tuple[TableRun, str]]) -> list[Example]:
    """Answer questions of the first row's split under every row that is on the same."""
    tasks: dict[str, VQATask] = {}
    rows: list[int] = []
    said: list[list[Answered]] = []
    first: tuple[VQATask, str] | None = None
    for name, (job, split) in jobs.items():
        task = _task(RunConfig.parse(job.config), tasks)
        found = task.split(split)
        if found.images is None or found.annotations is None:
            continue
        if first is None:
            first = task, split
            rows = choose_in_turn(found, EXAMPLES, functools.partial(about_one, found))
            said = [[] for _ in rows]
        elif _data(task, split) != _data(*first):
            continue
        answers = answer_again(load_run(job.folder).objective, task, split, rows, who=name)
        for place, answered in enumerate(answers):
            said[place].append(answered)
    if first is None or not any(answered.maps is not None for of_one in said for answered in of_one):
        return []
    drawn = first[0].split(first[1])
    return [
        make_example(drawn, row, answered, target=target_of(drawn, row))
        for row, answered in zip(rows, said, strict=True)
    ]


def _first_runs(plan: Plan, task: str) -> Mapping[str, tuple[TableRun, str]]:
    """Return, for every row, the finished run of its first column that is of a task, with its split."""
    found: dict[str, tuple[TableRun, str]] = {}
    finished = finished_runs(plan)
    for place in plan.places:
        if place.config.task.name == task and place.cell in finished:
            found.setdefault(place.cell.row, finished[place.cell][0])
    return found


def _task(config: RunConfig, known: dict[str, VQATask]) -> VQATask:
    """Build a task, or take one with the same data: only the model and its loss may differ."""
    settings = {key: value for key, value in config.task.plain().items() if key not in ("model", "loss")}
    key = json.dumps(settings, sort_keys=True, default=str)
    if key not in known:
        known[key] = VQATask(config.task)
    return known[key]


def _data(task: VQATask | ClassificationTask, split: str) -> tuple[str, str]:
    return task.fingerprint()["data"], split

"""The page of a run: what was run and on what, how it learned, how good it is; for questions also where it looked."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from scanpath.experiments.classification_reporting import describe_classification
from scanpath.experiments.loading import LoadedRun
from scanpath.experiments.vqa_reporting import TaskPart, describe_vqa
from scanpath.report.content import Estimate
from scanpath.report.run_content import RunContent, Trace
from scanpath.tasks.classification import ClassificationTask
from scanpath.tasks.vqa import VQATask
from scanpath.training.settings import TrainingSettings
from scanpath.training.trainer import FitResult

POINTS = 300
"""A curve has at most so many; the records of longer runs are averaged in groups."""


def write_report(run: LoadedRun, fitted: FitResult, *, split: str, measures: Mapping[str, float]) -> None:
    """Write ``report.html`` of a finished run.

    Args:
        run: with the best checkpoint's weights.
        fitted: how training went.
        split: what the measures are of; its predictions lie in the run's folder.
        measures: of the best checkpoint.

    Raises:
        MissingExtraError: the libraries that draw are not installed.
    """
    from scanpath.report.run_page import write_run_page

    write_run_page(run.folder.report_path, build_content(run, fitted, split=split, measures=measures))


def build_content(run: LoadedRun, fitted: FitResult, *, split: str, measures: Mapping[str, float]) -> RunContent:
    """Fill in the page's plain values; arguments as for :func:`write_report`."""
    task: Any = run.task
    part = _describe(run, split)
    return RunContent(
        title=part.title,
        intro=f"{fitted.samples:,} samples in {_duration(fitted.seconds)} of training, seed {run.config.seed}.",
        measure=task.headline,
        value=part.value or Estimate(value=measures[task.headline]),
        split=part.split or split,
        unit=part.unit,
        measures=dict(measures),
        breakdowns=part.breakdowns,
        traces=tuple(_traces(run, part.unit)),
        examples=part.examples,
        sheets=part.sheets,
        items=part.items,
        sections={
            "Task": {"Task": task.name, **part.facts, "Parameters": f"{_parameters(run.objective):,}"},
            "Training": _training(run.config.training, fitted, run.config.seed),
            "Machine": _machine(run.folder.environment),
        },
        config=(run.folder.path / "config.yaml").read_text(encoding="utf-8"),
        warnings=tuple(task.remarks(run.config.training.split)),
    )


def _describe(run: LoadedRun, split: str) -> TaskPart:
    task: Any = run.task
    if isinstance(task, VQATask):
        return describe_vqa(run, split)
    if isinstance(task, ClassificationTask):
        return describe_classification(run, task, split)
    if hasattr(task, "describe"):  # a package's, which may say itself what its page shows
        own: TaskPart = task.describe(run, split)
        return own
    return TaskPart(title=f"A run of {task.name}")


def _traces(run: LoadedRun, unit: str) -> Iterator[Trace]:
    """Give the losses and the share of waiting from the training records, the headline from the evaluations."""
    records = run.folder.metrics()
    training = run.config.training
    trained = [record for record in records if record["split"] == training.split and "waiting" in record]
    losses = dict.fromkeys(key for record in trained for key in record if key.rpartition("/")[2] == "loss")
    for key in losses:
        yield from _trace(f"{key}, training", trained, key)
    evaluated = [record for record in records if record["split"] == training.evaluation_split]
    percent = f", {unit}" if unit else ""
    headline = run.task.headline
    yield from _trace(f"{headline}, {training.evaluation_split}{percent}", evaluated, headline)
    for waiting in _trace("waiting for data, %", trained, "waiting", factor=100.0):
        yield replace(waiting, from_zero=True)


def _trace(name: str, records: Sequence[Mapping[str, Any]], key: str, *, factor: float = 1.0) -> Iterator[Trace]:
    """Give one trace, or none where nothing was recorded; a value that was not finite is left out of its mean."""
    known = [record for record in records if record.get(key) is not None]
    if not known:
        return
    table = np.array([[record["samples"], record["seconds"], factor * record[key]] for record in known])
    means = np.array([part.mean(axis=0) for part in np.array_split(table, min(POINTS, len(table)))])
    samples, seconds, values = means.T.tolist()
    yield Trace(name=name, samples=tuple(map(round, samples)), seconds=tuple(seconds), values=tuple(values))


def _training(settings: TrainingSettings, fitted: FitResult, seed: int) -> dict[str, str]:
    budget = next(f"{getattr(settings, name):,} {name}" for name in _LENGTHS if getattr(settings, name) is not None)
    optimiser = settings.optimiser
    return {
        "Budget": f"{budget} in batches of {settings.batch_size}, {settings.precision}",
        "Optimiser": f"{optimiser.name}, learning rate {optimiser.lr:g}, schedule {settings.schedule.name}",
        "Seed": str(seed),
        "Ended": f"after {fitted.steps:,} steps, by its {fitted.reason}; best checkpoint at step {fitted.best:,}",
        "Time": f"{_duration(fitted.seconds)} of training, {_duration(fitted.evaluation_seconds)} of evaluations",
        "Waiting for data": "not measured" if math.isnan(fitted.waiting) else f"{fitted.waiting:.1%} of training",
    }


_LENGTHS = ("samples", "epochs", "steps")


def _machine(machine: Mapping[str, Any]) -> dict[str, str]:
    commit = machine["commit"]
    changed = " (with changes that are not committed)" if commit and commit.endswith("+") else ""
    return {
        "Processor": f"{machine['processor']}, {machine['cores']} cores, {machine['threads']} threads",
        "Accelerator": machine["accelerator"] or "none",
        "System": machine["system"],
        "Versions": ", ".join(f"{name} {version}" for name, version in machine["versions"].items()),
        "Commit": f"{commit.removesuffix('+')}{changed}" if commit else "unknown: not run from a git tree",
    }


def _parameters(objective: Any) -> int:
    return sum(parameter.numel() for parameter in objective.parameters())


def _duration(seconds: float) -> str:
    """Write a time as people say it: ``9.4 s``, ``12 min``, ``3.1 h``."""
    if seconds < 120:
        return f"{seconds:.2g} s" if seconds < 10 else f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"

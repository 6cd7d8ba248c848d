"""What was measured of each cell: the numbers that estimates and verdicts are made of."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from scanpath.errors import DataError
from scanpath.experiments.config import RunConfig
from scanpath.experiments.running import RESULT
from scanpath.experiments.tables.claims import Cell
from scanpath.experiments.tables.columns import AFTER, is_cost, is_history, is_series, points
from scanpath.experiments.tables.costs import cost_samples
from scanpath.experiments.tables.history import curve_points, history_value
from scanpath.experiments.tables.items import ItemReader
from scanpath.experiments.tables.judging import Sample
from scanpath.experiments.tables.planning import Plan, TableRun
from scanpath.files import read_json
from scanpath.metrics.vqa import Version
from scanpath.training.run_folder import RunFolder

Finished = Sequence[tuple[TableRun, str]]
"""The runs of a cell that are done, in the order of their seeds, each with the split that the cell is of."""


OFFICIAL: tuple[Version, Version] = ("official", "official-2017")
"""The versions of the VQA metric that every result states: papers before 2021 print the second."""


class Samples(NamedTuple):
    """Of all cells that are measured."""

    cells: dict[Cell, Sample]
    series: dict[Cell, dict[str, Sample]]
    """By point, of the cells that show a series."""


def read_samples(plan: Plan, costs: Mapping[str, Any] | None) -> Samples:
    """Read what was measured of each cell, under as many first seeds as are done.

    Args:
        plan: of the table.
        costs: of :func:`.costs.table_costs`.
    """
    reader = ItemReader()
    found = Samples(cost_samples(plan, costs), {})
    for cell, runs in finished_runs(plan).items():
        measure = plan.table.settings.column(cell.column).measure
        if is_history(measure):
            _add_history(found, cell, [job for job, _ in runs], measure)
        elif is_series(measure):
            found.series[cell] = _series(runs, measure, reader)
        elif not is_cost(measure) and (one := _sample(runs, measure, reader)) is not None:
            found.cells[cell] = one
    return found


def finished_runs(plan: Plan) -> dict[Cell, list[tuple[TableRun, str]]]:
    """Return the runs of each cell that are done, up to the first seed that is not."""
    by_cell: dict[Cell, list[tuple[TableRun, str]]] = {}
    ended: set[Cell] = set()
    for place in sorted(plan.places, key=lambda place: (place.cell, place.seed)):
        job = plan.runs[place.identity]
        if not job.done:
            ended.add(place.cell)
        elif place.cell not in ended:
            by_cell.setdefault(place.cell, []).append((job, place.split))
    return by_cell


def _sample(runs: Finished, measure: str, reader: ItemReader) -> Sample | None:
    """Read one measure; None where a run lacks it though its task knows it, as METEOR is where there was no Java."""
    values, items = [], []
    versions: dict[str, list[float]] = {name: [] for name in OFFICIAL}
    for job, split in runs:
        config = RunConfig.parse(job.config)
        predictions = _predictions(job, config, split)
        found = reader.read(config, predictions, split, measure)
        if found is None:
            value = _measured(job, split, measure)
            if value is None and measure in config.create_task().measure_names(split):
                return None
            if value is None:
                raise DataError(f"{job.title} has no measure {measure!r} on {split}; {_has(job, split)}.")
            values.append(value)
            continue
        items.append(found)
        values.append(float(found.scores.mean()))
        own = getattr(config.task, "metric", None)  # of answers to questions alone
        for name, known in versions.items() if own else ():
            other = found if name == own else reader.read(config, predictions, split, measure, metric=name)
            assert other is not None  # noqa: S101 - the same run had items
            known.append(float(other.scores.mean()))
    if not items:
        return Sample(tuple(values))
    together = np.concatenate([one.scores for one in items])
    means = {name: math.fsum(known) / len(known) for name, known in versions.items() if known}
    return Sample(tuple(values), dataclasses.replace(items[0], scores=together), means)


def _add_history(found: Samples, cell: Cell, jobs: list[TableRun], measure: str) -> None:
    """Add what the runs of a cell tell of their training; nothing where one had not come so far."""

    def sample(name: str) -> Sample | None:
        values = [value for job in jobs if (value := history_value(job, name)) is not None]
        return Sample(tuple(values)) if len(values) == len(jobs) else None

    if is_series(measure):
        curve = {point: sample(f"{AFTER}{point}") for point in curve_points(jobs)}
        found.series[cell] = {point: one for point, one in curve.items() if one is not None}
    elif (one := sample(measure)) is not None:
        found.cells[cell] = one


def _series(runs: Finished, measure: str, reader: ItemReader) -> dict[str, Sample]:
    job, split = runs[0]
    found = points(measure, list(_measures(job, split)))
    if not found:
        raise DataError(f"{job.title} has no measure under {measure!r} on {split}; {_has(job, split)}.")
    prefix = measure.removesuffix("*")
    samples = {point: _sample(runs, f"{prefix}{point}", reader) for point in found}
    return {point: one for point, one in samples.items() if one is not None}


def _predictions(job: TableRun, config: RunConfig, split: str) -> Path:
    path = RunFolder.open(job.folder).predictions_path
    return path if split == config.training.evaluation_split else path.with_name(f"{path.stem}.{split}{path.suffix}")


def _measured(job: TableRun, split: str, measure: str) -> float | None:
    return _measures(job, split).get(measure)


def _measures(job: TableRun, split: str) -> dict[str, float]:
    return dict(read_json(job.folder / RESULT)["measures"][split])


def _has(job: TableRun, split: str) -> str:
    return f"it has {', '.join(_measures(job, split))}"

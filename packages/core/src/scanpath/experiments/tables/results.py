"""What came out of a table: cells with intervals, claims with verdicts, and on what it was measured; plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from scanpath.errors import DataError
from scanpath.experiments.config import RunConfig
from scanpath.experiments.running import RESULT
from scanpath.experiments.tables.claims import Cell, Sum
from scanpath.experiments.tables.items import ItemReader
from scanpath.experiments.tables.judging import Estimate, Items, Sample, estimate, judge, verdict
from scanpath.experiments.tables.planning import Plan, TableRun
from scanpath.experiments.tables.settings import RowSettings
from scanpath.files import read_json
from scanpath.training.run_folder import RunFolder

FORM = 1
"""Raised when the JSON changes its shape."""


def result_path(out: Path, method: str, table: str, scale: str) -> Path:
    """Return where the JSON of a table at a scale lies."""
    return out / method / f"{table}.{scale}.json"


def read_result(path: Path) -> dict[str, Any]:
    """Read what was written of a table.

    Raises:
        DataError: it is no such file, or one of another form.
    """
    found = read_json(path)
    if not isinstance(found, dict) or found.get("form") != FORM:
        raise DataError(f"{path} is no result of scanpath reproduce in the form {FORM}: reproduce the table again.")
    return found


def collect(plan: Plan, method: str) -> dict[str, Any]:
    """Put together what is finished of a plan; what is not stays empty.

    Returns:
        Plain values, the same for the same runs.
    """
    samples = _samples(plan)
    settings = plan.table.settings
    done = [job for job in plan.runs.values() if job.done]
    return {
        "form": FORM,
        "method": method,
        "table": plan.table.name,
        "scale": plan.scale,
        "file": plan.table.checksum,
        "measured": _latest(done),
        "seeds": list(range(plan.seeds)),
        "caption": settings.caption,
        "source": settings.source,
        "note": settings.note,
        "columns": [
            {
                "id": column.id,
                "label": column.label,
                "split": column.split or settings.split,
                "measure": column.measure,
                "of": settings.measures[column.measure].plain(),
            }
            for column in settings.columns
        ],
        "rows": [_row(plan, row, samples) for row in settings.rows],
        "claims": _claims(plan, samples),
        "data": _distinct([RunFolder.open(job.folder).config.get("fingerprint", {}) for job in done]),
        "hardware": _distinct([RunFolder.open(job.folder).environment for job in done]),
    }


def _samples(plan: Plan) -> dict[Cell, Sample]:
    """Read what was measured of each cell, under as many first seeds as are done."""
    reader = ItemReader()
    by_cell: dict[Cell, list[tuple[TableRun, str]]] = {}
    ended: set[Cell] = set()
    for place in sorted(plan.places, key=lambda place: (place.cell, place.seed)):
        job = plan.runs[place.identity]
        if not job.done:
            ended.add(place.cell)
        elif place.cell not in ended:
            by_cell.setdefault(place.cell, []).append((job, place.split))
    return {cell: _sample(plan, cell, runs, reader) for cell, runs in by_cell.items()}


def _sample(plan: Plan, cell: Cell, runs: Sequence[tuple[TableRun, str]], reader: ItemReader) -> Sample:
    measure = plan.table.settings.column(cell.column).measure
    values, scores = [], []
    groups, name = None, ""
    for job, split in runs:
        config = RunConfig.parse(job.config)
        found = reader.read(config, _predictions(job, config, split), split, measure)
        if found is None:
            values.append(_measured(job, split, measure))
            continue
        own, groups, name = found
        scores.append(own)
        values.append(float(own.mean()))
    if groups is None:
        return Sample(tuple(values))
    return Sample(tuple(values), Items(np.stack(scores), groups, name))


def _predictions(job: TableRun, config: RunConfig, split: str) -> Path:
    path = RunFolder.open(job.folder).predictions_path
    return path if split == config.training.evaluation_split else path.with_name(f"{path.stem}.{split}{path.suffix}")


def _measured(job: TableRun, split: str, measure: str) -> float:
    measures = read_json(job.folder / RESULT)["measures"][split]
    if measure not in measures:
        raise DataError(f"{job.title} has no measure {measure!r} on {split}; it has {', '.join(measures)}.")
    return float(measures[measure])


def _row(plan: Plan, row: RowSettings, samples: Mapping[Cell, Sample]) -> dict[str, Any]:
    cells = {}
    for column in plan.table.settings.columns:
        printed = row.paper.get(column.id)
        sample = samples.get(Cell(row.id, column.id))
        cell: dict[str, Any] = {"paper": printed.value if printed else None}
        if printed and printed.note:
            cell["note"] = printed.note
        if sample is not None:
            found = estimate(Sum(((Cell(row.id, column.id), 1),), 0.0), samples)
            cell |= {"seeds": list(sample.values), **_plain(found)}
        cells[column.id] = cell
    own = {
        plan.runs[place.identity].key: plan.runs[place.identity] for place in plan.places if place.cell.row == row.id
    }
    seconds = [read_json(job.folder / RESULT)["seconds"] for job in own.values() if job.done]
    return {
        "id": row.id,
        "label": row.label,
        "external": row.external,
        "note": row.note,
        "seconds": sum(seconds) / len(seconds) if seconds else None,
        "cells": cells,
    }


def _claims(plan: Plan, samples: Mapping[Cell, Sample]) -> list[dict[str, Any]]:
    found = []
    for claim in plan.table.settings.claims:
        links = judge(claim.links(), samples)
        told = [
            {"margin": link.margin, "verdict": link.verdict, "reason": link.reason}
            | ({} if link.estimate is None else _plain(link.estimate) | {"seeds": link.estimate.seeds})
            for link in links
        ]
        words = {"words": claim.words, "section": claim.section, "comparison": claim.comparison, "note": claim.note}
        found.append({**words, "verdict": verdict(links), "links": told})
    return found


def _plain(found: Estimate) -> dict[str, float | None]:
    return {"value": found.value, "low": found.low, "high": found.high, "detectable": found.detectable}


def _latest(done: Sequence[TableRun]) -> str | None:
    """Return the day on which the last of the runs was measured."""
    if not done:
        return None
    latest = max((job.folder / RESULT).stat().st_mtime for job in done)
    return datetime.fromtimestamp(latest, tz=UTC).date().isoformat()


def _distinct(values: Sequence[Any]) -> list[Any]:
    found: list[Any] = []
    for value in values:
        if value not in found:
            found.append(value)
    return found

"""What came out of a table: cells with intervals, claims with verdicts, and on what it was measured; plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from scanpath.errors import DataError
from scanpath.experiments.running import RESULT, measured_on
from scanpath.experiments.tables.claims import Cell, Sum
from scanpath.experiments.tables.columns import is_cost, is_number
from scanpath.experiments.tables.judging import Estimate, Sample, estimate, judge, verdict
from scanpath.experiments.tables.planning import Plan, TableRun
from scanpath.experiments.tables.sampling import Samples, read_samples
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


def known_costs(path: Path) -> dict[str, Any] | None:
    """Return the costs of an earlier result; None where there is none."""
    try:
        found: dict[str, Any] | None = read_result(path).get("costs")
    except DataError:
        return None
    return found


def collect(plan: Plan, method: str, costs: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Put together what is finished of a plan; what is not stays empty.

    Args:
        plan: of the table.
        method: which brings it.
        costs: of :func:`scanpath.experiments.tables.costs.table_costs`; without them such cells stay empty.

    Returns:
        Plain values, the same for the same runs and costs.
    """
    samples = read_samples(plan, costs)
    settings = plan.table.settings
    done = [job for job in {job.key: job for job in (*plan.runs.values(), *plan.needed)}.values() if job.done]
    machines = _distinct([RunFolder.open(job.folder).environment for job in done])
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
        "rows": [_row(plan, row, samples, machines) for row in settings.rows],
        "claims": _claims(plan, samples.cells),
        "costs": costs,
        "data": _distinct([RunFolder.open(job.folder).config.get("fingerprint", {}) for job in done]),
        "hardware": machines,
    }


def _row(plan: Plan, row: RowSettings, samples: Samples, machines: Sequence[Any]) -> dict[str, Any]:
    cells = {}
    for column in plan.table.settings.columns:
        printed = row.paper.get(column.id)
        place = Cell(row.id, column.id)
        cell: dict[str, Any] = {"paper": printed.value if printed else None}
        if printed and printed.note:
            cell["note"] = printed.note
        if place in samples.cells:
            kind = "rounds" if is_cost(column.measure) else "seeds"
            cell |= _estimated(samples.cells[place], kind)
        if place in samples.series:
            cell["series"] = [
                {"at": float(point) if is_number(point) else point, **_estimated(sample, "seeds")}
                for point, sample in samples.series[place].items()
            ]
        cells[column.id] = cell
    jobs = (plan.runs[place.identity] for place in plan.places if place.cell.row == row.id)
    done = [job for job in {job.key: job for job in jobs}.values() if job.done]
    first = {job.key: job for job in plan.needed if job.done}
    seconds = [sum(map(_seconds, (job, *(first[key] for key in job.uses if key in first)))) for job in done]
    return {
        "id": row.id,
        "label": row.label,
        "external": row.external,
        "note": row.note,
        "seconds": sum(seconds) / len(seconds) if seconds else None,
        "measured": _latest(done),
        "machines": sorted({machines.index(RunFolder.open(job.folder).environment) for job in done}),
        "cells": cells,
    }


def _seconds(job: TableRun) -> float:
    return float(read_json(job.folder / RESULT)["seconds"])


def _estimated(sample: Sample, kind: str) -> dict[str, Any]:
    """Estimate one cell: its values by seed or by round, their mean and its interval, and other versions' means."""
    cell = Cell("row", "column")
    told = {kind: list(sample.values), **_plain(estimate(Sum(((cell, 1),), 0.0), {cell: sample}))}
    return told | ({"versions": dict(sample.versions)} if sample.versions else {})


def _claims(plan: Plan, samples: Mapping[Cell, Sample]) -> list[dict[str, Any]]:
    found = []
    for claim in plan.table.settings.claims:
        links = judge(claim.links(), samples)
        named = {cell.column for link in claim.links() for cell in link.margin.cells}
        measures = [column.measure for column in plan.table.settings.columns if column.id in named]
        kind = "rounds" if measures and all(map(is_cost, measures)) else "seeds"
        told = [
            {"margin": link.margin, "verdict": link.verdict, "reason": link.reason}
            | ({} if link.estimate is None else _plain(link.estimate) | {kind: link.estimate.seeds})
            for link in links
        ]
        words = {"words": claim.words, "section": claim.section, "comparison": claim.comparison, "note": claim.note}
        found.append({**words, "verdict": verdict(links), "links": told})
    return found


def _plain(found: Estimate) -> dict[str, float | None]:
    return {"value": found.value, "low": found.low, "high": found.high, "detectable": found.detectable}


def _latest(done: Sequence[TableRun]) -> str | None:
    """Return the day on which the last of the runs was measured."""
    return max((measured_on(job.folder) for job in done), default=None)


def _distinct(values: Sequence[Any]) -> list[Any]:
    found: list[Any] = []
    for value in values:
        if value not in found:
            found.append(value)
    return found

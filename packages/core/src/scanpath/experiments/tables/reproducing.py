"""A table from its file to its result: what is finished is read, what was interrupted goes on, the rest is run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scanpath.errors import ConfigError, DataError, ScanpathError
from scanpath.experiments.crew import do_all
from scanpath.experiments.tables.claims import Cell
from scanpath.experiments.tables.columns import is_cost
from scanpath.experiments.tables.costs import table_costs
from scanpath.experiments.tables.items import ItemReader
from scanpath.experiments.tables.loading import find_table
from scanpath.experiments.tables.looking import table_examples
from scanpath.experiments.tables.page import write_table_report
from scanpath.experiments.tables.planning import Plan, TableRun, check_rows, do, make_plan
from scanpath.experiments.tables.preparing import data_root, make_data, missing_data, open_data
from scanpath.experiments.tables.resolving import check_runs
from scanpath.experiments.tables.results import collect, known_costs, result_path
from scanpath.experiments.tables.settings import ScaleName
from scanpath.files import read_json, write_json
from scanpath.progress import Done, Say


@dataclass(frozen=True)
class Reproduction:
    """What came out, and where it lies."""

    result: dict[str, Any]
    path: Path
    """The JSON; Markdown, picture and page lie beside it."""
    reused: int
    """Runs that were finished before."""


def prepare(
    method: str,
    table: str,
    scale: ScaleName,
    *,
    seeds: int | None = None,
    rows: Sequence[str] = (),
    runs: Path,
    root: Path | None = None,
    say: Say,
) -> Plan:
    """Make what data can be made, and plan the runs.

    Args:
        method: which brings the table.
        table: its name.
        scale: at which scale.
        seeds: how many; None takes the scale's.
        rows: ids of those to run; empty for all.
        runs: the folder of runs.
        root: of the data sets; None takes the user's.
        say: is told what takes time.

    Raises:
        UnknownNameError: no such method or table, or a measure that its task does not know.
        ConfigError: mistakes in the file, a scale that is not defined, a row that is not there.
        DataError: data that are missing and cannot be made; the sentence says how to get them.
    """
    found = find_table(method, table)
    check_runs(found)
    check_rows(found, rows)  # before any data are made
    place = data_root(method, found, scale, runs, root)
    make_data(found, scale, place, say)
    lacking = missing_data(found, scale, place)
    if lacking:
        raise DataError(f"{method} {table} cannot be run at the scale {scale!r}: {' '.join(lacking)}")
    plan = make_plan(found, scale, seeds=seeds, rows=rows, runs=runs, root=place)
    reader = ItemReader()
    asked = {(one.cell.column, one.split, str(one.config.task.plain())): one.config for one in plan.places}
    for (column, split, _), config in asked.items():
        reader.check(config, split, plan.table.settings.column(column).measure)  # as it is at this scale
    return plan


def reproduce(
    plan: Plan,
    method: str,
    *,
    out: Path,
    workers: int | None = None,
    crew: Callable[..., None] = do_all,
    say: Say,
    progress: Done,
) -> Reproduction:
    """Do the runs of a plan that are not done, and write the result as JSON, Markdown, picture and page.

    Args:
        plan: of :func:`prepare`.
        method: which brings the table.
        out: the folder of results; the file is ``<method>/<table>.<scale>.json`` in it.
        workers: runs at once; None chooses.
        crew: who does them, called as :func:`scanpath.experiments.crew.do_all`.
        say: is told what takes time.
        progress: is told how many of how many runs are done, and which was the last.

    Raises:
        ConfigError: the file that is there has more than this call would measure.
        RunError: a run that failed, named.
        Interrupted: by Ctrl-C or SIGTERM, after every run in hand was saved.
    """
    path = result_path(out, method, plan.table.name, plan.scale)
    _keep_what_is_there(path, plan)
    stages = plan.stages
    total = len({job.key for job in (*plan.chosen, *(plan.needed if stages else ()))})
    reused = finished = total - sum(map(len, stages))
    progress(reused, total, "")

    def tick(job: TableRun) -> None:
        nonlocal finished
        finished += 1
        progress(finished, total, f"{job.row}, seed {job.seed}")

    for stage in stages:
        open_data(stage, say)
        crew(stage, do, log=stage[0].root / "workers.log", workers=workers, progress=tick)
    say("tests and table")
    result = collect(plan, method, _costs(plan, path, say))
    write_json(path, result, indent=1)
    try:
        write_table_report(path, result, table_examples(plan))
    except ScanpathError as error:  # a result without its page is whole
        say(f"the page was not written: {error}")
    return Reproduction(result, path, reused)


def _costs(plan: Plan, path: Path, say: Say) -> dict[str, Any] | None:
    """Measure what rows cost; what fails here, such as memory for all models at once, must not lose the table."""
    try:
        return table_costs(plan, known_costs(path), say)
    except (ScanpathError, RuntimeError, MemoryError) as error:
        say(f"costs were not measured: {error}")
        return None


def _keep_what_is_there(path: Path, plan: Plan) -> None:
    """Refuse to write fewer rows or seeds over a result that has more of them, such as a committed one."""
    if not path.exists():
        return
    coming = Counter(
        place.cell for place in plan.places if (job := plan.runs[place.identity]).done or job in plan.chosen
    )
    known = {row.id for row in plan.table.settings.rows}
    runs = [column.id for column in plan.table.settings.columns if not is_cost(column.measure)]
    lost = [
        row["id"]
        for row in read_json(path)["rows"]
        if row["id"] in known
        and any(len(row["cells"].get(name, {}).get("seeds", ())) > coming[Cell(row["id"], name)] for name in runs)
    ]
    if lost:
        raise ConfigError(
            f"{path} has rows or seeds that this call would not measure ({', '.join(lost[:3])}): leave out --rows and "
            "--seeds, or name another folder with --out."
        )

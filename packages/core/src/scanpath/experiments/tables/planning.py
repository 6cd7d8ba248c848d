"""What a table needs before it can be filled: which runs, and which of them are done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from scanpath.errors import ConfigError, DataError, near
from scanpath.experiments.config import RunConfig, key_of
from scanpath.experiments.running import RESULT, run
from scanpath.experiments.tables.loading import Table
from scanpath.experiments.tables.resolving import Place, needed_values, places, with_root
from scanpath.experiments.tables.settings import RowSettings, ScaleName
from scanpath.files import read_json
from scanpath.training.run_folder import RunFolder


@dataclass(frozen=True)
class TableRun:
    """One run of a table; plain values, ready for another process."""

    row: str
    """The first row that it fills."""
    seed: int
    config: Mapping[str, Any]
    key: str
    splits: tuple[str, ...]
    """What its best checkpoint is measured on."""
    root: Path
    """The folder of runs."""
    uses: tuple[str, ...] = ()
    """The keys of runs that must be finished before."""

    @property
    def title(self) -> str:
        """What an error calls it."""
        return f"the row {self.row!r} under seed {self.seed}"

    @property
    def folder(self) -> Path:
        """Where it lies."""
        return self.root / self.key

    @property
    def done(self) -> bool:
        """Whether it is trained to its end and measured on every split."""
        path = self.folder / RESULT
        if not (RunFolder.holds_run(self.folder) and path.exists()):
            return False
        try:
            measured = read_json(path)["measures"]
        except (DataError, KeyError, TypeError):  # cut short or changed: it is measured again
            return False
        return RunFolder.open(self.folder).finished and set(self.splits) <= set(measured)


def do(job: TableRun) -> None:
    """Train a run, or take it up, or read it, and measure it on its splits."""
    for split in job.splits:
        run(RunConfig.parse(job.config), job.root, split=split)


@dataclass(frozen=True)
class Plan:
    """A table at a scale, resolved to runs."""

    table: Table
    scale: ScaleName
    seeds: int
    places: tuple[Place, ...]
    """All cells under all seeds."""
    runs: Mapping[str, TableRun]
    """By the places' identity."""
    chosen: tuple[TableRun, ...]
    """The runs that are asked for."""
    needed: tuple[TableRun, ...] = ()
    """Runs that the others use, which are done first."""

    @property
    def stages(self) -> list[list[TableRun]]:
        """The runs that are not done, in parts that wait for each other."""
        chosen = [job for job in self.chosen if not job.done]
        needed = [job for job in self.needed if not job.done] if chosen else []
        waiting = {job.key: job for job in (*needed, *chosen)}
        found = []
        while waiting:
            ready = [job for job in waiting.values() if waiting.keys().isdisjoint(job.uses)]
            found.append(ready)
            waiting = {key: job for key, job in waiting.items() if job not in ready}
        return found

    @property
    def todo(self) -> list[TableRun]:
        """The runs that are not done."""
        return [job for part in self.stages for job in part]


def make_plan(
    table: Table, scale: ScaleName, *, seeds: int | None, rows: Sequence[str], runs: Path, root: Path | None
) -> Plan:
    """Resolve a table whose data are there.

    Args:
        table: what to reproduce.
        scale: at which scale.
        seeds: how many; None takes the scale's.
        rows: ids of those to run; empty for all.
        runs: the folder of runs.
        root: of the data sets.

    Raises:
        ConfigError: a row that is not there, or not to be run.
        DataError: data that are missing; the sentence says how to get them.
    """
    check_rows(table, rows)
    table = replace(table, settings=table.settings.at(scale))
    count = seeds or table.settings.scale(scale).seeds
    needed = {job.key: job for job in needed_runs(table, scale, runs=runs, root=root)}
    folders = {job.row: str(job.folder.absolute()) for job in needed.values()}
    text = None if root is None else str(root)

    def folder_of(row: RowSettings, values: Mapping[str, Any]) -> str:
        config = RunConfig.parse(with_root(values, text), source=f"the run before {row.id}")
        job = _run(f"{row.id}, first", config, (table.settings.split,), runs)
        if not rows or row.id in rows:
            needed.setdefault(job.key, job)
        return str(job.folder.absolute())

    found = places(table.settings, scale, count, root=text, folders=folders, folder_of=folder_of)
    splits: dict[str, dict[str, None]] = {}
    for place in found:
        splits.setdefault(place.identity, {})[place.split] = None
    by_identity: dict[str, TableRun] = {}
    wanted: dict[str, None] = {}
    for place in sorted(found, key=lambda place: place.seed):  # after an interruption every row has its first seeds
        if place.identity not in by_identity:
            measured = tuple(splits[place.identity])
            by_identity[place.identity] = _run(place.cell.row, place.config, measured, runs)
        if not rows or place.cell.row in rows:
            wanted[place.identity] = None
    chosen = tuple(by_identity[identity] for identity in wanted)
    own = {job.key: job for job in by_identity.values()}
    first = tuple(own.get(key, job) for key, job in needed.items())  # a cell of the table may be what others need
    return Plan(table, scale, count, tuple(found), by_identity, chosen, first)


def needed_runs(table: Table, scale: ScaleName, *, runs: Path, root: Path | None) -> list[TableRun]:
    """Resolve the runs under ``needs``, which must be finished before the others begin."""
    text = None if root is None else str(root)
    found = []
    for name in table.settings.needs:
        config = RunConfig.parse(with_root(needed_values(table.settings, name, scale), text), source=f"needs.{name}")
        found.append(_run(name, config, (table.settings.split,), runs))
    return found


def _run(row: str, config: RunConfig, splits: tuple[str, ...], runs: Path) -> TableRun:
    uses = tuple(key_of(Path(folder)) for folder in config.finished_runs().values())
    return TableRun(row, config.seed, config.plain(), config.key(), splits, runs, uses)


def check_rows(table: Table, rows: Sequence[str]) -> None:
    """See that rows are there and can be run.

    Raises:
        ConfigError: one is not, with near names.
    """
    known = {row.id: row.external for row in table.settings.rows}
    for name in rows:
        if name not in known:
            hint = near(name, known) or f"; there are {', '.join(known)}."
            raise ConfigError(f"the table {table.name!r} has no row {name!r}{hint}")
        if known[name]:
            raise ConfigError(f"the row {name!r} is external: its numbers are quoted, it cannot be run.")

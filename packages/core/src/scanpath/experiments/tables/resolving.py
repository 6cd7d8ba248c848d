"""From a cell of a table to the run that fills it: base, scale, row and column laid over each other."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scanpath.errors import ScanpathError
from scanpath.experiments.config import RunConfig, takes_root
from scanpath.experiments.overrides import lay_over
from scanpath.experiments.tables.claims import Cell
from scanpath.experiments.tables.loading import Table
from scanpath.experiments.tables.settings import ColumnSettings, RowSettings, ScaleName, TableSettings
from scanpath.settings import SettingsError

FolderOf = Callable[[RowSettings, Mapping[str, Any]], str]
"""From a row, and the settings of a run that one of its cells needs, to that run's folder."""


@dataclass(frozen=True)
class Place:
    """A cell under a seed, and what fills it."""

    cell: Cell
    seed: int
    split: str
    config: RunConfig

    @property
    def identity(self) -> str:
        """The resolved settings as text: cells that are alike in it share a run."""
        return json.dumps(self.config.plain(), sort_keys=True)


def values_of(
    table: TableSettings,
    row: RowSettings,
    column: ColumnSettings,
    scale: ScaleName,
    seed: int,
    *,
    folders: Mapping[str, str] | None = None,
    folder_of: FolderOf | None = None,
) -> dict[str, Any]:
    """Lay the overrides of a cell over each other: base, scale, row, column, and the scale's own for column and row.

    Args:
        table: whose cell.
        row: of the cell.
        column: of the cell.
        scale: a defined one.
        seed: of the run.
        folders: of the finished runs under ``needs``, by name; their names stand for them otherwise.
        folder_of: gives the folder of a run like this one but for some settings, ``{like: SETTINGS}``; a hash of its
            settings stands for it otherwise.
    """
    values: dict[str, Any] = _filled({**_laid(table, row, column, scale), "seed": seed}, folders or {})
    for place, run in like_runs(values).items():
        values = lay_over(values, {place: (folder_of or _hash)(row, run)})
    return values


def like_runs(values: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Give the settings of the runs that a run needs of its own kind, by dotted key: ``{like: SETTINGS}``.

    Such a run is the same but for those settings; it needs no run itself.
    """
    asked = dict(_marks(values, "like"))
    alone = lay_over(values, dict.fromkeys(asked))
    return {place: lay_over(alone, settings) for place, settings in asked.items()}


def _hash(row: RowSettings, values: Mapping[str, Any]) -> str:  # noqa: ARG001 - the signature of FolderOf
    text = json.dumps(values, sort_keys=True, default=str)
    return f"like-{hashlib.sha256(text.encode()).hexdigest()[:12]}"


def _laid(table: TableSettings, row: RowSettings, column: ColumnSettings, scale: ScaleName) -> dict[str, Any]:
    size = table.scale(scale)
    own = size.columns.get(column.id, {}), size.rows.get(row.id, {})
    above = (size.overrides, row.overrides, column.overrides, *own)
    values = lay_over({"task": {"name": table.task}}, table.base)
    for overrides in above:
        values = lay_over(values, overrides)
    return values


def needed_values(table: TableSettings, name: str, scale: ScaleName) -> dict[str, Any]:
    """Return the settings of a run under ``needs``; its seed is 0."""
    values = lay_over({"task": {"name": table.task}}, table.base)
    size = table.scale(scale)
    for overrides in (size.overrides, table.needs[name], size.needs.get(name, {})):
        values = lay_over(values, overrides)
    return {**values, "seed": 0}


def _filled(value: Any, folders: Mapping[str, str]) -> Any:
    """Put folders in the places of ``{needs: NAME}``."""
    if isinstance(value, Mapping):
        if set(value) == {"needs"}:
            return folders.get(value["needs"], value["needs"])
        return {key: _filled(inner, folders) for key, inner in value.items()}
    return [_filled(inner, folders) for inner in value] if isinstance(value, list) else value


def cells_of(table: TableSettings) -> Iterator[tuple[RowSettings, ColumnSettings]]:
    """Give the cells that can be run, row by row."""
    return ((row, column) for row in table.rows if not row.external for column in table.columns)


def check_runs(table: Table) -> None:
    """Resolve every cell at every scale.

    Raises:
        SettingsError: with all mistakes, each once and at the place that all its cells have in common.
    """
    settings = table.settings
    total: set[tuple[str, int, int]] = set()
    wrong: dict[str, set[tuple[str, int, int]]] = {}
    for scale in settings.defined_scales:
        for number, row in enumerate(settings.rows):
            for other, column in enumerate(settings.columns):
                if row.external:
                    continue
                total.add((scale, number, other))
                for mistake in _mistakes_of(settings, row, column, scale):
                    wrong.setdefault(mistake, set()).add((scale, number, other))
    mistakes = [f"{_common_place(where, total)}: {mistake}" for mistake, where in wrong.items()]
    for scale in settings.defined_scales:
        for name in settings.needs:
            mistakes += [f"needs.{name} ({scale}): {one}" for one in _mistakes(needed_values(settings, name, scale))]
    if mistakes:
        raise SettingsError(f"the table {table.name}", tuple(mistakes))


def _marks(values: Any, mark: str, place: str = "") -> Iterator[tuple[str, Any]]:
    """Give the dotted keys whose value is ``{MARK: ...}``, each with what stands there."""
    if isinstance(values, Mapping) and set(values) == {mark}:
        yield place, values[mark]
    elif isinstance(values, Mapping):
        for key, value in values.items():
            yield from _marks(value, mark, f"{place}.{key}".removeprefix("."))


def _mistakes_of(table: TableSettings, row: RowSettings, column: ColumnSettings, scale: ScaleName) -> Iterator[str]:
    """Tell the mistakes of a cell, and of the run of its own kind that it needs."""
    laid = _laid(table, row, column, scale)
    filled = _filled(laid, {})
    needing = [place for mark in ("needs", "like") for place, _ in _marks(laid, mark)]
    yield from _mistakes(values_of(table, row, column, scale, 0), needing)
    for place, run in like_runs(filled).items():
        again = [inner for inner, _ in _marks(run, "like")]
        told = (f"{again[0]} asks for a run in turn, expected a value",) if again else _mistakes(run)
        yield from (f"{place}.like: {one}" for one in told)


def _mistakes(values: Mapping[str, Any], needing: Sequence[str] = ()) -> tuple[str, ...]:
    try:
        known = RunConfig.parse(values).finished_runs()
    except SettingsError as error:
        return error.mistakes
    except ScanpathError as error:  # a task that is unknown, or not installed
        return (str(error).removesuffix("."),)
    return tuple(f"{place} takes no other run, expected a value" for place in needing if place not in known)


def _common_place(where: set[tuple[str, int, int]], total: set[tuple[str, int, int]]) -> str:
    """Name the part of the file that all cells with a mistake share."""
    scales, rows, columns = ({cell[axis] for cell in where} for axis in range(3))
    if where == total:
        return "base"
    if len(scales) == 1 and where == {cell for cell in total if cell[0] in scales}:
        return f"scales.{next(iter(scales))}"
    if len(rows) == 1:
        return f"rows[{next(iter(rows))}].overrides"
    if len(columns) == 1:
        return f"columns[{next(iter(columns))}].overrides"
    scale, row, column = min(where)
    return f"rows[{row}] under columns[{column}] at {scale}, and {len(where) - 1} more"


def places(
    table: TableSettings,
    scale: ScaleName,
    seeds: int,
    *,
    root: str | None,
    folders: Mapping[str, str] | None = None,
    folder_of: FolderOf | None = None,
) -> list[Place]:
    """Resolve all cells under all seeds.

    Args:
        table: what to resolve.
        scale: a defined one.
        seeds: how many, from 0.
        root: of the data sets, for tasks that have such a key; None leaves it to the task.
        folders: as for :func:`values_of`.
        folder_of: likewise.
    """
    found = []
    for row, column in cells_of(table):
        for seed in range(seeds):
            values = values_of(table, row, column, scale, seed, folders=folders, folder_of=folder_of)
            config = RunConfig.parse(with_root(values, root), source=f"the cell {row.id}.{column.id}")
            found.append(Place(Cell(row.id, column.id), seed, column.split or table.split, config))
    return found


def with_root(values: Mapping[str, Any], root: str | None) -> dict[str, Any]:
    """Tell a run where its data lie, unless its settings say so or its task has no such key."""
    if root is None or not takes_root(values["task"]):
        return dict(values)
    return {**values, "task": {"root": root, **values["task"]}}

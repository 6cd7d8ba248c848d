"""What a table file says about itself: every row, column and measure that it names exists, and once.

Read from the plain values, not from the checked ones, so that these mistakes are shown together with all others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from scanpath.errors import ConfigError, near
from scanpath.experiments.tables.claims import Cell, parse_comparison, parse_sum
from scanpath.experiments.tables.columns import (
    AFTER,
    COSTS,
    FALL,
    SETTLED,
    UNTIL,
    is_cost,
    is_history,
    is_known_history,
    is_series,
)


def wrong_references(table: Mapping[str, Any]) -> list[str]:
    """Say what a table file, as YAML gives it, names that is not there."""
    return [*_repeated(table), *_unknown_names(table), *_unknown_cells(table), *_unknown_costs(table)]


def _items(table: Mapping[str, Any], key: str) -> list[tuple[str, Mapping[str, Any]]]:
    """List the mappings under a key with their places; anything else there is another check's affair."""
    given = table.get(key)
    listed = given if isinstance(given, list) else []
    return [(f"{key}[{number}]", item) for number, item in enumerate(listed) if isinstance(item, Mapping)]


def _names(table: Mapping[str, Any], key: str) -> list[str]:
    return [str(item["id"]) for _, item in _items(table, key) if "id" in item]


def _section(table: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = table.get(key)
    return found if isinstance(found, Mapping) else {}


def _repeated(table: Mapping[str, Any]) -> Iterator[str]:
    for key in ("rows", "columns"):
        seen: dict[str, str] = {}
        for place, item in _items(table, key):
            name = str(item.get("id", place))
            if name in seen:
                yield f"{place}.id: {name!r} is the id of {seen[name]} too, give each its own"
            seen.setdefault(name, place)
    for name in set(_section(table, "needs")) & set(_names(table, "rows")):
        yield f"needs.{name}: {name!r} is the id of a row too, give each its own"


def _unknown(place: str, name: object, known: list[str], noun: str) -> Iterator[str]:
    if str(name) not in known:
        yield f"{place}: there is no {noun} {str(name)!r}{near(str(name), known) or '; there are ' + ', '.join(known)}"


def _unknown_names(table: Mapping[str, Any]) -> Iterator[str]:
    columns = _names(table, "columns")
    for place, column in _items(table, "columns"):
        if "measure" in column:
            yield from _unknown(f"{place}.measure", column["measure"], list(_section(table, "measures")), "measure")
    for place, row in _items(table, "rows"):
        for name in _section(row, "paper"):
            yield from _unknown(f"{place}.paper", name, columns, "column")
            if name in _series(table):
                yield f"{place}.paper: the column {name!r} is a series, which has no single printed number"
    for scale, settings in _section(table, "scales").items():
        yield from _unknown_of_scale(f"scales.{scale}", settings, table)
    for place, name in _needed(table, ""):
        yield from _unknown(place, name, list(_section(table, "needs")), "run under 'needs'")


def _unknown_of_scale(place: str, settings: Any, table: Mapping[str, Any]) -> Iterator[str]:
    if not isinstance(settings, Mapping):
        return
    measures = list(_section(table, "measures"))
    for name in _section(settings, "rows"):
        yield from _unknown(f"{place}.rows", name, _names(table, "rows"), "row")
    for name in _section(settings, "columns"):
        yield from _unknown(f"{place}.columns", name, _names(table, "columns"), "column")
    for name in _section(settings, "needs"):
        yield from _unknown(f"{place}.needs", name, list(_section(table, "needs")), "run under 'needs'")
    for name, measure in _section(settings, "measures").items():
        yield from _unknown(f"{place}.measures", name, _names(table, "columns"), "column")
        if measure is not None:
            yield from _unknown(f"{place}.measures.{name}", measure, measures, "measure")


def _unknown_costs(table: Mapping[str, Any]) -> Iterator[str]:
    for name in _section(table, "measures"):
        if is_cost(str(name)):
            yield from _unknown(f"measures.{name}", name, list(COSTS), "cost")
        elif is_history(str(name)) and not is_known_history(str(name)):
            known = f"{FALL}, {AFTER}SECONDS, {AFTER}*, {UNTIL}LEVEL and {SETTLED}SHARE"
            yield f"measures.{name}: a run's history has {known}"


def _series(table: Mapping[str, Any]) -> list[str]:
    """List the columns that show a series."""
    return [str(item.get("id")) for _, item in _items(table, "columns") if is_series(str(item.get("measure")))]


def _needed(value: Any, place: str) -> Iterator[tuple[str, Any]]:
    """Give every ``{needs: NAME}`` with its place."""
    if isinstance(value, Mapping) and set(value) == {"needs"} and isinstance(value["needs"], str):
        yield place, value["needs"]
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _needed(inner, f"{place}.{key}".removeprefix("."))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _needed(inner, f"{place}[{number}]")


def _unknown_cells(table: Mapping[str, Any]) -> Iterator[str]:
    external = {str(item.get("id")) for _, item in _items(table, "rows") if item.get("external") is True}
    rows, columns = _names(table, "rows"), _names(table, "columns")
    for place, claim in _items(table, "claims"):
        for cell in _cells(claim):
            yield from _unknown(place, cell.row, rows, "row")
            yield from _unknown(place, cell.column, columns, "column")
            if cell.column in _series(table):
                yield f"{place}: the column {cell.column!r} is a series, name a column of one of its measures"
            if cell.row in external:
                yield f"{place}: the row {cell.row!r} is external and never run, so no claim can be judged by it"


def _cells(claim: Mapping[str, Any]) -> list[Cell]:
    """List the cells of a claim; one that cannot be parsed is told elsewhere."""
    try:
        if isinstance(claim.get("compare"), str):
            found = [
                cell for link in parse_comparison(claim["compare"]) for cell in (*link.low.cells, *link.high.cells)
            ]
        else:
            found = list(parse_sum(claim["value"]).cells) if isinstance(claim.get("value"), str) else []
    except ConfigError:
        return []
    return list(dict.fromkeys(found))

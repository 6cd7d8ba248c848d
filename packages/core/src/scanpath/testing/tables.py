"""Tables that a package ships: what each holds, counted by hand from the paper, and what their rows resolve to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from scanpath.experiments.config import RunConfig
from scanpath.experiments.tables.loading import find_table, load_table, tables_of
from scanpath.experiments.tables.resolving import values_of
from scanpath.experiments.tables.settings import ScaleName, TableSettings
from scanpath.method import Method
from scanpath.testing.subject import ContractError


class Counts(NamedTuple):
    """What stands in a table."""

    printed: int
    """Numbers of the paper."""
    lost: int
    """Numbers that our text of the paper lost."""
    quoted: int
    """Rows that are quoted from elsewhere, and never run."""
    claims: int


def count(table: TableSettings) -> Counts:
    """Count what stands in a table."""
    values = [number.value for row in table.rows for number in row.paper.values()]
    lost = values.count(None)
    return Counts(len(values) - lost, lost, sum(row.external for row in table.rows), len(table.claims))


def check_counts(method: Method, expected: Mapping[str, tuple[int, int, int, int]]) -> None:
    """Check that a method has these tables and no other, and that in each stands what was counted in the paper.

    Args:
        method: whose tables.
        expected: by table, its :class:`Counts`, typed from the paper and not from the file.

    Raises:
        ContractError: with every table that differs.
    """
    found = {name: count(load_table(path).settings) for name, path in tables_of(method).items()}
    wrong = [f"{name} is {'new' if name in found else 'missing'}" for name in sorted(found.keys() ^ expected.keys())]
    for name in sorted(found.keys() & expected.keys()):
        pairs = zip(Counts._fields, found[name], expected[name], strict=True)
        wrong += [f"{name} has {has} {what}, not {wanted}" for what, has, wanted in pairs if has != wanted]
    if wrong:
        raise ContractError(f"Method {method.name!r}: {'; '.join(wrong)}; correct the tables, or what was counted.")


def row_as_run(
    method: str, table: str, row: str, scale: ScaleName = "paper", *, column: str | None = None
) -> dict[str, Any]:
    """Return what a row's run resolves to under seed 0, with all defaults, in the table's first column by default."""
    found = find_table(method, table).settings
    place = found.columns[0] if column is None else found.column(column)
    return RunConfig.parse(values_of(found, found.row(row), place, scale, 0)).plain()

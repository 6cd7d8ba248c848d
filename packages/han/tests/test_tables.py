"""The table files: every printed number is there, alike wherever it stands twice, and none beside them."""

from __future__ import annotations

import pytest

from scanpath.experiments.tables.loading import find_table
from scanpath.experiments.tables.resolving import values_of
from scanpath.experiments.tables.settings import TableSettings
from scanpath.testing.tables import check_counts
from scanpath_han.plugin import METHOD

#: By table: printed numbers, those that our text lost, rows that are quoted, and claims.
COUNTED = {
    "table1": (61, 0, 2, 7),
    "table2": (26, 4, 0, 7),
    "table3": (30, 0, 0, 4),
    "end_to_end": (4, 0, 1, 2),
    "clevr": (8, 0, 1, 6),
    "figure3a": (2, 0, 0, 3),
    "figure3b": (0, 0, 0, 2),
    "sort_of_clevr": (0, 0, 0, 6),
    "clevr_scenes": (0, 0, 0, 4),
}


def settings(name: str) -> TableSettings:
    return find_table("han", name).settings


def printed(table: TableSettings, row: str) -> dict[str, float | None]:
    return {column: number.value for column, number in table.row(row).paper.items()}


def test_numbers_and_claims_are_counted():
    check_counts(METHOD, COUNTED)


def test_rows_that_are_printed_twice_agree():
    """Table 2 repeats rows of Table 1, and Table 3 repeats them under other percentages."""
    one, two, three = map(settings, ("table1", "table2", "table3"))
    for row in ("han_sum_32", "han_sum_48", "han_pairwise_32", "han_pairwise_48"):
        assert printed(two, row) == printed(one, row)
    for cells, percent in ((16, 25), (32, 50), (48, 75)):
        assert printed(three, f"two_{cells}") == {**printed(one, f"han_sum_{cells}"), "kept": percent}


@pytest.mark.parametrize("row", ["han_sum_32", "han_sum_48", "han_pairwise_32", "han_pairwise_48"])
def test_rows_that_stand_twice_share_their_runs(row):
    one, two = settings("table1"), settings("table2")
    for scale in ("small", "paper"):
        first, second = (values_of(table, table.row(row), table.columns[0], scale, 0) for table in (one, two))
        assert first == second


@pytest.mark.parametrize(("name", "alone"), [("figure3a", set()), ("sort_of_clevr", {"mlp"})])
def test_what_is_about_the_same_networks_shares_their_runs(name, alone):
    one, other = settings("clevr"), settings(name)
    assert {row.id for row in other.rows} - {row.id for row in one.rows} == alone
    for row in [row for row in other.rows if row.id not in alone]:
        first, second = (values_of(table, table.row(row.id), table.columns[0], "small", 0) for table in (one, other))
        assert first == second

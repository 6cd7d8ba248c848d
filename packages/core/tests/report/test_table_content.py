"""The plain values of a table's page."""

from __future__ import annotations

from scanpath.report.table_content import TableColumn, TableContent


def test_columns_are_told_apart():
    one = TableColumn(id="all", label="All", axis="accuracy, %")
    many = TableColumn(id="curve", label="Curve", axis="recall", series=True)
    content = TableContent(title="", intro="", headline="", columns=(one, many), rows=())
    assert content.plain_columns == (one,)
    assert content.series_columns == (many,)

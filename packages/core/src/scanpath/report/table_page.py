"""One self-contained HTML page of a paper's table, in the look of the comparison's: no fetching, no script."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from scanpath.files import write_atomically
from scanpath.report import table_plots
from scanpath.report.embedding import svg
from scanpath.report.rendering import environment, markup, side_by_side
from scanpath.report.table_content import TableColumn, TableContent


def render_table(content: TableContent) -> str:
    """Return the page as HTML; every word of the content is escaped."""
    ids = [row.id for row in content.rows]
    return (
        environment()
        .get_template("table.html")
        .render(
            content=content,
            labels={row.id: row.label for row in content.rows},
            dots=_dots(content),
            series=[_series(content, column) for column in content.series_columns],
            examples=[side_by_side(example, ids) for example in content.examples],
            printed=any(column.printed for column in content.columns),
        )
    )


def write_table_page(path: Path, content: TableContent) -> None:
    """Write the page to ``path``, whole or not at all."""
    write_atomically(path, render_table(content))


def _dots(content: TableContent) -> list[str]:
    rows, columns = table_plots.shown_rows(content), table_plots.shown_columns(content)
    found: list[str] = []
    for number, part in enumerate(table_plots.in_panels(columns) if rows else []):
        label = f"{', '.join(column.label for column in part)} of every row; the numbers stand in the table above."
        found.append(markup(svg(table_plots.dots(rows, part), name=f"dots{number}", label=label)))
    return found


def _series(content: TableContent, column: TableColumn) -> dict[str, Any]:
    """Draw a series, and put its points into a table: a line a row."""
    rows = [row for row in content.rows if row.series.get(column.id)]
    points = list(dict.fromkeys(point.at for row in rows for point in row.series[column.id]))
    label = f"{column.label} of every row; the numbers stand in the table below."
    name = f"series{[one.id for one in content.series_columns].index(column.id)}"
    return {
        "column": column,
        "figure": markup(svg(table_plots.series(content, column), name=name, label=label)) if rows else None,
        "points": [f"{point:g}" if isinstance(point, float) else point for point in points],
        "rows": [
            (row.label, [{one.at: one.words for one in row.series[column.id]}.get(point, "–") for point in points])
            for row in rows
        ],
    }

"""The page of a table and its picture: a result as the page's plain values, and the same questions under its rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from scanpath.experiments.tables.columns import is_series
from scanpath.experiments.tables.rendering import (
    INTERVALS,
    as_markdown,
    axis,
    claim_lines,
    difference,
    digits_of,
    has_printed,
    machine_lines,
    machine_words,
    number,
    ours,
    plain,
    seed_table,
    seeds_of,
)
from scanpath.files import write_atomically
from scanpath.report.content import Estimate, Example
from scanpath.report.table_content import Point, TableCell, TableClaim, TableColumn, TableContent, TableRow


def write_table_report(path: Path, result: Mapping[str, Any], examples: Sequence[Example]) -> None:
    """Write the page, the picture and the Markdown of a table beside its JSON, under the same name.

    Args:
        path: of the JSON.
        result: what it holds.
        examples: the same questions under every row; empty where no row looks.

    Raises:
        MissingExtraError: the libraries that draw are not installed; the Markdown is written nevertheless.
    """
    write_atomically(path.with_suffix(".md"), as_markdown(result))
    from scanpath.report.overlay import png
    from scanpath.report.table_page import write_table_page
    from scanpath.report.table_summary import table_picture

    content = content_of(result, examples)
    picture = path.with_suffix(".png")
    write_atomically(picture, png(table_picture(content)))
    write_table_page(path.with_suffix(".html"), content)
    write_atomically(path.with_suffix(".md"), as_markdown(result, picture_line(result, picture.name)))


def picture_line(result: Mapping[str, Any], address: str) -> str:
    """Show the picture of a table in Markdown, with words for who cannot see it."""
    words = plain(alternative_text(result).replace("[", "(").replace("]", ")"))
    return f"![{words}]({address})"


def content_of(result: Mapping[str, Any], examples: Sequence[Example] = ()) -> TableContent:
    """Fill in the page's plain values."""
    columns = result["columns"]
    return TableContent(
        title=result["caption"],
        intro=" ".join(part for part in (f"{result['source'].rstrip('.')}.", result["note"]) if part),
        headline=headline(result),
        columns=tuple(
            TableColumn(
                id=column["id"],
                label=column["label"],
                axis=axis(column),
                higher_is_better=column["of"]["higher_is_better"],
                printed=has_printed(result, column["id"]),
                series=is_series(column["measure"]),
            )
            for column in columns
        ),
        rows=tuple(_row(row, columns) for row in result["rows"]),
        seeds=seed_table(result),
        claims=tuple(_claims(result)),
        examples=tuple(examples),
        facts=_facts(result),
        notes=tuple(_notes(result)),
    )


def headline(result: Mapping[str, Any]) -> str:
    """Say how much of a table is measured, and what became of its claims."""
    rows = [row for row in result["rows"] if not row["external"]]
    measured = sum(any("value" in cell or "series" in cell for cell in row["cells"].values()) for row in rows)
    seeds = seeds_of(rows)
    words = f"Scale {result['scale']}: {measured} of {len(rows)} rows measured{', ' * bool(seeds)}{seeds}."
    verdicts = Counter(claim["verdict"] for claim in result["claims"])
    told = [f"{verdicts[name]} {name}" for name in ("holds", "fails", "open") if verdicts[name]]
    return words + (f" Claims: {', '.join(told)}." if told else "")


def alternative_text(result: Mapping[str, Any]) -> str:
    """Say what the picture of a table shows, for readers who cannot see it: one column, and the verdicts.

    The column is the first in which more is better, as what a row costs or keeps does not tell how well it does.
    """
    plainly = [column for column in result["columns"] if not is_series(column["measure"])]
    column = next((one for one in plainly if one["of"]["higher_is_better"]), plainly[0] if plainly else None)
    parts = [] if column is None else [_spoken(row, column) for row in result["rows"]]
    told = [words for words in parts if words]
    words = f"{axis(column)}: {', '.join(told)}." if column is not None and told else "Nothing is measured yet."
    return " ".join([words, *(f"{claim['verdict'].capitalize()}: {claim['words']}" for claim in result["claims"])])


def _spoken(row: Mapping[str, Any], column: Mapping[str, Any]) -> str:
    cell, digits = row["cells"][column["id"]], digits_of(column)
    paper = "" if cell["paper"] is None else f"paper {number(cell['paper'], digits)}"
    said = ", ".join(part for part in (ours(cell, digits) if "value" in cell else "", paper) if part)
    return f"{row['label']} {said}" if said else ""


def _row(row: Mapping[str, Any], columns: Sequence[Mapping[str, Any]]) -> TableRow:
    digits = {column["id"]: digits_of(column) for column in columns}
    return TableRow(
        id=row["id"],
        label=row["label"],
        quoted=row["external"],
        cells={name: _cell(cell, digits[name]) for name, cell in row["cells"].items()},
        series={
            name: tuple(
                Point(at=one["at"], ours=_estimate(one), words=ours(one, digits[name])) for one in cell["series"]
            )
            for name, cell in row["cells"].items()
            if "series" in cell
        },
    )


def _cell(cell: Mapping[str, Any], digits: int) -> TableCell:
    return TableCell(
        paper=cell["paper"],
        ours=_estimate(cell) if "value" in cell else None,
        paper_words=number(cell["paper"], digits),
        ours_words=ours(cell, digits),
        difference_words=difference(cell, digits),
        seeds=tuple(cell.get("seeds", ())),
    )


def _estimate(cell: Mapping[str, Any]) -> Estimate:
    return Estimate(value=cell["value"], low=cell["low"], high=cell["high"])


def _claims(result: Mapping[str, Any]) -> list[TableClaim]:
    return [
        TableClaim(
            verdict=claim["verdict"],
            words=claim["words"],
            section=claim["section"],
            comparison=claim["comparison"],
            numbers=numbers,
            note=claim["note"],
        )
        for claim, (_, _, numbers) in zip(result["claims"], claim_lines(result), strict=True)
    ]


def _facts(result: Mapping[str, Any]) -> dict[str, str]:
    facts = {
        "Table": f"{result['method']} {result['table']}, scale {result['scale']}",
        "Measured": result["measured"] or "not yet",
        "Seeds": ", ".join(map(str, result["seeds"])),
    }
    several = len(result["hardware"]) > 1
    for place, machine in enumerate(result["hardware"]):
        facts[f"Machine {place + 1}" if several else "Machine"] = machine_words(machine)
    return facts


def _notes(result: Mapping[str, Any]) -> list[str]:
    notes = [f"{row['label']}: {row['note']}" for row in result["rows"] if row["note"]]
    lines = [line for line in machine_lines(result) if not line.startswith(("Machine:", "Scale "))]
    return [*lines, *notes, INTERVALS]

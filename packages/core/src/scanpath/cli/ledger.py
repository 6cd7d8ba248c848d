"""``scanpath ledger``: what of the papers' tables has been measured, and what never."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from scanpath.experiments.tables.ledger import Page


DEFAULT = Path("results")
"""It may be missing: then nothing has been measured."""

WIDTH = 200
"""Of what is written to a file or a pipe."""


def run(
    results: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="Results folder of scanpath reproduce.", show_default=True)
    ] = DEFAULT,
    as_json: Annotated[
        bool,
        typer.Option(
            "--json", help="Print everything as JSON, including versions and results that belong to no installed table."
        ),
    ] = False,
) -> None:
    """List the table rows and claims of every installed package: measured at which scale and when, or never.

    Example: scanpath ledger results
    """
    import json

    from rich.console import Console

    from scanpath.errors import DataError
    from scanpath.experiments.tables.ledger import foreign_results, read_ledger
    from scanpath.experiments.tables.ledger_rendering import summary

    if results != DEFAULT and not results.is_dir():
        raise DataError(f"{results} is no folder of results: name the one that scanpath reproduce wrote to (--out).")
    pages = read_ledger(results)
    if as_json:
        told = {"tables": [page.plain() for page in pages], "foreign": foreign_results(results)}
        typer.echo(json.dumps(told, indent=1, ensure_ascii=False))
        return
    console = Console(highlight=False, markup=False)
    if not console.is_terminal:
        console = Console(highlight=False, markup=False, width=WIDTH)
    for page in pages:
        _show(console, page)
    for sentence in summary(pages, foreign_results(results)):
        console.print(sentence)


def _show(console: Console, page: Page) -> None:
    from rich.table import Table

    from scanpath.experiments.tables.ledger_rendering import sheet
    from scanpath.experiments.tables.settings import SCALES

    found = sheet(page)
    console.print(found.title)
    shown = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in ("", *SCALES):
        shown.add_column(name)
    for line in found.lines:
        shown.add_row(*line)
    if found.lines:
        console.print(shown)
    for note in found.footnotes:
        console.print(note)
    console.print()

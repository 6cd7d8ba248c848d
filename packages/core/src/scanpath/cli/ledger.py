"""``scanpath ledger``: what of the papers' tables has been measured, and what never."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from scanpath.experiments.tables.ledger import Page, State


WIDTH = 200
"""Of what is written to a file or a pipe."""


def run(
    results: Annotated[
        Path, typer.Argument(help="The folder that scanpath reproduce writes to.", show_default=True)
    ] = Path("results"),
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON, with versions.")] = False,
) -> None:
    """List every table row and claim of every installed package: measured at which scale and when, or never.

    Example: scanpath ledger results
    """
    import json

    from rich.console import Console

    from scanpath.experiments.tables.ledger import count, foreign_results, read_ledger

    pages = read_ledger(results)
    if as_json:
        typer.echo(json.dumps([page.plain() for page in pages], indent=1, ensure_ascii=False))
        return
    console = Console(highlight=False, markup=False)
    if not console.is_terminal:
        console = Console(highlight=False, markup=False, width=WIDTH)
    for page in pages:
        _show(console, page)
    found = count(pages)
    judged = found["holds"] + found["fails"] + found["open"]
    console.print(
        f"{found['tables']} tables. Rows: {found['rows measured']} of {found['rows']} measured. Claims: "
        f"{found['holds']} hold, {found['fails']} fail, {found['open']} open, {found['claims'] - judged} never judged "
        "(each at its largest scale)."
    )
    if foreign := foreign_results(results):
        console.print(f"Results of no installed table: {', '.join(foreign)}.")


def _show(console: Console, page: Page) -> None:
    from rich.table import Table

    from scanpath.experiments.tables.settings import SCALES

    console.print(f"{page.method} {page.table}: {page.caption}".rstrip(": "))
    shown = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in ("", *SCALES):
        shown.add_column(name)
    for entry in page.entries:
        name = entry.name if entry.kind == "row" else f"claim: {entry.name}"
        shown.add_row(name, *(_words(state) for state in entry.states))
    if page.entries:
        console.print(shown)
    for sentence in page.trouble:
        console.print(f"trouble: {sentence}")
    console.print()


def _words(state: State) -> str:
    if state.measured is None:
        return state.state
    version = (state.versions or {}).get("scanpath", "?")
    seeds = f"{state.seeds} seed{'' if state.seeds == 1 else 's'}"
    older = ", table changed since" if state.older else ""
    return f"{state.state} {state.measured}, {seeds}, scanpath {version}{older}"

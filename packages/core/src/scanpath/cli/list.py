"""``scanpath list``: the mechanisms, data sets and tasks that are installed, by kind."""

from __future__ import annotations

import json
from typing import Annotated

import typer


def run(
    pattern: Annotated[
        str, typer.Argument(metavar="PATTERN", help="Pattern that names must match, with * and ?, such as '*hop*'.")
    ] = "*",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """List the mechanisms, data sets, tasks and benchmarks that are installed.

    Nothing is imported: the names come from the entry points of the installed packages.

    Example: scanpath list '*hop*'
    """
    from scanpath.registry import listing, noun

    rows = listing(pattern)
    if as_json:
        typer.echo(json.dumps([row._asdict() for row in rows], indent=2))
        return
    if not rows:
        from scanpath.errors import UnknownNameError

        raise UnknownNameError(f"no installed name matches {pattern!r}: try scanpath list without a pattern.")
    from rich.table import Table

    from scanpath.cli.tables import print_whole

    table = Table("kind", "name", "method", "lives in", box=None, pad_edge=False)
    for row in rows:
        table.add_row(noun(row.part), row.name, row.method, row.address)
    print_whole(table)

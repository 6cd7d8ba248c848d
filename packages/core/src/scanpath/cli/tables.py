"""Small tables that several verbs print."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

#: Wider than any table.
WIDEST = 2000


def print_groups(console: Console, name: str, groups: Mapping[str, float], *, value: str = "accuracy") -> None:
    """Print one number a group, with two digits, under the headings ``name`` and ``value``."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False)
    table.add_column(name)
    table.add_column(value, justify="right")
    for group, number in groups.items():
        table.add_row(Text(group), f"{number:.2f}")
    console.print()
    console.print(table)


def print_whole(table: Table) -> None:
    """Print a table as wide as its cells: a terminal may fold its lines, but no number is cut and no name broken."""
    from rich.console import Console

    Console(width=WIDEST).print(table)

"""``scanpath new-method``: a package of one's own, which passes its tests, lint and types from the first minute."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def run(
    name: Annotated[
        str,
        typer.Argument(metavar="NAME", help="Package name in lower case with underscores, such as gated or my_net."),
    ],
    paper: Annotated[
        str,
        typer.Option("--paper", metavar="PAPER", help="Title, authors, venue and address of the paper, in one line."),
    ] = "",
    folder: Annotated[
        Path | None,
        typer.Option(
            "--folder",
            metavar="FOLDER",
            help="Folder to write; by default packages/NAME in the project's tree, and scanpath-NAME elsewhere.",
        ),
    ] = None,
) -> None:
    """Create a package for a mechanism of your own, and print the next steps.

    Inside the project's tree it becomes packages/NAME, which nox, scanpath list, compare and reproduce find without an
    edit elsewhere. Anywhere else it becomes a separate project with its own noxfile.

    The package starts with a small working mechanism (a gated score), its equations twice (fast, and as plain loops), a
    table on generated pictures, and tests. Its README says what to replace, file by file. Nothing is overwritten.

    \b
    Example: scanpath new-method gated --paper 'Gated Looking, A. Author, CVPR 2016, https://arxiv.org/abs/1511.02274'
    """
    from scanpath.scaffold import NO_PAPER, check_name, find_place, write_package

    place = find_place(name, folder, here=Path.cwd())
    check_name(name, inside=place.inside)
    written = write_package(name, place, paper=paper or NO_PAPER)
    tree = place.folder.parent.parent
    steps = [
        *([f'nox -s "tests({name})" lint types'] if place.inside else [f"cd {place.folder}", "nox"]),
        f'pip install -e "{tree}/packages/core[train]" -e {place.folder}'
        if place.inside
        else 'pip install "scanpath[train]" -e .',
        f"scanpath compare --smoke --mechanisms {name}",
        f"scanpath reproduce {name} table1 --scale smoke",
    ]
    typer.echo(f"{place.folder}: {len(written)} files. Its README says what to replace, file by file.\n\nNext:")
    for step in steps:
        typer.echo(f"  {step}")

"""``python -m scanpath_drau.figures``: the command."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from scanpath.report.figure_command import told, write_picture

app = typer.Typer(no_args_is_help=True, add_completion=False)


@app.command()
def sides(
    runs: Annotated[
        list[str],
        typer.Argument(
            metavar="RUN", help="Folders of trained runs, each with an optional name: DRAU=FOLDER.", show_default=False
        ),
    ],
    out: Annotated[Path, typer.Option(metavar="FILE", help="File to write, .png or .jpg.", show_default=False)],
    data: Annotated[str, typer.Option(metavar="DATA", help="Data set that the runs were trained on.")] = "scenes",
    split: Annotated[str, typer.Option(metavar="SPLIT", help="Split that the questions are taken from.")] = "val",
    questions: Annotated[
        int, typer.Option(metavar="N", min=1, help="Number of questions to draw: types in turn, no picture twice.")
    ] = 10,
    root: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Folder of the data sets; $SCANPATH_DATA or the user cache by default.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Draw where runs look in pictures and questions, side by side (Fig. 5)."""
    with told():
        from scanpath_drau.figures.sides import draw_sides, load_models

        drawing = draw_sides(load_models(runs), data, split, questions, None if root is None else str(root))
        write_picture(out, drawing)


if __name__ == "__main__":
    app()

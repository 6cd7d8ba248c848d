"""``python -m scanpath_han.premise``: the command."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from scanpath.errors import ConfigError
from scanpath.report.figure_command import told, write_figure


def main(
    runs: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="RUN",
            help="Folders of trained runs of the rows hard, adaptive_hard and straight_through; runs that differ only "
            "in their seed share a line.",
            show_default=False,
        ),
    ] = None,
    data: Annotated[str, typer.Option(metavar="DATA", help="Data set with masks: scenes or sort-of-clevr.")] = "scenes",
    split: Annotated[str, typer.Option(metavar="SPLIT", help="Split that the pictures are taken from.")] = "test",
    pictures: Annotated[
        int, typer.Option(metavar="N", min=2, help="Number of pictures, from the start of the split.")
    ] = 500,
    seeds: Annotated[int, typer.Option(metavar="N", min=1, help="Number of seeds of the untrained networks.")] = 5,
    backbone: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME@SIZE",
            help="Pre-trained backbone, with the input size after an @; repeatable. Default: scenes_cnn and "
            "resnet101@320.",
            show_default=False,
        ),
    ] = None,
    weights: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=FILE",
            help="Weights of a backbone that torch's cache does not have; repeatable.",
            show_default=False,
        ),
    ] = None,
    root: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Folder of the data sets; $SCANPATH_DATA or the user cache by default.",
            show_default=False,
        ),
    ] = None,
    json_out: Annotated[
        Path | None,
        typer.Option(
            "--json",
            metavar="FILE",
            help="JSON file to write the figures to, with .md and .png beside it.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Measure whether the norm of a cell's features tells where objects are, and which one the question is about."""
    with told():
        from scanpath.data.catalogue import open_split
        from scanpath_han.premise.measuring import read_subject
        from scanpath_han.premise.result import BACKBONES, Chosen, premise
        from scanpath_han.premise.wording import markdown

        given = _files(weights or ())
        chosen = Chosen(runs=runs or (), backbones=backbone or BACKBONES, weights=given, seeds=seeds)
        result, drawing = premise(chosen, read_subject(open_split(data, split, root), pictures), say=typer.echo)
        write_figure(json_out, result, markdown(result), drawing)


def _files(given: list[str] | tuple[str, ...]) -> dict[str, Path]:
    """Read ``NAME=FILE``."""
    found = {}
    for text in given:
        name, equals, path = text.partition("=")
        if not name or not equals or not path:
            raise ConfigError(f"--weights {text!r} was given, expected NAME=FILE, such as resnet101=resnet101.pth.")
        found[name] = Path(path)
    return found


if __name__ == "__main__":
    typer.run(main)

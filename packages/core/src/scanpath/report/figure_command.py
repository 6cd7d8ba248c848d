"""What commands that draw a paper's figures share: runs with names, files beside each other, an error in one line."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from scanpath.errors import ConfigError, ScanpathError
from scanpath.files import write_atomically, write_json

if TYPE_CHECKING:
    from PIL.Image import Image


@contextlib.contextmanager
def told() -> Iterator[None]:
    """Tell an error in one sentence and leave with 2; a missing Pillow is told before anything is imported."""
    try:
        import scanpath.report.overlay  # noqa: F401 - it says what to install

        yield
    except ScanpathError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None


def named_runs(given: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Give the name and the folder of each run, written ``NAME=FOLDER`` or ``FOLDER``, whose name is empty.

    The first ``=`` ends the name; what is a folder as a whole has none.
    """
    for one in given:
        name, equals, folder = one.partition("=")
        yield (name, folder) if equals and not Path(one).is_dir() else ("", one)


def write_picture(path: Path, drawing: Image) -> None:
    """Write a drawing as PNG, or behind .jpg as JPEG, which is smaller; and say where.

    Raises:
        ConfigError: another ending.
    """
    from scanpath.report.overlay import jpeg, png

    encode = {".png": png, ".jpg": jpeg, ".jpeg": jpeg}.get(path.suffix.lower())
    if encode is None:
        raise ConfigError(f"{path} is no name of a picture: end it in .png, or in .jpg for a smaller file.")
    write_atomically(path, encode(drawing))
    typer.echo(f"written to {path}")


def write_figure(path: Path | None, result: Mapping[str, Any], page: str, drawing: Image) -> None:
    """Write a result as JSON, and the page (.md) and the drawing (.png) beside it; say where. None writes nothing."""
    from scanpath.report.overlay import png

    if path is not None:
        write_json(path, result, indent=1)
        write_atomically(path.with_suffix(".md"), page)
        write_atomically(path.with_suffix(".png"), png(drawing))
        typer.echo(f"written to {path}, .md and .png")

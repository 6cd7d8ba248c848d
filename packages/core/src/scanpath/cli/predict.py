"""``scanpath predict``: one picture, one question."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def run(
    run_folder: Annotated[Path, typer.Argument(metavar="RUN", help="The folder of a trained run.")],
    image: Annotated[Path, typer.Option("--image", help="A picture: PNG, JPEG, BMP or WebP.")],
    question: Annotated[str, typer.Option("--question", help="A question about it, in quotes.")],
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Where to draw the maps; by default PICTURE-attention.png in this folder."),
    ] = None,
) -> None:
    """Answer a question about a picture and show where the model looked.

    Prints the five likeliest answers; draws the maps of every hop or glimpse over the picture (PNG) and writes the raw
    weights beside it (npz). Needs neither a data set nor a GPU.

    \b
    Example: scanpath predict runs/0f3a9c81d2e4 --image scene.png --question "what color is the large circle?"
    """
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from scanpath.predict import predict

    console = Console(highlight=False, markup=False)  # folders may have brackets in their names
    said = predict(run_folder, image, question)
    if said.unknown:
        words = ", ".join(repr(word) for word in said.unknown)
        console.print(f"Words that the model has never read: {words}. Its answer may mean little.", style="yellow")
    console.print(Text(f"{said.answer}  ({said.probability:.1%})", style="bold"))
    table = Table(box=None, pad_edge=False)
    table.add_column("answer")
    table.add_column("probability", justify="right")
    for answer, probability in said.top:
        table.add_row(Text(answer), f"{probability:.3f}")
    console.print(table)
    written = said.save(out or Path(f"{image.stem}-attention.png"))
    for path in written:
        console.print(f"written: {path}", soft_wrap=True)
    if not written:
        console.print("The model has no maps over the picture, so nothing was drawn.")

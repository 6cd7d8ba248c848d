"""``scanpath predict``: one picture, one question; of a classifier the picture alone."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer


def run(
    run_folder: Annotated[
        str,
        typer.Argument(
            metavar="RUN", help="Folder of a trained run or of an exported model, or a model on the Hugging Face hub."
        ),
    ],
    image: Annotated[Path, typer.Argument(metavar="PICTURE", help="Image file of any size, such as PNG or JPEG.")],
    question: Annotated[
        str | None,
        typer.Argument(metavar="QUESTION", help="Question about the picture, in quotes; a classifier takes none."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FILE",
            help="Image file for the maps; PICTURE-attention.png in the current folder by default.",
        ),
    ] = None,
    features: Annotated[
        Path | None,
        typer.Option(
            "--features",
            metavar="FILE",
            help="Features of the picture, and boxes if any, as .npz; for models trained on imported features.",
        ),
    ] = None,
) -> None:
    """Answer a question about a picture, or classify it, and show where the model looked.

    Prints the five most likely answers. Draws the maps of every hop, glimpse or layer over the picture, and the
    question's words with their weights if the model attends to words (PNG); writes the raw weights beside it (.npz).
    Needs neither a data set nor a GPU.

    \b
    Example: scanpath predict runs/0f3a9c81d2e4 scene.png "what color is the large circle?"
    Example: scanpath predict runs/9d2bb215bd03 photo.jpg
    """
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from scanpath.errors import ConfigError
    from scanpath.predict import Classifier, is_classifier, load_run

    console = Console(highlight=False, markup=False)  # folders may have brackets in their names
    target = out or Path(f"{image.stem}-attention.png")
    if features is not None and features.resolve() in (target.resolve(), target.with_suffix(".npz").resolve()):
        raise ConfigError(f"{features} would be overwritten by the weights of the maps: name another --out.")
    if question is not None:
        given = {} if features is None else _read(features)
        said = load_run(run_folder).predict(image, question, **given)
    elif is_classifier(run_folder) and features is None:
        said = Classifier.from_run(run_folder).predict(image)
    else:
        raise ConfigError(f"{run_folder} is no classifier, so it takes a question: give one in quotes.")
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
    written = said.save(target)
    for path in written:
        console.print(f"written: {path}", soft_wrap=True)
    if not written:
        console.print("The model has no maps over the picture, so nothing was drawn.")


def _read(path: Path) -> dict[str, Any]:
    """Read ``features`` and, where they are there, ``boxes``."""
    import zipfile

    import numpy as np

    from scanpath.errors import DataError

    try:
        with np.load(path, allow_pickle=False) as content:
            found = {name: content[name] for name in ("features", "boxes") if name in content}
    except (OSError, ValueError, AttributeError, TypeError, EOFError, zipfile.BadZipFile) as error:
        raise DataError(f"{path} cannot be read ({error}): give an .npz with the array 'features'.") from None
    if "features" not in found:
        raise DataError(f"{path} has no array 'features': save one with numpy.savez(path, features=..., boxes=...).")
    return found

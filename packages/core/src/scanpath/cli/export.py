"""``scanpath export``: a trained model as a folder to give away, and on the hub."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def run(
    run_folder: Annotated[str, typer.Argument(metavar="RUN", help="Folder of a trained run.")],
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="Output folder, either new or written by an earlier export.")
    ],
    push: Annotated[
        str | None,
        typer.Option("--push", metavar="OWNER/NAME", help="Repository on the Hugging Face hub to upload to as well."),
    ] = None,
    private: Annotated[
        bool, typer.Option("--private", help="With --push, make the repository on the hub private.")
    ] = False,
    licence: Annotated[
        str | None,
        typer.Option(
            "--licence",
            metavar="LICENCE",
            help="Licence of the weights, as the hub abbreviates it: apache-2.0, cc-by-4.0.",
        ),
    ] = None,
) -> None:
    """Export a trained model as a folder to share: config.json, model.safetensors and a model card, README.md.

    The card is generated from the run: data, budget, accuracy with its metric version and interval, seed, cost and
    limits. Nothing is pickled. The folder is written completely or not at all.

    \b
    Example: scanpath export runs/0f3a9c81d2e4 my-model --licence cc-by-4.0
             scanpath predict my-model scene.png "what color is the large circle?"
    """
    from rich.console import Console

    from scanpath.errors import ConfigError
    from scanpath.predict import load_run

    if private and push is None:
        raise ConfigError("--private goes with --push OWNER/NAME: a folder is as private as its disk.")
    console = Console(highlight=False, markup=False, soft_wrap=True)
    model = load_run(run_folder)
    model.save_pretrained(folder, name=push, licence=licence)
    for path in sorted(folder.iterdir()):
        console.print(f"written: {path}")
    if licence is None and model.card is None:
        console.print("No licence was named for the weights; README.md says so. Name one with --licence.")
    if push is not None:
        console.print(f"uploaded: {model.push_to_hub(push, private=private, licence=licence)}")

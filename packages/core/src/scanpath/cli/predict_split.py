"""``scanpath predict-split``: a model's answers to a whole split, for an evaluation server."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def run(
    origin: Annotated[
        str,
        typer.Argument(
            metavar="RUN", help="The folder of a trained run, one that scanpath export wrote, or a model on the hub."
        ),
    ],
    split: Annotated[str, typer.Option("--split", help="test-dev, test, val or any other of the data set.")],
    out: Annotated[Path, typer.Option("--out", help="The JSON file to write; one that is there is replaced.")],
    data: Annotated[
        str | None, typer.Option("--data", help="The data set; by default the run's. A saved model needs it.")
    ] = None,
    features: Annotated[
        str | None,
        typer.Option("--features", help="A folder of stores or a backbone; by default what the model learnt from."),
    ] = None,
    root: Annotated[
        Path | None, typer.Option("--root", help="Folder of the data sets; by default the run's, or $SCANPATH_DATA.")
    ] = None,
    size: Annotated[
        int | None, typer.Option("--batch-size", min=1, help="Questions of a batch; it does not change the answers.")
    ] = None,
    workers: Annotated[int | None, typer.Option("--workers", min=0, help="Processes that load data ahead.")] = None,
) -> None:
    """Answer every question of a split and write the official file of results.

    The answers need not be known: of test and test-dev of VQA the server alone can score them. The best checkpoint of a
    run answers. The file appears once it is whole; whatever stops the command before leaves none.

    \b
    Example:
      scanpath predict-split runs/0f3a9c81d2e4 --split test-dev --out results.json
      scanpath submission check results.json --data vqa2 --split test-dev
    """
    import shlex
    import time

    import torch

    from scanpath.predict import load_run
    from scanpath.predict.split import answer_split, task_of

    began = time.perf_counter()
    model = load_run(origin, device="cuda" if torch.cuda.is_available() else "cpu")
    task = task_of(model, data=data, features=features, root=None if root is None else str(root))
    task.say = lambda line: typer.echo(line, err=True)
    found = task.split(split)
    for sentence in found.remarks:
        typer.echo(sentence, err=True)
    answered = answer_split(model, task, split, out, size=size, workers=workers)
    typer.echo(f"{answered:,} questions of {found.name} answered in {time.perf_counter() - began:,.0f} s: {out}")
    place = [] if task.settings.root is None else ["--root", task.settings.root]
    check = ["scanpath", "submission", "check", str(out), "--data", task.settings.data, "--split", split, *place]
    typer.echo(f"Before an upload: {shlex.join(check)}")

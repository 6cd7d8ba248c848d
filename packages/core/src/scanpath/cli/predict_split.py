"""``scanpath predict-split``: a model's answers to a whole split, for an evaluation server."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def run(
    origin: Annotated[
        str,
        typer.Argument(
            metavar="RUN", help="Folder of a trained run or of an exported model, or a model on the Hugging Face hub."
        ),
    ],
    split: Annotated[
        str,
        typer.Option(
            "--split",
            metavar="SPLIT",
            help="Split to answer: test-dev, test, val, or another that the data set has.",
        ),
    ],
    out: Annotated[
        Path, typer.Option("--out", metavar="FILE", help="JSON file to write; an existing file is replaced.")
    ],
    data: Annotated[
        str | None,
        typer.Option("--data", metavar="DATA", help="Data set; the run's by default, required for an exported model."),
    ] = None,
    features: Annotated[
        str | None,
        typer.Option(
            "--features",
            metavar="FEATURES",
            help="Folder of stores, or a backbone; by default what the model was trained on.",
        ),
    ] = None,
    root: Annotated[
        Path | None,
        typer.Option(
            "--root", metavar="FOLDER", help="Folder of the data sets; that of the run or $SCANPATH_DATA by default."
        ),
    ] = None,
    size: Annotated[
        int | None,
        typer.Option("--batch-size", metavar="N", min=1, help="Questions per batch; does not change the answers."),
    ] = None,
    workers: Annotated[
        int | None, typer.Option("--workers", metavar="N", min=0, help="Data-loading processes.")
    ] = None,
) -> None:
    """Answer every question of a split and write the official results file.

    The answers of the split need not be public: those of VQA's test and test-dev are known to the evaluation server
    alone. A run answers with its best checkpoint. The file appears only when it is complete; an interrupted command
    leaves none.

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

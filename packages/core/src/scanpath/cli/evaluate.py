"""``scanpath evaluate``: a trained run on a split."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def run(
    run_folder: Annotated[Path, typer.Argument(metavar="RUN", help="The folder of a run.")],
    split: Annotated[str, typer.Option("--split", help="train, val or test.")] = "val",
    metric: Annotated[
        str | None,
        typer.Option(
            "--metric", help="official, official-2017 or simple; by default the one the run was trained with."
        ),
    ] = None,
    checkpoint: Annotated[str, typer.Option("--checkpoint", help="best or last.")] = "best",
    out: Annotated[Path | None, typer.Option("--json", help="Write all scores there, per question too.")] = None,
) -> None:
    """Measure a trained run on a split, overall and by type, and write its predictions.

    The predictions are in the official results format: predictions.json in the run's folder, with the split's name in
    it for a split that training did not measure, and with "last" for the last checkpoint. Of a split whose answers are
    not public they are all there is: the evaluation server scores them.

    Example: scanpath evaluate runs/0f3a9c81d2e4 --split test --json scores.json
    """
    from rich.console import Console

    from scanpath.cli.tables import print_groups
    from scanpath.errors import RunError, UnknownNameError, near
    from scanpath.experiments.running import load_run
    from scanpath.files import write_json
    from scanpath.metrics.vqa import check_version
    from scanpath.tasks.vqa import VQATask

    if checkpoint not in ("best", "last"):
        hint = near(checkpoint, ("best", "last")) or "; there are best and last."
        raise UnknownNameError(f"there is no checkpoint {checkpoint!r}{hint}")
    version = None if metric is None else check_version(metric)
    loaded = load_run(run_folder, checkpoint=checkpoint)  # type: ignore[arg-type]  # checked above
    task = loaded.task
    if not isinstance(task, VQATask):
        raise RunError(f"{run_folder} is a run of {task.name!r}: only runs of 'vqa' are evaluated here.")
    public = task.split(split).annotations is not None
    if not public and (metric or out):
        task.scorer(split)  # says that they are not
    evaluation = loaded.evaluate(split, judge=public)
    predictions = loaded.predictions_path(split)
    if checkpoint == "last":  # training's own predictions are of the best checkpoint and stay
        predictions = predictions.with_name(f"{predictions.stem}.last{predictions.suffix}")
    write_json(predictions, task.results(evaluation.records))
    console = Console(highlight=False, markup=False)  # folders may have brackets in their names
    if not public:
        console.print(f"the answers of {split} are not public: {len(evaluation.records)} predictions, no scores")
        console.print(f"predictions: {predictions}", soft_wrap=True)
        return
    scores = task.scores(evaluation.records, split, metric=version)
    console.print(
        f"overall {scores.overall:.2f} % of {len(scores.per_question)} questions of {split}, metric {scores.version}"
    )
    print_groups(console, "answer type", scores.per_answer_type)
    print_groups(console, "question type", scores.per_question_type)
    console.print(f"\npredictions: {predictions}", soft_wrap=True)
    if out is not None:
        write_json(out, scores.to_json(), indent=2)

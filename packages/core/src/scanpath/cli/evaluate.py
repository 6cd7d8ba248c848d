"""``scanpath evaluate``: a trained run on a split."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from scanpath.experiments.running import LoadedRun


def run(
    run_folder: Annotated[Path, typer.Argument(metavar="RUN", help="Folder of a trained run.")],
    split: Annotated[
        str,
        typer.Option(
            "--split",
            metavar="SPLIT",
            help="Split to evaluate: train, val, test, or another that the data set has, such as test-dev.",
        ),
    ] = "val",
    metric: Annotated[
        str | None,
        typer.Option(
            "--metric",
            metavar="METRIC",
            help="VQA metric: official, official-2017 or simple; by default the one that the run was trained with.",
        ),
    ] = None,
    checkpoint: Annotated[
        str, typer.Option("--checkpoint", metavar="CHECKPOINT", help="Checkpoint to evaluate: best or last.")
    ] = "best",
    out: Annotated[
        Path | None,
        typer.Option("--json", metavar="FILE", help="JSON file to write all scores to, including those per question."),
    ] = None,
) -> None:
    """Evaluate a trained run on a split, overall and by type, and write its predictions.

    Predictions are written in the official results format to predictions.json in the run's folder. The file name
    includes the split if training did not evaluate it, and "last" for the last checkpoint. If the answers of a split
    are not public, only predictions are written: the evaluation server scores them.

    Example: scanpath evaluate runs/0f3a9c81d2e4 --split test --json scores.json
    """
    from rich.console import Console

    from scanpath.errors import ConfigError, UnknownNameError, near
    from scanpath.experiments.running import load_run
    from scanpath.metrics.vqa import check_version
    from scanpath.tasks.vqa import VQATask

    if checkpoint not in ("best", "last"):
        hint = near(checkpoint, ("best", "last")) or "; there are best and last."
        raise UnknownNameError(f"there is no checkpoint {checkpoint!r}{hint}")
    version = None if metric is None else check_version(metric)
    loaded = load_run(run_folder, checkpoint=checkpoint)  # type: ignore[arg-type]  # checked above
    console = Console(highlight=False, markup=False)  # folders may have brackets in their names
    if isinstance(loaded.task, VQATask):
        _answers(console, loaded, split, version, checkpoint, out)
        return
    if version is not None:
        raise ConfigError(
            f"--metric {version} is of answers to questions, and {run_folder} is a run of {loaded.task.name!r}: leave "
            "it out."
        )
    _measures(console, loaded, split, checkpoint, out)


def _answers(
    console: Console, loaded: LoadedRun, split: str, version: str | None, checkpoint: str, out: Path | None
) -> None:
    """Score answers by type, and by what else the data know: families, complementary pairs, the object asked about."""
    from scanpath.cli.pairs import print_pairs
    from scanpath.cli.tables import print_groups
    from scanpath.data.catalogue import open_pairs
    from scanpath.files import write_json
    from scanpath.tasks.vqa import VQATask
    from scanpath.tasks.vqa.looking import CORRECTNESS, EVEN
    from scanpath.tasks.vqa.records import predictions as said

    task = loaded.task
    assert isinstance(task, VQATask)  # noqa: S101 - the caller saw to it
    public = task.split(split).annotations is not None
    if not public and (version or out):
        task.scorer(split)  # says that they are not
    # before the evaluation, which takes long: a file that is broken is told at once
    pairs = open_pairs(task.settings.data, split, task.settings.root) if public else None
    evaluation = loaded.evaluate(split, judge=public)
    predictions = loaded.write_predictions(split, evaluation.records, checkpoint=checkpoint)
    if not public:
        console.print(f"the answers of {split} are not public: {len(evaluation.records)} predictions, no scores")
        console.print(_listed(predictions), soft_wrap=True)
        return
    scores = task.scores(evaluation.records, split, metric=version)
    console.print(
        f"overall {scores.overall:.2f} % of {len(scores.per_question)} questions of {split}, metric {scores.version}"
    )
    print_groups(console, "answer type", scores.per_answer_type)
    print_groups(console, "question type", scores.per_question_type)
    if scores.per_family:
        print_groups(console, "family", scores.per_family)
    looked = {name: value for name, value in evaluation.measures.items() if name in (CORRECTNESS, EVEN)}
    if looked:
        groups = {"the model's maps": looked[CORRECTNESS], "an even map": looked[EVEN]}
        print_groups(console, "weight on the object", groups, value="%")
    paired = print_pairs(console, pairs, task.scorer(split, metric=version), said(evaluation.records))
    console.print(f"\n{_listed(predictions)}", soft_wrap=True)
    if out is not None:
        write_json(out, scores.to_json() | paired | ({"looking": looked} if looked else {}), indent=2)


def _measures(console: Console, loaded: LoadedRun, split: str, checkpoint: str, out: Path | None) -> None:
    """Give what another task measures."""
    from scanpath.cli.tables import print_groups
    from scanpath.files import write_json

    evaluation = loaded.evaluate(split)
    predictions = loaded.write_predictions(split, evaluation.records, checkpoint=checkpoint)
    console.print(f"{loaded.task.name} on {len(evaluation.records)} items of {split}")
    print_groups(console, "measure", evaluation.measures, value="value")
    console.print(f"\n{_listed(predictions)}", soft_wrap=True)
    if out is not None:
        write_json(out, {"items": len(evaluation.records), "measures": evaluation.measures}, indent=2)


def _listed(files: list[Path]) -> str:
    return "predictions: " + ", ".join(map(str, files))

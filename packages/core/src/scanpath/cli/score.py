"""``scanpath score``: the VQA accuracy of a file of answers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def run(
    questions: Annotated[Path, typer.Option("--questions", help="Official questions, such as v2_..._questions.json.")],
    annotations: Annotated[Path, typer.Option("--annotations", help="Official annotations of the same questions.")],
    results: Annotated[Path, typer.Option("--results", help='A list of {"question_id": 1, "answer": "yes"}.')],
    metric: Annotated[
        str,
        typer.Option(
            "--metric",
            help="official (the evaluator since 2021), official-2017 (older papers) or simple (min(k/3, 1)).",
        ),
    ] = "official",
    out: Annotated[Path | None, typer.Option("--json", help="Write all scores there, per question too.")] = None,
) -> None:
    """Score answers as the official VQA evaluator does, in percent.

    \b
    Example: scanpath score --questions Q.json --annotations A.json --results R.json --json scores.json
    """
    from rich.console import Console

    from scanpath.cli.tables import print_groups
    from scanpath.files import write_json
    from scanpath.metrics.vqa import check_version
    from scanpath.metrics.vqa_files import score_files

    scores = score_files(questions, annotations, results, check_version(metric))
    console = Console()
    console.print(f"overall {scores.overall:.2f} % of {len(scores.per_question)} questions, metric {scores.version}")
    print_groups(console, "answer type", scores.per_answer_type)
    print_groups(console, "question type", scores.per_question_type)
    if out is not None:
        write_json(out, scores.to_json(), indent=2)

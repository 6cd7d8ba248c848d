"""``scanpath score``: the VQA accuracy of a file of answers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def run(
    questions: Annotated[
        Path,
        typer.Option("--questions", metavar="FILE", help="Official questions file, such as v2_..._questions.json."),
    ],
    annotations: Annotated[
        Path,
        typer.Option("--annotations", metavar="FILE", help="Official annotations file of the same questions."),
    ],
    results: Annotated[
        Path,
        typer.Option("--results", metavar="FILE", help='Results file, a list of {"question_id": 1, "answer": "yes"}.'),
    ],
    metric: Annotated[
        str,
        typer.Option(
            "--metric",
            metavar="METRIC",
            help="VQA metric: official (the evaluator since 2021), official-2017 (older papers) or simple "
            "(min(k/3, 1)).",
        ),
    ] = "official",
    pairs: Annotated[
        Path | None,
        typer.Option(
            "--pairs",
            metavar="FILE",
            help="Complementary pairs of the same questions, v2_..._complementary_pairs.json.",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--json", metavar="FILE", help="JSON file to write all scores to, including those per question."),
    ] = None,
) -> None:
    """Score a results file as the official VQA evaluator does, in percent.

    \b
    Example: scanpath score --questions Q.json --annotations A.json --results R.json --json scores.json
    Example: scanpath score --questions Q.json --annotations A.json --results R.json --pairs P.json
    """
    from rich.console import Console

    from scanpath.cli.pairs import print_pairs
    from scanpath.cli.tables import print_groups
    from scanpath.data.pairs import pairs_of
    from scanpath.data.vqa import read_split
    from scanpath.files import write_json
    from scanpath.metrics.vqa import VQAScorer, check_version
    from scanpath.metrics.vqa_files import read_score_inputs

    version = check_version(metric)
    given = read_score_inputs(questions, annotations, results)
    scorer = VQAScorer(given.annotations, version)
    scores = scorer.score(given.predictions)
    known = None if pairs is None else pairs_of(pairs, read_split(questions))
    console = Console()
    console.print(f"overall {scores.overall:.2f} % of {len(scores.per_question)} questions, metric {scores.version}")
    print_groups(console, "answer type", scores.per_answer_type)
    print_groups(console, "question type", scores.per_question_type)
    paired = print_pairs(console, known, scorer, given.predictions)
    if out is not None:
        write_json(out, scores.to_json() | paired, indent=2)

"""``scanpath submission check``: a file of results before its upload."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def _group() -> None:
    """Check results files before an evaluation server refuses them."""


@app.command()
def check(
    file: Annotated[
        Path, typer.Argument(metavar="RESULTS", help='Results file, a list of {"question_id": 1, "answer": "yes"}.')
    ],
    data: Annotated[str | None, typer.Option("--data", metavar="DATA", help="Data set, such as vqa2.")] = None,
    split: Annotated[
        str,
        typer.Option("--split", metavar="SPLIT", help="Split of --data: test-dev, test, val or another that it has."),
    ] = "test",
    questions: Annotated[
        Path | None,
        typer.Option("--questions", metavar="FILE", help="Official questions file, in place of --data and --split."),
    ] = None,
    root: Annotated[
        Path | None,
        typer.Option(
            "--root", metavar="FOLDER", help="Folder of the data sets; $SCANPATH_DATA or the user cache by default."
        ),
    ] = None,
) -> None:
    """Check that each question is answered once, in the right form.

    Reports missing, repeated and unknown questions, and malformed entries. Each kind of mistake is counted and shown by
    its first few cases; a file with any mistake ends with exit code 2.

    \b
    Examples:
      scanpath submission check results.json --data vqa2 --split test-dev
      scanpath submission check results.json --questions v2_OpenEnded_mscoco_test2015_questions.json
    """
    from scanpath.data.catalogue import open_split
    from scanpath.data.submission import check_submission, split_of
    from scanpath.data.vqa import read_questions
    from scanpath.errors import ConfigError, DataError

    if (data is None) == (questions is None):
        raise ConfigError("give either --data with --split, or --questions: one of them says what is asked.")
    asked = read_questions(questions) if questions is not None else open_split(str(data), split, root)
    name = str(questions) if questions is not None else f"{data}/{split}"
    mistakes, answered = check_submission(file, asked.question_ids)
    for sentence in mistakes:
        typer.echo(sentence)
    if not mistakes:
        typer.echo(f"{file} answers each of the {len(answered):,} questions of {name} once, in the official form.")
        return
    other = None if data is None else split_of(answered, data, root)
    hint = f" (its questions are those of {other!r})" if other not in (None, split) else ""
    raise DataError(f"{file} is not what {name} asks for{hint}: mend the above before an upload.")

"""The three official files of a VQA score: questions, annotations, results. Read, checked, fitted to one another.

Source of the forms: visualqa.org, "VQA input questions / annotation format" and "results format". Only what a score
needs is read here; data sets are opened by ``scanpath.data``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from scanpath.errors import DataError
from scanpath.files import read_json
from scanpath.metrics.vqa import VQAScorer, VQAScores, few


class ScoreInputs(NamedTuple):
    """Files that fit one another."""

    annotations: list[Mapping[str, Any]]
    predictions: dict[int, str]


def read_score_inputs(questions: Path, annotations: Path, results: Path) -> ScoreInputs:
    """Read the three files and check that they speak of the same questions.

    Raises:
        DataError: a file that is missing, broken or of another kind; ids that are repeated, missing or foreign.
    """
    asked = _unique(_ids(_records(questions, "questions"), questions), questions)
    rows = _records(annotations, "annotations")
    annotated = _unique(_ids(rows, annotations), annotations)
    if annotated != asked:
        _complain(annotations, annotated, asked, f"questions of {questions}")
    answers = _results(results)
    answered = _unique(_ids(answers, results), results)
    if answered != asked:
        _complain(results, answered, asked, f"questions of {questions}")
    return ScoreInputs(rows, {row["question_id"]: row["answer"] for row in answers})


def score_files(questions: Path, annotations: Path, results: Path, version: str = "official") -> VQAScores:
    """Score a file of results against official questions and annotations."""
    inputs = read_score_inputs(questions, annotations, results)
    return VQAScorer(inputs.annotations, version).score(inputs.predictions)


def _records(path: Path, kind: str) -> list[Mapping[str, Any]]:
    content = read_json(path)
    if isinstance(content, list):
        raise DataError(
            f"{path} holds a list, such as results do, expected a file of {kind}: check the order of files."
        )
    rows = content.get(kind) if isinstance(content, dict) else None
    if not isinstance(rows, list):
        others = [name for name in ("questions", "annotations") if isinstance(content, dict) and name in content]
        found = f"holds {others[0]}" if others else f"has no list under {kind!r}"
        raise DataError(f"{path} {found}, expected a file of {kind}: check the order of files.")
    return rows


def _results(path: Path) -> list[Mapping[str, Any]]:
    content = read_json(path)
    if not isinstance(content, list):
        kinds = [name for name in ("questions", "annotations") if isinstance(content, dict) and name in content]
        found = f"a file of {kinds[0]}" if kinds else f"a JSON {_json_name(content)}"
        raise DataError(
            f'{path} is {found}, expected results: a list of {{"question_id": 1, "answer": "yes"}}; check the files.'
        )
    wrong = [
        place
        for place, row in enumerate(content)
        if not (isinstance(row, dict) and isinstance(row.get("answer"), str) and "question_id" in row)
    ]
    if wrong:
        raise DataError(
            f"{path} has {few(wrong, 'entry number')} not of the form "
            '{"question_id": 1, "answer": "yes"} with a string as answer: mend them.'
        )
    return content


def _ids(rows: Iterable[Mapping[str, Any]], path: Path) -> list[int]:
    try:
        ids = [row["question_id"] for row in rows]
    except (KeyError, TypeError):
        raise DataError(f"{path} has entries without question_id: it is not in the official form.") from None
    wrong = [place for place, key in enumerate(ids) if type(key) is not int]
    if wrong:
        raise DataError(f"{path} has a question_id that is not an integer in {few(wrong, 'entry number')}: mend them.")
    return ids


def _unique(ids: list[int], path: Path) -> set[int]:
    unique = set(ids)
    if len(unique) != len(ids):
        repeated = [key for key, count in Counter(ids).items() if count > 1]
        raise DataError(f"{path} repeats {few(repeated)}: each may stand there once.")
    return unique


def _complain(path: Path, found: set[int], expected: set[int], of_what: str) -> None:
    parts = [f"{verb} {few(ids)}" for verb, ids in (("lacks", expected - found), ("adds", found - expected)) if ids]
    raise DataError(f"{path} {' and '.join(parts)} against the {len(expected)} {of_what}: are they the same split?")


def _json_name(content: Any) -> str:
    return {dict: "object", str: "string", type(None): "null"}.get(type(content), "number")

"""A file of results before its upload: what an evaluation server would refuse, question by question.

The server of VQA compares the set of answered questions with that of the questions file, and says no more than that
they differ. Source of the form: https://visualqa.org, "results format".
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from scanpath.data.catalogue import open_split
from scanpath.data.records import Ids, first_few, records
from scanpath.errors import DataError, ScanpathError
from scanpath.files import read_json

KEYS = frozenset({"question_id", "answer"})
SPLITS = ("test-dev", "test", "val", "train")
SHOWN = 5


def check_submission(path: Path, question_ids: Ids) -> tuple[list[str], Ids]:
    """Compare a file of results with the questions of a split.

    Args:
        path: a bare list of ``{"question_id": int, "answer": str}``, one a question.
        question_ids: (N,), every question that must be answered.

    Returns:
        a sentence for each kind of mistake, none for a file that is right; and the ids that it answers, sorted.

    Raises:
        DataError: the file is missing, no JSON, or no list.
    """
    entries = records(_parsed(path), path, None, "results, a bare list of question_id and answer")
    answered = [entry["question_id"] for entry in entries if _has_id(entry)]
    times = Counter(answered)
    known = set(question_ids.tolist())
    found = [*_malformed(entries)]
    for ids, said in (
        ([key for key, count in times.items() if count > 1], "answered more than once"),
        (known - times.keys(), "not answered"),
        (times.keys() - known, "answered that the split does not ask"),
    ):
        if ids:
            found.append(f"{_count(ids, 'question')} {said}: {first_few(sorted(ids), SHOWN)}")
    whole = [key for key in times if abs(key) < 2**63]
    return found, np.asarray(sorted(whole), dtype=np.int64)


def _parsed(path: Path) -> Any:
    try:
        return read_json(path)
    except DataError as error:
        if not _is_json_lines(path):
            raise
        raise DataError(
            f"{path} holds one JSON object a line, expected a single list: write [ before the first, a comma between "
            "any two and ] after the last."
        ) from error


def _is_json_lines(path: Path) -> bool:
    try:
        with path.open(encoding="utf-8") as stream:
            return isinstance(json.loads(stream.readline()), dict)
    except (OSError, ValueError):
        return False


def _has_id(entry: Any) -> bool:
    return isinstance(entry, dict) and type(entry.get("question_id")) is int


def _malformed(entries: list[Any]) -> Iterator[str]:
    """Say which entries, by their places in the file from 0, are not of the official form."""
    objects = {place: entry for place, entry in enumerate(entries) if isinstance(entry, dict)}
    yield from _places(set(range(len(entries))) - objects.keys(), "other than an object", entries)
    lacking = {place: sorted(KEYS - entry.keys()) for place, entry in objects.items() if not entry.keys() >= KEYS}
    yield from _places(lacking, "without question_id or answer", lacking)
    further = {place: sorted(entry.keys() - KEYS) for place, entry in objects.items() if entry.keys() > KEYS}
    yield from _places(further, "with further keys, which the official form does not have", further)
    odd = {
        place: entry["question_id"] for place, entry in objects.items() if "question_id" in entry and not _has_id(entry)
    }
    yield from _places(odd, "whose question_id is not a whole number", odd)
    dumb = {
        place: entry["answer"]
        for place, entry in objects.items()
        if "answer" in entry and type(entry["answer"]) is not str
    }
    yield from _places(dumb, "whose answer is not a string", dumb)


def _places(places: Iterable[int], said: str, shown: Any) -> Iterator[str]:
    found = sorted(places)
    if found:
        examples = (f"number {place} ({json.dumps(shown[place])[:40]})" for place in found)
        yield f"{_count(found, 'entry', 'entries')} {said}: {first_few(examples, SHOWN)}"


def _count(found: Any, noun: str, plural: str | None = None) -> str:
    return f"{len(found):,} {noun if len(found) == 1 else plural or noun + 's'}"


def split_of(answered: Ids, data: str, root: Path | str | None = None) -> str | None:
    """Name the split whose questions are exactly these, of those that are there; None where there is no such one."""
    for split in SPLITS:
        try:
            asked = open_split(data, split, root).question_ids
        except ScanpathError:
            continue
        if np.array_equal(np.sort(asked), answered):
            return split
    return None

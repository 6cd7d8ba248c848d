"""The answers of VQA v1 and v2, and of VQA-CP: ten by as many people, their most frequent one, and the types.

Source: the formats of https://visualqa.org/download.html. What nothing here depends on, such as how sure people were,
is counted and told where it is not as the format says (:func:`oddities`); what would make a number wrong is refused.
"""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from scanpath.data.columns import Coded, CodedLists, Growing
from scanpath.data.json_lists import gather
from scanpath.data.records import Ids, check_unique, column, first_few, ids, kind_of, no_text
from scanpath.data.split import VQAAnnotations
from scanpath.errors import DataError
from scanpath.metrics.answers import normalise

ANSWER_TYPES = ("yes/no", "number", "other")
CONFIDENCES = ("yes", "maybe", "no")
"""How sure somebody was of an answer."""

_ANNOTATION = "annotation"
_COUNTED = list(range(1, 11))
_TEXTS = ("question_type", "answer_type", "multiple_choice_answer")

Answer = tuple[str, Any, Any]
"""What one person said, how sure they were, and their number, as they stand in the file; there are millions of them."""


def keep_answer(value: dict[str, Any]) -> Any:
    """Replace one of the ten answers by an :data:`Answer` while a file is parsed; most of the file is these."""
    answer = value.get("answer")
    if type(answer) is str and "question_id" not in value:
        return sys.intern(answer), value.get("answer_confidence"), value.get("answer_id")
    return value


def answer_record(answer: Answer) -> dict[str, Any]:
    """Return the official record."""
    return dict(zip(("answer", "answer_confidence", "answer_id"), answer, strict=True))


@dataclass(frozen=True)
class AnnotationTable:
    """An annotations file in its own order."""

    question_ids: Ids
    image_ids: Ids
    annotations: VQAAnnotations
    remarks: tuple[str, ...] = ()
    """What is odd about the file."""
    subtype: str | None = None
    """``train2014``, ``val2014``; None where the file does not say it, as a bare list."""


class AnnotationRows:
    """Takes the records of an annotations file, parsed with :func:`keep_answer`, and keeps them in columns.

    A :class:`scanpath.data.json_lists.Gatherer`.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._ids: list[Ids] = []
        self._images: list[Ids] = []
        self._lengths: list[Ids] = [np.zeros(1, np.int64)]
        self._texts = {name: Growing() for name in (*_TEXTS, "answers")}
        self._unsure = 0
        self._unnumbered = 0

    def add(self, entries: list[Any]) -> None:
        """Take some records."""
        path = self.path
        if kind_of(entries) == "captions":
            raise DataError(f"{path} holds captions, expected VQA annotations: give the right file.")
        answers = column(entries, "answers", list, path, _ANNOTATION)
        said: list[Answer] = list(itertools.chain.from_iterable(answers))
        if not all(answers) or (said and not _whole(said)):
            number = next(number for number, some in enumerate(answers) if not (some and _whole(some)))
            raise DataError(
                f"{path}: annotation number {number} (question {entries[number].get('question_id')}) has answers "
                "that are empty or lack a whole text 'answer': mend it."
            )
        for name in _TEXTS:
            self._texts[name].add(column(entries, name, str, path, _ANNOTATION))
        self._texts["answers"].add([text for text, _, _ in said])
        self._lengths.append(np.asarray([len(some) for some in answers], dtype=np.int64))
        self._ids.append(ids(entries, "question_id", path, _ANNOTATION))
        self._images.append(ids(entries, "image_id", path, _ANNOTATION))
        sure = [confidence for _, confidence, _ in said]
        self._unsure += len(said) - sum(map(sure.count, CONFIDENCES))
        self._unnumbered += sum(not _numbered([number for _, _, number in some]) for some in answers)

    def table(self, subtype: str | None = None) -> AnnotationTable:
        """Return what was taken, of a file whose ``data_subtype`` is known or of one without."""
        columns = {name: texts.column() for name, texts in self._texts.items()}
        question_ids = np.concatenate(self._ids)
        check_unique(question_ids, "question_id", self.path)
        found = VQAAnnotations(
            question_types=columns["question_type"],
            answer_types=columns["answer_type"],
            modal=columns["multiple_choice_answer"],
            answers=CodedLists(np.cumsum(np.concatenate(self._lengths)), columns["answers"]),
        )
        return AnnotationTable(
            question_ids=question_ids,
            image_ids=np.concatenate(self._images),
            annotations=found,
            remarks=tuple(self._oddities(question_ids[ungiven(found)], columns["answer_type"])),
            subtype=subtype,
        )

    def _oddities(self, ungiven: Ids, answer_types: Coded) -> Iterator[str]:
        name = self.path.name
        foreign = sorted(set(answer_types.texts) - set(ANSWER_TYPES))
        if foreign:
            yield (
                f"{name} has answer types other than {', '.join(ANSWER_TYPES)} ({first_few(foreign)}): each has an "
                "accuracy of its own."
            )
        if len(ungiven):
            yield (
                f"{name}: the multiple_choice_answer of {len(ungiven):,} questions is none of their answers "
                f"({first_few(ungiven)})."
            )
        if self._unsure:
            yield (
                f"{name}: {self._unsure:,} answers have an answer_confidence other than {', '.join(CONFIDENCES)}; "
                "nothing here depends on it."
            )
        if self._unnumbered:
            yield (
                f"{name}: answers of {self._unnumbered:,} questions have no answer_id of their own, a whole number; "
                "each counts as another person's here, while the official evaluator leaves out equal ones together."
            )


def _whole(answers: Sequence[Any]) -> bool:
    """Tell whether all are an :data:`Answer` with a text that a file can hold."""
    return set(map(type, answers)) == {tuple} and no_text([text for text, _, _ in answers]) is None


def _numbered(numbers: Sequence[Any]) -> bool:
    """Tell whether all are whole numbers, no two the same; officially they are counted from 1."""
    return numbers == _COUNTED or (set(map(type, numbers)) == {int} and len(set(numbers)) == len(numbers))


def ungiven(annotations: VQAAnnotations) -> Ids:
    """Find the rows whose most frequent answer nobody gave, compared as the metric does."""
    answers = CodedLists.of(annotations.answers)
    codes = Coded.joined([Coded.of(annotations.modal), answers.items]).codes  # one numbering of both
    given = codes[len(answers) :] == np.repeat(codes[: len(answers)], answers.lengths)
    counts = np.concatenate([[0], np.cumsum(given)])[answers.starts]
    rows = np.flatnonzero(np.diff(counts) == 0).tolist()
    others = [row for row in rows if normalise(annotations.modal[row]) not in map(normalise, answers[row])]
    return np.asarray(others, dtype=np.int64)


def read_annotations(path: Path) -> AnnotationTable:
    """Read ``v2_mscoco_<subtype>_annotations.json`` (or v1's).

    Raises:
        DataError: the file is missing, broken, of another kind, or an entry is.
    """
    rows, beside = gather(path, "annotations", "VQA annotations", lambda: AnnotationRows(path), hook=keep_answer)
    if "images" in beside:
        raise DataError(f"{path} holds captions, expected VQA annotations: give the right file.")
    return rows.table(subtype_of(beside))


def subtype_of(beside: dict[str, Any]) -> str | None:
    """Return the ``data_subtype`` of an official file, None where it has none."""
    subtype = beside.get("data_subtype")
    return subtype if isinstance(subtype, str) else None

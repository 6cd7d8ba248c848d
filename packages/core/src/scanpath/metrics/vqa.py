"""VQA accuracy in three versions that the literature uses; every result says which one it is.

==================  ========================================================================  =====================
version             what is compared                                                          score of k matches
==================  ========================================================================  =====================
``official``        both sides stripped; both normalised, but only where the ten answers      mean over the answers,
                    differ (the evaluator of GT-Vision-Lab/VQA since 2021)                    each left out in turn,
``official-2017``   prediction always stripped and normalised; ground truth only loses its    of min(1, matches / 3):
                    punctuation, and only where the answers differ ("the cat" cannot be hit)  0, .3, .6, .9, 1, 1 ...
``simple``          as ``official``                                                           min(1, k / 3)
==================  ========================================================================  =====================

The evaluator leaves out every ground-truth *record* that equals the one in turn. With ten records of distinct
``answer_id`` that has a closed form; any other list goes through the literal loop, so that equal records without ids
drop out together as they do there. Means are correctly rounded sums: the result does not depend on the order of the
questions. Only a mean that lies exactly between two printed values may differ from the script in its last digit, as
the script itself does between Python versions.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from operator import itemgetter
from typing import Any, Literal, get_args

from scanpath.errors import DataError, UnknownNameError, near
from scanpath.metrics.answers import normalise, strip, without_punctuation

Version = Literal["official", "official-2017", "simple"]
VERSIONS: tuple[Version, ...] = get_args(Version)

_TEN = 10
_LEFT_OUT = tuple(min(10, 3 * matches) / 10 for matches in range(_TEN + 1))
_AT_LEAST = 3
_SHOWN = 5


@dataclass(frozen=True)
class VQAScores:
    """Accuracies in percent, rounded to two digits; the means are taken before rounding."""

    version: Version
    overall: float
    per_answer_type: dict[str, float]
    per_question_type: dict[str, float]
    per_question: dict[int, float]
    per_family: dict[str, float] = field(default_factory=dict)
    """By the template that a question was made from, in the order of their numbers; empty where nobody tells it."""

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values, families where there are any; question ids become strings, as JSON's keys are."""
        values = {**asdict(self), "per_question": {str(key): score for key, score in self.per_question.items()}}
        families = values.pop("per_family")
        return {**values, "per_family": families} if families else values


def few(ids: Iterable[Any], noun: str = "question id") -> str:
    """Write ids for an error: how many they are and the first few."""
    found = sorted(ids, key=lambda value: (isinstance(value, str), value))
    shown = ", ".join(map(str, found[:_SHOWN])) + (", ..." if len(found) > _SHOWN else "")
    return f"{len(found)} {noun}{'' if len(found) == 1 else 's'} ({shown})"


def check_version(version: str) -> Version:
    """Return ``version`` if it is one; an unknown one is an error with the near names."""
    for known in VERSIONS:
        if version == known:
            return known
    hint = near(version, VERSIONS)
    raise UnknownNameError(f"there is no VQA metric {version!r}{hint or '; there are ' + ', '.join(VERSIONS) + '.'}")


class VQAScorer:
    """Scores answers against fixed ground truth; nothing that it is given is changed.

    Args:
        annotations: official annotation records: ``question_id``, ``question_type``, ``answer_type`` and ``answers``,
            a list of records with ``answer`` and, normally, ``answer_id``; all or none with ``family``, a text.
        version: one of :data:`VERSIONS`.

    Raises:
        DataError: a record that lacks a field, a question annotated twice.
        UnknownNameError: no such version.

    Example:
        >>> answers = [{"answer": "two", "answer_id": n} for n in range(9)] + [{"answer": "3", "answer_id": 9}]
        >>> truth = [{"question_id": 7, "question_type": "how many", "answer_type": "number", "answers": answers}]
        >>> VQAScorer(truth).score({7: "2"}).overall
        100.0
    """

    def __init__(self, annotations: Iterable[Mapping[str, Any]], version: str = "official") -> None:
        self.version = check_version(version)
        self._answers: dict[int, tuple[str, ...]] = {}
        self._varied: set[int] = set()
        self._records: dict[int, list[dict[str, Any]]] = {}  # only where the closed form does not hold
        self._question_types: list[str] = []
        self._answer_types: list[str] = []
        self._families: list[str] = []
        repeated = []
        for row in annotations:
            try:
                key = row["question_id"]
                if key in self._answers:
                    repeated.append(key)
                self._prepare(key, row["answers"])
                self._question_types.append(row["question_type"])
                self._answer_types.append(row["answer_type"])
                if "family" in row:
                    self._families.append(row["family"])
            except (KeyError, TypeError, AttributeError) as error:
                raise DataError(_broken_annotation(row, error)) from None
        if repeated:
            raise DataError(f"the annotations repeat {few(repeated)}: each question must be annotated once.")
        if not self._answers:
            raise DataError("the annotations are empty: there is nothing to score.")

    @classmethod
    def from_columns(
        cls,
        question_ids: Iterable[int],
        answers: Iterable[Sequence[str]],
        question_types: Iterable[str],
        answer_types: Iterable[str],
        version: str = "official",
        *,
        families: Iterable[str] | None = None,
    ) -> VQAScorer:
        """Build a scorer from aligned columns; the answers of a question count as distinct records."""
        told = itertools.repeat({}) if families is None else ({"family": family} for family in families)
        rows = zip(question_ids, answers, question_types, answer_types, strict=True)
        return cls(
            (
                {
                    "question_id": int(key),
                    "answers": [{"answer": answer, "answer_id": place} for place, answer in enumerate(given)],
                    "question_type": question_type,
                    "answer_type": answer_type,
                    **family,
                }
                for (key, given, question_type, answer_type), family in zip(rows, told, strict=families is not None)
            ),
            version,
        )

    def _prepare(self, key: int, records: Sequence[Mapping[str, Any]]) -> None:
        answers = list(map(itemgetter("answer"), records))
        if not answers:
            raise KeyError("answers")
        "".join(answers)  # raises TypeError unless all are strings
        old = self.version == "official-2017"
        if not old:
            answers = list(map(strip, answers))
        if answers.count(answers[0]) != len(answers):
            self._varied.add(key)
            answers = list(map(without_punctuation if old else normalise, answers))
        self._answers[key] = tuple(answers)
        if len(answers) != _TEN or not _distinct(records):
            self._records[key] = [{**record, "answer": answer} for record, answer in zip(records, answers, strict=True)]

    def __len__(self) -> int:
        """Count the questions."""
        return len(self._answers)

    @property
    def question_ids(self) -> Iterator[int]:
        """The annotated questions, in the order of the annotations."""
        return iter(self._answers)

    def accuracy(self, question_id: int, answer: str) -> float:
        """Score one answer to one question: a number in [0, 1]."""
        text = strip(answer)
        if question_id in self._varied or self.version == "official-2017":
            text = normalise(text)
        matches = self._answers[question_id].count(text)
        if self.version == "simple":
            return min(1.0, matches / _AT_LEAST)
        if question_id in self._records:
            return _leave_one_out(self._records[question_id], text)
        return _LEFT_OUT[matches]

    def score(self, predictions: Mapping[int, str]) -> VQAScores:
        """Score one answer a question; order, batches and processes that made them do not matter.

        Raises:
            DataError: questions without an answer, answers to unknown questions, answers that are not strings.
        """
        self._check(predictions)
        accuracies = [self.accuracy(key, predictions[key]) for key in self._answers]
        return VQAScores(
            version=self.version,
            overall=_percent(accuracies),
            per_answer_type=_by_group(self._answer_types, accuracies),
            per_question_type=_by_group(self._question_types, accuracies),
            per_question={
                key: round(100 * accuracy, 2) for key, accuracy in zip(self._answers, accuracies, strict=True)
            },
            per_family=self._by_family(accuracies),
        )

    def _by_family(self, accuracies: Sequence[float]) -> dict[str, float]:
        groups = _by_group(self._families, accuracies) if self._families else {}
        return {name: groups[name] for name in by_number(groups)}

    def _check(self, predictions: Mapping[int, str]) -> None:
        if missing := self._answers.keys() - predictions.keys():
            raise DataError(f"the results lack {few(missing)} of {len(self)} annotated: answer every question once.")
        if foreign := predictions.keys() - self._answers.keys():
            raise DataError(f"the results answer {few(foreign)} that are not annotated: are they of another split?")
        if wrong := [key for key, answer in predictions.items() if not isinstance(answer, str)]:
            given = type(predictions[wrong[0]]).__name__
            raise DataError(f"the results hold a {given} as the answer of {few(wrong)}, expected a string.")


def score_vqa(
    annotations: Iterable[Mapping[str, Any]], predictions: Mapping[int, str], version: str = "official"
) -> VQAScores:
    """Score answers by question id against official annotation records; see :class:`VQAScorer`."""
    return VQAScorer(annotations, version).score(predictions)


def by_number(names: Iterable[str]) -> list[str]:
    """Sort names that are whole numbers, such as those of families, by their numbers."""
    return sorted(names, key=lambda name: (len(name), name))


def _distinct(records: Sequence[Mapping[str, Any]]) -> bool:
    try:
        return len(set(map(itemgetter("answer_id"), records))) == _TEN
    except KeyError:
        return False


def _leave_one_out(records: Sequence[Mapping[str, Any]], text: str) -> float:
    accuracies: list[float] = []
    for record in records:
        others = [other for other in records if other != record]
        matches = sum(other["answer"] == text for other in others)
        accuracies.append(min(1.0, matches / _AT_LEAST))
    return sum(accuracies) / len(accuracies)


def _percent(accuracies: Sequence[float]) -> float:
    return round(100 * math.fsum(accuracies) / len(accuracies), 2)


def _by_group(groups: Sequence[str], accuracies: Sequence[float]) -> dict[str, float]:
    members: dict[str, list[float]] = {}
    for group, accuracy in zip(groups, accuracies, strict=True):
        members.setdefault(group, []).append(accuracy)
    return {group: _percent(members[group]) for group in sorted(members)}


def _broken_annotation(row: Any, error: Exception) -> str:
    place = f"the annotation of question {row['question_id']}" if _has_id(row) else "an annotation without question_id"
    reason = f"lacks {error}" if isinstance(error, KeyError) else "is not of the official form"
    return (
        f"{place} {reason}: expected question_id, question_type, answer_type and answers, a list of records that each "
        "hold a string under 'answer'."
    )


def _has_id(row: Any) -> bool:
    return isinstance(row, Mapping) and "question_id" in row

"""The lowest rung: the most common training answer of each question type, whatever is asked and shown."""

from __future__ import annotations

import collections

from scanpath.data.split import VQAAnnotations, VQASplit
from scanpath.errors import DataError
from scanpath.types import Record


def prior_records(train: VQASplit, split: VQASplit) -> dict[str, Record]:
    """Answer every question of ``split`` with what is most common in ``train`` for its type.

    Probabilities are shares of the type's training answers; ties go by the alphabet. A type that training lacks gets
    the most common answers of all types.

    Raises:
        DataError: a split without annotations, which tell the types.
    """
    learnt = _counts(_annotations(train))
    everything: collections.Counter[str] = sum(learnt.values(), collections.Counter())
    if not everything:
        raise DataError(f"{train.name} has no questions: there is no most common answer.")
    by_type = {kind: _record(counts) for kind, counts in learnt.items()}
    otherwise = _record(everything)
    kinds = _annotations(split).question_types
    return {
        str(key): by_type.get(kind, otherwise) for key, kind in zip(split.question_ids.tolist(), kinds, strict=True)
    }


def _annotations(split: VQASplit) -> VQAAnnotations:
    if split.annotations is None:
        raise DataError(f"{split.name} has no annotations, which tell the type of a question: name another split.")
    return split.annotations


def _counts(annotations: VQAAnnotations) -> dict[str, collections.Counter[str]]:
    counts: dict[str, collections.Counter[str]] = collections.defaultdict(collections.Counter)
    for kind, answer in zip(annotations.question_types, annotations.modal, strict=True):
        counts[kind][answer] += 1
    return counts


def _record(counts: collections.Counter[str]) -> Record:
    total = counts.total()
    answer = min(counts, key=lambda answer: (-counts[answer], answer))
    return {"answer": answer, "probability": round(counts[answer] / total, 6)}

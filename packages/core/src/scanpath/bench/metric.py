"""How long the VQA metric takes on as many questions as val2014 of VQA v2 has, cold and warm.

The strings repeat as human answers do: few are very common, many are rare, some carry articles, capitals, punctuation
or number words. The scores mean nothing.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import numpy as np

from scanpath.metrics.answers import normalise, strip, without_punctuation
from scanpath.metrics.vqa import VQAScorer

VAL2014_QUESTIONS = 214_354

_HEAD = ("yes", "no", "2", "1", "white", "red", "blue", "two", "3", "black", "green", "the left", "brown", "4", "dog")
_WORDS = ("table", "wooden", "old", "near", "man's", "t-shirt", "street", "left", "pizza", "sky", "don't know", "phone")
_FORMS = ("{}", "{}", "{}", "{}", "the {}", "a {}", "{}.", "{}!", "on {}, maybe", "{}/other")
_TYPES = (("is the", "yes/no"), ("how many", "number"), ("what is", "other"), ("what color", "other"))
_DISTINCT = 60_000
_AGREE = 0.7


@dataclass(frozen=True)
class MetricSpeed:
    """Seconds to score ``questions`` answers; cold includes the preparation of the ground truth and empty caches."""

    questions: int
    cold: float
    warm: float
    overall: float


def answer_strings(count: int, generator: np.random.Generator) -> list[str]:
    """Draw ``count`` distinct-looking answers, the common ones first."""
    words = generator.integers(len(_WORDS), size=(count, 2))
    forms = generator.integers(len(_FORMS), size=count)
    tail = (
        _FORMS[form].format(f"{_WORDS[first]} {_WORDS[second]} {number}")
        for number, (form, (first, second)) in enumerate(zip(forms, words, strict=True))
    )
    return [*_HEAD, *tail][:count]


def synthetic_annotations(questions: int, seed: int = 0) -> tuple[list[dict[str, Any]], dict[int, str]]:
    """Draw official annotation records and one prediction a question.

    Returns:
        The records, ten answers each, and ``question id -> answer``.
    """
    generator = np.random.default_rng(seed)
    pool = answer_strings(_DISTINCT, generator)
    ranks = np.minimum(generator.zipf(1.35, size=(questions, 11)) - 1, _DISTINCT - 1)
    agree = generator.random((questions, 11)) < _AGREE
    ranks = np.where(agree, ranks[:, :1], ranks).tolist()
    kinds = generator.integers(len(_TYPES), size=questions).tolist()
    rows = [
        {
            "question_id": number * 10 + 1,
            "image_id": number // 5,
            "question_type": _TYPES[kind][0],
            "answer_type": _TYPES[kind][1],
            "multiple_choice_answer": pool[row[0]],
            "answers": [
                {"answer": pool[rank], "answer_confidence": "yes", "answer_id": place}
                for place, rank in enumerate(row[:10], start=1)
            ],
        }
        for number, (kind, row) in enumerate(zip(kinds, ranks, strict=True))
    ]
    return rows, {number * 10 + 1: pool[row[10]] for number, row in enumerate(ranks)}


def measure_metric(questions: int = VAL2014_QUESTIONS, *, version: str = "official", seed: int = 0) -> MetricSpeed:
    """Time the metric on one core: first with empty caches, then a second set of answers on the same ground truth."""
    rows, predictions = synthetic_annotations(questions, seed)
    for cached in (strip, without_punctuation, normalise):
        cached.cache_clear()
    start = time.perf_counter()
    scorer = VQAScorer(rows, version)
    scores = scorer.score(predictions)
    cold = time.perf_counter() - start
    start = time.perf_counter()
    again = scorer.score(dict(predictions))
    warm = time.perf_counter() - start
    if again != scores:
        raise AssertionError("the metric gave another result on the second call")
    return MetricSpeed(questions, cold, warm, scores.overall)

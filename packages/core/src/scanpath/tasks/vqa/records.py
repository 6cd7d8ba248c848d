"""What is kept of each answered question, and the official file of results made of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from scanpath.data.answers import AnswerVocabulary
from scanpath.types import Record

TOP = 5
_DIGITS = 6
_ROWS = 64


def favourites(logits: Tensor, answers: AnswerVocabulary, count: int = TOP) -> list[list[tuple[str, float]]]:
    """Return the likeliest answers with their probabilities, to six digits; of equals the vocabulary's first.

    Args:
        logits: (B, A).
        answers: what the A numbers mean.
        count: how many of each row, A at most.
    """
    if len(logits) > _ROWS:  # exact sums want doubles and whole numbers of 64 bits: not of a large batch at once
        return [row for part in torch.split(logits, _ROWS) for row in favourites(part, answers, count)]
    millionths = torch.round(torch.softmax(logits.double(), dim=1) * 10**_DIGITS).long()
    # One whole number holds both, so that equals rank by the answer's number and not by the batch they came in.
    last = logits.shape[1] - 1
    place = torch.arange(last, -1, -1, device=logits.device)
    best = torch.topk(millionths * (last + 1) + place, min(count, last + 1), dim=1).values
    numbers = (last - best % (last + 1)).tolist()
    values = (best // (last + 1)).tolist()
    return [
        [(answers.answers[number], p / 10**_DIGITS) for number, p in zip(row, sure, strict=True)]
        for row, sure in zip(numbers, values, strict=True)
    ]


def make_records(
    question_ids: Tensor, logits: Tensor, answers: AnswerVocabulary, kept: Tensor | None = None
) -> dict[str, dict[str, Any]]:
    """Describe what a model says: its answer, how sure it is, and how much it looked at.

    An evaluation holds these of a whole split, hundreds of thousands, so there is nothing in them that it has no use
    for; :func:`favourites` tells more of a single answer.

    Args:
        question_ids: (B,).
        logits: (B, A).
        answers: what the A numbers mean.
        kept: the part of a picture's regions that it looked at, (B,); None leaves it out.

    Returns:
        by question id, ``{"answer": str, "probability": float, "kept": float}``.
    """
    keys = [str(key) for key in question_ids.tolist()]
    said = favourites(logits, answers, 1)
    found: dict[str, dict[str, Any]] = {
        key: {"answer": answer, "probability": sure} for key, [(answer, sure)] in zip(keys, said, strict=True)
    }
    if kept is not None:
        for key, share in zip(keys, kept.tolist(), strict=True):
            found[key]["kept"] = round(share, _DIGITS)
    return found


def official_results(records: Mapping[str, Record]) -> list[dict[str, Any]]:
    """Write records in the official results format, sorted by question id."""
    return [{"question_id": int(key), "answer": records[key]["answer"]} for key in sorted(records, key=int)]


def predictions(records: Mapping[str, Record]) -> dict[int, str]:
    """Return the answers by question id, as the metric takes them."""
    return {int(key): record["answer"] for key, record in records.items()}

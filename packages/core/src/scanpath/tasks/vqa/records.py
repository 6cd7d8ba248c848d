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


def make_records(
    question_ids: Tensor, logits: Tensor, answers: AnswerVocabulary, kept: Tensor | None = None
) -> dict[str, dict[str, Any]]:
    """Describe what a model says: its answer, how sure it is, its five favourites, and how much it looked at.

    Args:
        question_ids: (B,).
        logits: (B, A).
        answers: what the A numbers mean.
        kept: the part of a picture's regions that it looked at, (B,); None leaves it out.

    Returns:
        by question id, ``{"answer": str, "probability": float, "top": [[answer, probability], ...], "kept": float}``.
    """
    millionths = torch.round(torch.softmax(logits.double(), dim=1) * 10**_DIGITS).long()
    # One whole number holds both, so that equals rank by the answer's number and not by the batch they came in.
    last = logits.shape[1] - 1
    place = torch.arange(last, -1, -1, device=logits.device)
    best = torch.topk(millionths * (last + 1) + place, min(TOP, last + 1), dim=1).values
    numbers = (last - best % (last + 1)).tolist()
    values = (best // (last + 1)).tolist()
    found: dict[str, dict[str, Any]] = {}
    keys = [str(key) for key in question_ids.tolist()]
    for key, favourites, sure in zip(keys, numbers, values, strict=True):
        top = [[answers.answers[number], p / 10**_DIGITS] for number, p in zip(favourites, sure, strict=True)]
        found[key] = {"answer": top[0][0], "probability": top[0][1], "top": top}
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

"""What is kept of each picture: what the model takes it for, how sure it is, and where the true class came."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from scanpath.errors import DataError
from scanpath.files import read_json
from scanpath.metrics.classification import true_ranks
from scanpath.tasks.classification.batch import PictureBatch
from scanpath.types import Record

TOP = 5
_DIGITS = 6


def make_records(batch: PictureBatch, logits: Tensor, classes: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Describe what a model says of B pictures.

    Args:
        batch: the pictures.
        logits: (B, A).
        classes: what the A numbers mean.

    Returns:
        by key, ``{"class": str, "top": [[class, probability], ...], "true": str, "rank": int}``; the rank is of the
        true class, 0 where it came first.
    """
    logits = logits.float()
    ranks = true_ranks(logits, batch.labels).tolist()
    probability = torch.softmax(logits.double(), dim=1)
    order = torch.sort(logits, dim=1, descending=True, stable=True).indices[:, :TOP]  # of equals the smaller number
    sure = probability.gather(1, order).tolist()
    found: dict[str, dict[str, Any]] = {}
    for key, numbers, shares, label, rank in zip(
        batch.keys, order.tolist(), sure, batch.labels.tolist(), ranks, strict=True
    ):
        top = [[classes[number], round(share, _DIGITS)] for number, share in zip(numbers, shares, strict=True)]
        found[key] = {"class": top[0][0], "top": top, "true": classes[label], "rank": rank}
    return found


def results(records: Mapping[str, Record]) -> list[dict[str, Any]]:
    """Write records as the list of ``predictions.json``, sorted by key."""
    return [{"picture": key, **records[key]} for key in sorted(records)]


def read_ranks(path: Path) -> dict[str, int]:
    """Read the rank of every picture's true class, by key, from what :func:`results` wrote.

    Raises:
        DataError: the file is missing, or it is of something else.
    """
    content = read_json(path)
    if not isinstance(content, list) or not all(_is_result(entry) for entry in content):
        raise DataError(f"{path} is no list of classed pictures: write it again with scanpath evaluate.")
    return {entry["picture"]: entry["rank"] for entry in content}


def _is_result(entry: object) -> bool:
    return isinstance(entry, dict) and isinstance(entry.get("picture"), str) and isinstance(entry.get("rank"), int)

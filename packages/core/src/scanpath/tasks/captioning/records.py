"""What is kept of each picture, and COCO's file of results made of it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from scanpath.data.captions import CaptionVocabulary
from scanpath.ops.search import Found
from scanpath.types import Record

_DIGITS = 6


BESIDE = "beside"
"""The key of the captions by further beams."""


def prefix(beam: int) -> str:
    """Return what stands in front of the measures of a further beam."""
    return f"beam {beam}/"


def make_records(
    image_ids: Tensor,
    found: Mapping[int, Found],
    vocabulary: CaptionVocabulary,
    *,
    index: Tensor,
    surprise: Tensor,
    words: Tensor,
) -> dict[str, dict[str, Any]]:
    """Describe what a model says of each picture, and how much the captions of people surprise it.

    Args:
        image_ids: (N,).
        found: what it writes, by beam; that of the first counts, others stand beside.
        vocabulary: what numbers mean.
        index: the picture of each of B captions by people, (B,).
        surprise: -log p of each caption, (B,).
        words: how many words each has, its end included, (B,).

    Returns:
        by image id, ``{"caption": str, "log_probability": float, "surprise": float, "words": int}``, the last two
        summed over the picture's captions; with further beams also ``"beside"``, captions by beam.
    """
    (_, first), *others = found.items()
    beside = {str(beam): _texts(one, vocabulary) for beam, one in others}
    pictures = len(image_ids)
    sums = torch.zeros(pictures, dtype=torch.float64, device=surprise.device)
    sums.index_add_(0, index, surprise.double())
    counts = torch.zeros(pictures, dtype=torch.int64, device=words.device).index_add_(0, index, words)
    columns = (part.tolist() for part in (image_ids, first.scores, sums, counts))
    return {
        str(image): {
            "caption": text,
            "log_probability": round(score, _DIGITS),
            "surprise": round(total, _DIGITS),
            "words": count,
            **({BESIDE: {beam: texts[row] for beam, texts in beside.items()}} if beside else {}),
        }
        for row, (text, image, score, total, count) in enumerate(zip(_texts(first, vocabulary), *columns, strict=True))
    }


def _texts(found: Found, vocabulary: CaptionVocabulary) -> list[str]:
    pairs = zip(found.words.tolist(), found.lengths.tolist(), strict=True)
    return [vocabulary.decode(numbers[:length]) for numbers, length in pairs]


def captions_of(records: Mapping[str, Record], beam: int | None = None) -> dict[int, str]:
    """Return the captions by image id, as the official scores take them; of a further beam, where one is named."""
    if beam is None:
        return {int(key): record["caption"] for key, record in records.items()}
    return {int(key): record[BESIDE][str(beam)] for key, record in records.items()}


def mean_surprise(records: Mapping[str, Record]) -> float:
    """Return -log p a word, over all captions of people."""
    words: int = sum(record["words"] for record in records.values())
    return math.fsum(record["surprise"] for record in records.values()) / words


def official_results(records: Mapping[str, Record], beam: int | None = None) -> list[dict[str, Any]]:
    """Write records in COCO's results format, sorted by image id; of a further beam, where one is named."""
    captions = captions_of(records, beam)
    return [{"image_id": key, "caption": captions[key]} for key in sorted(captions)]

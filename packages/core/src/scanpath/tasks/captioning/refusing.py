"""What would make a number mean nothing: pictures that were trained on, words of another run."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from scanpath.data.captions import CaptionSplit
from scanpath.errors import DataError
from scanpath.tasks.captioning.model import CaptionerSection
from scanpath.tasks.captioning.words import Words


def refuse_other(words: Words, section: CaptionerSection, folder: Path) -> None:
    """Refuse a vocabulary that a folder's model was not built for."""
    found = len(words.vocabulary)
    if found != section.vocabulary_size:
        raise DataError(
            f"the vocabulary in {folder} has {found} numbers, its model was built for {section.vocabulary_size}: "
            "they are of another run."
        )


def refuse_leak(train: CaptionSplit, other: CaptionSplit) -> None:
    """Refuse a split that shares pictures with the one that is trained on."""
    shared = np.intersect1d(train.image_ids, other.image_ids)
    if len(shared):
        raise DataError(
            f"{other.name} shares {len(shared)} pictures with {train.name}, the first being {shared[0]}: "
            "a measure on it would mean nothing; check the files."
        )

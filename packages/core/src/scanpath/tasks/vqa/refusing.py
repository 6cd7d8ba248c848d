"""What would make a number mean nothing: questions that were trained on, vocabularies of another run."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from scanpath.data.split import VQASplit
from scanpath.errors import DataError
from scanpath.tasks.vqa.model import ModelSection
from scanpath.tasks.vqa.vocabularies import Vocabularies


def refuse_other(vocabularies: Vocabularies, section: ModelSection, folder: Path) -> None:
    """Refuse vocabularies that a folder's model was not built for."""
    found = len(vocabularies.words), len(vocabularies.answers)
    if found != (section.vocabulary_size, section.answers):
        raise DataError(
            f"the vocabularies in {folder} have {found[0]} words and {found[1]} answers, its model was built for "
            f"{section.vocabulary_size} and {section.answers}: they are of another run."
        )


def refuse_leak(train: VQASplit, other: VQASplit) -> None:
    """Refuse a split that shares questions with the one that is trained on."""
    shared = np.intersect1d(train.question_ids, other.question_ids)
    if len(shared):
        raise DataError(
            f"{other.name} shares {len(shared)} questions with {train.name}, the first being {shared[0]}: "
            "a measure on it would mean nothing; check the files."
        )

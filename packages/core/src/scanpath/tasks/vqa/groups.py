"""The groups of questions that accuracies are told of: types of questions and answers, and families."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from scanpath.data.columns import Coded
from scanpath.data.split import VQAAnnotations, VQASplit
from scanpath.errors import DataError
from scanpath.metrics.vqa import by_number


def truth_of(split: VQASplit) -> VQAAnnotations:
    """Return the annotations of a split, which scores are measured with.

    Raises:
        DataError: they are not public.
    """
    if split.annotations is None:
        raise DataError(f"the answers of {split.name} are not public: its predictions cannot be scored here.")
    return split.annotations


def groups(truth: VQAAnnotations) -> Iterator[tuple[str, npt.NDArray[np.bool_]]]:
    """Give the name of each group with the questions that belong to it, (N,).

    Where a type of questions has the name of one of answers, the last is of the answers.
    """
    for types in (truth.question_types, truth.answer_types):
        column = Coded.of(types).packed()
        for name in sorted(column.texts):
            yield name, column.where(name)
    if truth.families is not None:
        column = Coded.of(truth.families).packed()
        for name in by_number(column.texts):
            yield f"family {name}", column.where(name)

"""Questions read a whole batch at a time, each picture of the batch once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from scanpath.data.answers import AnswerVocabulary
from scanpath.data.columns import CodedLists
from scanpath.data.split import VQAAnnotations
from scanpath.tasks.pictures import ImageRows
from scanpath.tasks.vqa.batch import NO_ANSWER, UNKNOWN, VQABatch

Ints = npt.NDArray[np.int64]


class VQAColumns(NamedTuple):
    """N questions as numbers."""

    question_ids: Tensor
    """int64 (N,)."""
    image_rows: Ints
    """The row of each question's picture, (N,)."""
    tokens: Tensor
    """int32 (N, T): half the memory of what an embedding takes."""
    answers: Tensor
    """int32 (N, R), as in :class:`VQABatch`."""

    def take(self, chosen: Ints) -> VQAColumns:
        """Return the rows ``chosen``."""
        rows = torch.from_numpy(chosen)
        return VQAColumns(self.question_ids[rows], self.image_rows[chosen], self.tokens[rows], self.answers[rows])


class VQADataset:
    """Gives batches: ``__getitems__(numbers)`` returns a list of one :class:`VQABatch` that holds all of them."""

    def __init__(self, images: ImageRows, columns: VQAColumns) -> None:
        self.images = images
        self.columns = columns

    def __len__(self) -> int:
        """Count the questions."""
        return len(self.columns.question_ids)

    def __getitem__(self, number: int) -> VQABatch:
        """Read one question, as a batch of one."""
        return self.__getitems__([number])[0]

    def __getitems__(self, numbers: Sequence[int]) -> list[VQABatch]:
        """Read many questions at once, and their pictures once each, in the order of their rows."""
        chosen = np.asarray(numbers, dtype=np.int64)
        rows, index = np.unique(self.columns.image_rows[chosen], return_inverse=True)
        picked = torch.from_numpy(chosen)
        regions = self.images.gather(rows)
        return [
            VQABatch(
                images=regions.features,
                image_index=torch.from_numpy(index.reshape(-1)),
                tokens=self.columns.tokens[picked].long(),
                answers=self.columns.answers[picked].long(),
                question_ids=self.columns.question_ids[picked],
                boxes=regions.boxes,
                region_mask=regions.mask,
            )
        ]


def only(batches: list[VQABatch]) -> VQABatch:
    """Collate what :class:`VQADataset` gives: the one batch is ready."""
    (batch,) = batches
    return batch


def answer_numbers(vocabulary: AnswerVocabulary, annotations: VQAAnnotations) -> npt.NDArray[np.int32]:
    """Write the answers that people gave as numbers: known ones first, then unknown ones, then nothing.

    Returns:
        (N, R), R the most answers that a question has; :data:`UNKNOWN` where the vocabulary lacks an answer,
        :data:`NO_ANSWER` behind the last one.
    """
    counts = vocabulary.counts(annotations)
    given = CodedLists.of(annotations.answers).lengths
    table = np.full((len(given), max(1, given.max(initial=0))), UNKNOWN, dtype=np.int32)
    table[np.arange(table.shape[1]) >= given[:, None]] = NO_ANSWER
    question = np.repeat(np.arange(len(counts)), np.diff(counts.starts)).repeat(counts.counts)
    first = np.searchsorted(question, question)  # where the question's entries begin
    table[question, np.arange(len(question)) - first] = counts.answers.repeat(counts.counts)
    return table

"""Pictures for pages: chosen by rule and not by hand, classed again with maps, and drawn under one row or many."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from scanpath.report.content import Answered, Example
from scanpath.tasks.classification import ClassificationTask
from scanpath.tasks.classification.maps import picture_maps
from scanpath.tasks.classification.records import make_records


def choose_pictures(classes: npt.NDArray[np.int64], among: npt.NDArray[np.bool_], count: int) -> list[int]:
    """Choose pictures, the first of every class in turn, then the second.

    Args:
        classes: (N,), the number of each picture's class.
        among: (N,), which may be chosen.
        count: of pictures; fewer come where there are fewer.
    """
    rows = np.flatnonzero(among)
    rows = rows[np.argsort(classes[rows], kind="stable")]
    turns = np.arange(len(rows)) - np.searchsorted(classes[rows], classes[rows])  # which of its class a picture is
    return [int(row) for row in rows[np.argsort(turns, kind="stable")][:count]]


def class_again(
    objective: Any, task: ClassificationTask, name: str, rows: Sequence[int], *, who: str
) -> list[Answered]:
    """Class some pictures again, this time with maps.

    Args:
        objective: in eval mode.
        task: with its data.
        name: of the split.
        rows: of the split.
        who: says so, as ``Answered.row`` has it.
    """
    if not rows:
        return []
    batches = task.batches(name, size=len(rows))
    device = next(objective.parameters()).device
    batch = batches.collate([batches.dataset[row] for row in rows]).to(device)
    with torch.no_grad():
        output = objective.answer(batch)
    records = make_records(batch, output.logits, task.section.classes)
    maps = picture_maps(output, objective.model)
    return [
        Answered(
            row=who,
            prediction=records[key]["class"],
            probability=records[key]["top"][0][1],
            score=float(records[key]["rank"] == 0),
            maps=None if maps is None else maps.weights[place].cpu().numpy(),
            names=() if maps is None else maps.names,
            kind="soft" if maps is None else maps.kind,
        )
        for place, key in enumerate(batch.keys)
    ]


def picture_example(task: ClassificationTask, name: str, row: int, answered: Sequence[Answered]) -> Example:
    """Put a picture of a split together with what was said of it."""
    dataset, section = task.dataset(name), task.section
    pixels = dataset.picture(row)  # (C, H, W)
    return Example(
        question_id=row,
        question=f"{section.labels}?",
        answers=(section.classes[int(dataset.labels[row])],),
        picture=np.ascontiguousarray(np.broadcast_to(pixels, (3, *pixels.shape[1:])).transpose(1, 2, 0)),
        answered=tuple(answered),
        about="picture",
    )

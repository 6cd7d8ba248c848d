"""Questions for pages: chosen by rule and not by hand, answered again with maps, and drawn under one row or many."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from scanpath.data.split import VQASplit
from scanpath.report.content import Answered, Example
from scanpath.tasks.vqa import VQATask
from scanpath.tasks.vqa.maps import region_maps
from scanpath.tasks.vqa.records import make_records


def choose_in_turn(split: VQASplit, count: int, first: Callable[[int], bool]) -> list[int]:
    """Choose questions: types in turn, no picture twice.

    Args:
        split: with annotations.
        count: of questions; fewer come where there are fewer pictures.
        first: whether the type of a row is to come before others, asked of the type's first row.
    """
    assert split.annotations is not None  # noqa: S101 - it was scored
    by_type: dict[str, list[int]] = {}
    for row, kind in enumerate(split.annotations.question_types):
        by_type.setdefault(kind, []).append(row)
    kinds = sorted(by_type, key=lambda kind: (not first(by_type[kind][0]), kind))
    chosen: list[int] = []
    pictures: set[int] = set()
    while len(chosen) < count and any(by_type.values()):
        for kind in kinds:
            fresh = [row for row in by_type[kind] if int(split.image_ids[row]) not in pictures]
            by_type[kind] = fresh[1:]
            if fresh and len(chosen) < count:
                chosen.append(fresh[0])
                pictures.add(int(split.image_ids[fresh[0]]))
    return chosen


def about_one(split: VQASplit, row: int) -> bool:
    """Tell whether a question is about exactly one object; False for data without grounding."""
    return split.grounding is not None and len(split.grounding.objects_of(int(split.question_ids[row]))) == 1


def answer_again(objective: Any, task: VQATask, name: str, rows: Sequence[int], *, who: str) -> list[Answered]:
    """Answer some questions, this time with maps.

    Args:
        objective: in eval mode.
        task: with its data.
        name: of the split.
        rows: of the split.
        who: answers, as ``Answered.row`` says it.
    """
    split = task.split(name)
    batches = task.batches(name, size=len(rows))
    device = next(objective.parameters()).device
    batch = batches.collate(batches.dataset.__getitems__(list(rows))).to(device)
    with torch.no_grad():
        output = objective.answer(batch)
    records = make_records(batch.question_ids, output.logits, task.vocabularies.answers)
    maps = region_maps(output, objective.model)
    found = []
    for place, row in enumerate(rows):
        key = int(split.question_ids[row])
        record = records[str(key)]
        found.append(
            Answered(
                row=who,
                prediction=record["answer"],
                probability=record["probability"],
                score=task.scorer(name).accuracy(key, record["answer"]),
                maps=None if maps is None else maps.weights[place].cpu().numpy(),
                names=() if maps is None else maps.names,
                kind="soft" if maps is None else maps.kind,
                boxes=None if batch.boxes is None else batch.boxes[batch.image_index[place]].cpu().numpy(),
            )
        )
    return found


def make_example(
    split: VQASplit,
    row: int,
    answered: Sequence[Answered],
    *,
    boxes: npt.NDArray[Any] | None = None,
    target: npt.NDArray[np.bool_] | None = None,
) -> Example:
    """Put a question of a split that has pictures together with what was said of it."""
    assert split.annotations is not None  # noqa: S101 - it was scored
    assert split.images is not None  # noqa: S101 - the caller has looked
    answers = split.annotations.answers[row]
    return Example(
        question_id=int(split.question_ids[row]),
        question=split.questions[row],
        answers=tuple(sorted(dict.fromkeys(answers), key=lambda answer: -answers.count(answer))),
        picture=split.images.read(split.image_names[int(split.image_ids[row])]),
        answered=tuple(answered),
        question_type=split.annotations.question_types[row],
        target=target,
        boxes=boxes,
    )


def target_of(split: VQASplit, row: int) -> npt.NDArray[np.bool_] | None:
    """Draw what a question is about, (H, W); None where nobody knows, or where it is about nothing."""
    key = int(split.question_ids[row])
    if split.grounding is None or not split.grounding.objects_of(key):
        return None
    found: npt.NDArray[np.bool_] = split.grounding.target_mask(key)
    return found

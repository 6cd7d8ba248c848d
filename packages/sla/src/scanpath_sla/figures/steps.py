"""Fig. 7: the first look of the visual stream in blue and the last in red, on one picture, beside it as it is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image

from scanpath.data.split import VQASplit
from scanpath.environment import hardware
from scanpath.errors import ConfigError, DataError
from scanpath.report.overlay import magnify
from scanpath_sla.figures.runs import Trained, load
from scanpath_sla.figures.statements import margin_of
from scanpath_sla.figures.tints import beside, sheet, tinted

SIDE = 220
"""Pixels of a drawn picture's short side, at least."""


def steps(
    folder: Path, *, split: str, questions: int, drawn: int, ids: Sequence[int] = ()
) -> tuple[dict[str, Any], Image.Image]:
    """Look with one run, measure how far its looks are apart, and draw some: plain values and the picture.

    Args:
        folder: Of a run of at least two layers.
        split: Whose questions.
        questions: How many are measured, the first ones.
        drawn: How many are drawn, evenly among those.
        ids: Of questions to draw in the place of these.

    Raises:
        ConfigError: One layer alone, or maps over boxes.
        DataError: No pictures, or a question that is not there.
    """
    run = load(folder)
    if run.layers < 2:
        raise ConfigError(f"{run.name} looks once, and a step needs two looks: name a run of two layers or more.")
    found = run.task.split(split)
    if found.images is None:
        raise DataError(f"{found.name} has no pictures to draw on: take another split or data set.")
    looks = _looks(run, split, questions)
    moved = np.asarray([_moved(maps) for maps, *_ in looks.values()])
    pictures = np.asarray([picture for *_, picture in looks.values()])
    chosen = list(ids) or [list(looks)[round(place)] for place in np.linspace(0, len(looks) - 1, drawn)]
    lost = [one for one in chosen if one not in looks]
    if lost:
        raise DataError(f"question {lost[0]} is not among the first {questions} of {found.name}: raise --questions.")
    shown = [_shown(found, key, *looks[key][:2]) for key in chosen]
    result = {
        "hardware": hardware(),
        "run": run.name,
        "data": found.name,
        "questions": len(looks),
        "layers": run.layers,
        "moved": vars(margin_of(moved[None], pictures)),
        "drawn": [values for values, _ in shown],
    }
    return result, sheet([(tile, [values["question"], values["said"]]) for values, tile in shown], columns=2)


@torch.no_grad()
def _looks(run: Trained, split: str, questions: int) -> dict[int, tuple[np.ndarray, str, int]]:
    """Give the maps (T, h, w), the answer and the picture's number of each question."""
    known = run.task.vocabularies.answers.answers
    looks, seen = {}, 0
    for batch in run.batches(split, size=64, questions=questions):
        output = run.objective.answer(batch)
        maps = output.maps["regions"]
        if maps.dim() != 4:
            raise ConfigError(f"{run.name} looks at boxes, and tints are drawn over a grid: name a run of a grid.")
        told = zip(batch.question_ids.tolist(), maps.numpy(), output.logits.argmax(1).tolist(), strict=True)
        for (key, own, best), row in zip(told, batch.image_index.tolist(), strict=True):
            looks[key] = own, known[best], seen + row
        seen += len(batch.images)
    return looks


def _moved(maps: np.ndarray) -> float:
    """Tell which part of the first map's weight lies elsewhere in the last: half the sum of differences, 0 to 1."""
    return float(np.abs(maps[0] - maps[-1]).sum() / 2)


def _shown(split: VQASplit, key: int, maps: np.ndarray, answer: str) -> tuple[dict[str, Any], Image.Image]:
    row = int(np.flatnonzero(split.question_ids == key)[0])
    image = int(split.image_ids[row])
    assert split.images is not None  # noqa: S101 - it was seen to
    picture = magnify(split.images.read(split.image_names[image]), SIDE)
    truth = None if split.annotations is None else split.annotations.modal[row]
    values = {
        "question_id": key,
        "image": split.image_names[image],
        "question": split.questions[row],
        "answer": answer,
        "truth": truth,
        "said": answer if truth in (None, answer) else f"{answer} (it is {truth})",
        "moved": _moved(maps),
        "maps": {f"layer {number + 1}": one.tolist() for number, one in enumerate(maps)},
    }
    return values, beside(picture, tinted(picture, maps[0], maps[-1]))

"""What a measure of visual question answering is the mean of: the score of each question, grouped by its picture.

Other tasks have no items that this project knows of; their cells are judged by seeds alone.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from scanpath.data.split import VQASplit
from scanpath.data.vqa import read_results
from scanpath.errors import UnknownNameError, near
from scanpath.experiments.config import RunConfig
from scanpath.experiments.tables.columns import is_cost, is_series
from scanpath.experiments.tables.judging import Floats
from scanpath.tasks.vqa import VQATask


class ItemReader:
    """Reads the scores of runs' questions; each data set is opened once."""

    def __init__(self) -> None:
        self._tasks: dict[tuple[Any, ...], VQATask] = {}

    def read(
        self, config: RunConfig, predictions: Path, split: str, measure: str
    ) -> tuple[Floats, npt.NDArray[np.int64], str] | None:
        """Score the questions that a measure is about.

        Args:
            config: of the run.
            predictions: its answers to the split, in the official results format.
            split: which it answered.
            measure: ``accuracy``, or ``accuracy/`` and a type of answers or of questions.

        Returns:
            Scores in percent (N,), the picture of each question (N,), and a name of these questions; None for another
            task.

        Raises:
            UnknownNameError: the split has no such type.
        """
        if config.task.name != VQATask.name:
            return None
        task = self._task(config)
        found = task.split(split)
        where = _chosen(found, measure)
        answers, scorer = read_results(predictions), task.scorer(split)
        keys = found.question_ids[where].tolist()
        scores = np.asarray([100 * scorer.accuracy(key, answers[key]) for key in keys])
        return scores, np.asarray(found.image_ids[where], dtype=np.int64), f"{found.name} {measure}"

    def check(self, config: RunConfig, split: str, measure: str) -> None:
        """Refuse a measure that :meth:`read` would refuse, before anything is trained for it."""
        if config.task.name == VQATask.name and not is_cost(measure) and not is_series(measure):
            _chosen(self._task(config).split(split), measure)

    def _task(self, config: RunConfig) -> VQATask:
        settings = config.task
        key = (settings.data, settings.root, settings.metric)
        if key not in self._tasks:
            self._tasks[key] = VQATask(settings)
        return self._tasks[key]


def _chosen(split: VQASplit, measure: str) -> npt.NDArray[np.bool_]:
    """Tell which questions a measure is about, (N,)."""
    assert split.annotations is not None  # noqa: S101 - the run was measured on it
    answer_types, question_types = split.annotations.answer_types, split.annotations.question_types
    known = {"accuracy": np.ones(len(split), dtype=bool)}
    for types in (question_types, answer_types):  # where both have a name, the measure is of the answers
        column = np.asarray(types)
        known |= {f"accuracy/{name}": column == name for name in sorted(set(types))}
    if measure not in known:
        hint = near(measure, known) or f"; it has {', '.join(known)}."
        raise UnknownNameError(f"{split.name} has no measure {measure!r}{hint}")
    return known[measure]

"""What a measure is the mean of: the score of each question, grouped by its picture, or the score of each picture.

The latter a task gives by a class method ``items(predictions, measure)``, scores in percent by the picture's key, or
None; cells of a task without it are judged by seeds alone. Pictures are told apart by their split: two data sets that
hold the same pictures, as VQA v2 and VQA-CP do, draw them independently.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from scanpath.data.vqa import read_results
from scanpath.errors import UnknownNameError, near
from scanpath.experiments.config import RunConfig
from scanpath.experiments.tables.columns import is_cost, is_history, is_series, points
from scanpath.experiments.tables.judging import Items
from scanpath.tasks.vqa import VQATask
from scanpath.tasks.vqa.looking import LOOKING
from scanpath.tasks.vqa.task import KEPT


class ItemReader:
    """Reads the scores of runs' questions; each data set is opened once."""

    def __init__(self) -> None:
        self._tasks: dict[tuple[Any, ...], VQATask] = {}
        self._answers: tuple[Path, dict[int, str]] | None = None

    def read(
        self, config: RunConfig, predictions: Path, split: str, measure: str, *, metric: str | None = None
    ) -> Items | None:
        """Score the questions that a measure is about.

        Args:
            config: of the run.
            predictions: what it said of the split.
            split: which it answered.
            measure: ``accuracy``, ``accuracy/`` and a type of answers or of questions or a family, or what is measured
                of maps; or one that the task has items of.
            metric: a version of the VQA metric; None takes the run's.

        Returns:
            Scores in percent (1, N), grouped by picture; None for another task, and for what is no accuracy.

        Raises:
            UnknownNameError: the split has no such type.
        """
        if config.task.name != VQATask.name:
            return _of_pictures(config, predictions, split, measure)
        if measure in (*LOOKING, KEPT):
            return None
        task = self._task(config)
        found, known = task.split(split), task.chosen(split)
        if measure not in known:
            raise _unknown(measure, split, list(known))
        where = known[measure]
        answers, scorer = self._read(predictions), task.scorer(split, metric=metric)
        keys = found.question_ids[where].tolist()
        scores = np.asarray([[100 * scorer.accuracy(key, answers[key]) for key in keys]])
        groups = np.asarray(found.image_ids[where], dtype=np.int64)
        return Items(scores, groups, of=f"{found.name} {measure}", drawn=found.name)

    def check(self, config: RunConfig, split: str, measure: str) -> None:
        """Refuse a measure that the task does not know, before anything is trained for it.

        Raises:
            UnknownNameError: there is no such measure, or none of the series.
        """
        if is_cost(measure) or is_history(measure):
            return
        task = self._task(config) if config.task.name == VQATask.name else config.create_task()
        known = list(task.measure_names(split))
        if measure not in known and not (is_series(measure) and points(measure, known)):
            raise _unknown(measure, split, known)

    def _read(self, predictions: Path) -> dict[int, str]:
        """Read answers, or give those of the last call: they are scored under several versions."""
        if self._answers is None or self._answers[0] != predictions:
            self._answers = predictions, read_results(predictions)
        return self._answers[1]

    def _task(self, config: RunConfig) -> VQATask:
        settings = config.task
        key = (settings.data, settings.root, settings.metric)
        if key not in self._tasks:
            self._tasks[key] = VQATask(settings)
        return self._tasks[key]


def _of_pictures(config: RunConfig, predictions: Path, split: str, measure: str) -> Items | None:
    """Give the score of every picture, where the task has any."""
    told = getattr(config.create_task(), "items", None)
    found: Mapping[str, float] | None = None if told is None else told(predictions, measure)
    if found is None:
        return None
    drawn = f"{config.task.data}/{split}"
    scores = np.asarray([[found[key] for key in sorted(found)]])
    return Items(scores, np.arange(len(found)), of=f"{drawn} {measure}", drawn=drawn)


def _unknown(measure: str, split: str, known: list[str]) -> UnknownNameError:
    hint = near(measure, known) or f"; it has {', '.join(known)}."
    return UnknownNameError(f"the split {split!r} has no measure {measure!r}{hint}")

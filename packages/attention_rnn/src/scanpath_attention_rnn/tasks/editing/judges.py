"""Judges of edits: classifiers that finished runs have learnt, one an attribute."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from scanpath.errors import ConfigError
from scanpath.experiments.loading import LoadedRun, load_run
from scanpath.tasks.classification import ClassificationTask
from scanpath_attention_rnn.tasks.editing.attributes import ATTRIBUTES


class Judges:
    """What classifiers see in pictures.

    Args:
        folders: of the runs, by attribute.
        side: height and width of the pictures.

    Raises:
        RunError: a run is not there, or not finished.
        ConfigError: it is of another task, of other labels or of another size.
    """

    def __init__(self, folders: Mapping[str, str], side: int) -> None:
        runs = {name: _judge(name, Path(folder), side) for name, folder in folders.items()}
        self.models: dict[str, nn.Module] = {name: run.objective.model.eval() for name, run in runs.items()}
        self._learnt = {name: (run.config.task.data, run.config.training.split) for name, run in runs.items()}

    def check_held_out(self, data: str, split: str) -> None:
        """Refuse to judge pictures that a judge has learnt.

        Raises:
            ConfigError: a judge's training split is this one.
        """
        for name, learnt in self._learnt.items():
            if learnt == (data, split):
                raise ConfigError(
                    f"task.judges.{name} has learnt {data}/{split}, whose edits it would judge: give one that was "
                    "trained on another split (training.split)."
                )

    def see(self, pictures: Tensor) -> dict[str, Tensor]:
        """Return the numbers of the values that are seen in pictures uint8 (B, 3, S, S): (B,), by attribute."""
        found = {}
        with torch.no_grad():
            for name, model in self.models.items():
                found[name] = model.to(pictures.device)(pictures).logits.argmax(dim=1)
        return found


def _judge(attribute: str, folder: Path, side: int) -> LoadedRun:
    """Read a judge back, and see that it judges what it is to judge."""
    run = load_run(folder)
    task: Any = run.task
    if not isinstance(task, ClassificationTask):
        raise ConfigError(f"task.judges.{attribute} is {folder}, a run of {task.name}: give one of classification.")
    names = ATTRIBUTES[attribute]
    wanted = names if len(names) > 1 else ("no", "yes")
    section = task.section
    if section.labels != ", ".join(names) or section.classes != wanted:
        raise ConfigError(
            f"task.judges.{attribute} is {folder}, which tells {section.labels}: give a run with "
            f"task.labels={'[' + ', '.join(names) + ']' if len(names) > 1 else names[0]}."
        )
    if section.picture_shape != (3, side, side):
        raise ConfigError(
            f"task.judges.{attribute} is {folder}, which has learnt pictures of {section.picture_shape[1]} rows, and "
            f"{side} are edited: give one with task.side={side}."
        )
    return run

"""Judges of edits: classifiers that finished runs have learnt, one an attribute."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from scanpath.errors import ConfigError
from scanpath.experiments.loading import load_run
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
        self.models: dict[str, nn.Module] = {name: _judge(name, Path(folder), side) for name, folder in folders.items()}

    def see(self, pictures: Tensor) -> dict[str, Tensor]:
        """Return the numbers of the values that are seen in pictures uint8 (B, 3, S, S): (B,), by attribute."""
        found = {}
        with torch.no_grad():
            for name, model in self.models.items():
                found[name] = model.to(pictures.device)(pictures).logits.argmax(dim=1)
        return found


def _judge(attribute: str, folder: Path, side: int) -> nn.Module:
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
    model: nn.Module = run.objective.model
    return model.eval()

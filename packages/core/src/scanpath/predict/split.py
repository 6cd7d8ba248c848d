"""A model's answer to every question of a split, as the official file of results that an evaluation server takes."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch

from scanpath.errors import ConfigError
from scanpath.files import write_json_list
from scanpath.predict.model import Model
from scanpath.progress import bars
from scanpath.tasks.vqa import VQATask
from scanpath.tasks.vqa.objective import VQAObjective
from scanpath.tasks.vqa.records import official_results
from scanpath.training.engine import create_accelerator
from scanpath.training.loader import one_pass
from scanpath.types import Batches

_USUAL = {"name", "sha256", "input_size", "mean", "deviation"}
"""What is told of the features of a backbone that has the whole picture before it."""

BATCH = 512
"""Questions in a batch of a saved model, which does not tell how many it was measured in."""


def task_of(model: Model, *, data: str | None = None, features: str | None = None, root: str | None = None) -> VQATask:
    """Give a model the task of answering a data set.

    Args:
        model: of a run, whose own data are taken where none are named, or a saved one.
        data: a data set's name, or the path of a file of one's own questions.
        features: a folder of stores or a backbone; None takes the run's, or the backbone that a saved model names.
        root: the folder of the data sets.

    Raises:
        ConfigError: a saved model without ``data``, or without ``features`` where it does not tell what made its own.
    """
    given = {"data": data, "features": features, "root": root}
    given = {name: value for name, value in given.items() if value is not None}
    if model.run is not None:
        settings = {**model.run.config.task.plain(), **given}
    elif data is None:
        raise ConfigError(f"{model.origin} is a saved model, which does not tell its data: name a data set.")
    else:
        settings = {"features": features or _features(model), "model": model.section.model.plain(), **given}
    task = VQATask(settings)
    task.vocabularies, task.model_section = model.vocabularies, model.section  # known, so none are made of data
    return task


def _features(model: Model) -> str | None:
    """Name the backbone of a saved model's features; None for pictures end to end."""
    if model.section.region_shape is None:
        return None
    facts = model.section.backbone or {}
    if facts.keys() != _USUAL:  # a detector, or pictures brought to size in another way, which no name says
        raise ConfigError(
            f"{model.origin} does not tell what made its features, or more than a backbone's name can say: name the "
            "folder of the split's features."
        )
    return f"{facts['name']}@{facts['input_size'][0]}"


def answer_split(
    model: Model, task: VQATask, split: str, path: Path, *, size: int | None = None, workers: int | None = None
) -> int:
    """Answer a split, whose answers nobody needs to know, and write ``[{"question_id", "answer"}, ...]``.

    Answers are written as they come, so that any number of questions needs the memory of a batch; a file of this name
    appears once it is whole. The answers of a run are those that it is measured by: in its precision, on its device.

    Args:
        model: what answers.
        task: what :func:`task_of` gave.
        split: of its data.
        path: the file.
        size: questions of a batch; None takes those of the run's evaluations, or :data:`BATCH`.
        workers: processes that load data ahead; None takes as many as the run.

    Returns:
        how many questions were answered.

    Raises:
        ConfigError: the path is a folder.
        DataError: the features are not of the kind that the model learnt from.
    """
    if path.is_dir():
        raise ConfigError(f"{path} is a folder: name a file to write the answers to.")
    device, autocast = torch.device(model.device), contextlib.nullcontext
    if model.run is not None:
        training = model.run.config.training
        accelerator = create_accelerator(training)
        device, autocast = accelerator.device, accelerator.autocast
        size = size or training.evaluation_batch_size or training.batch_size
        workers = training.workers if workers is None else workers
    batches = task.batches(split, size=size or BATCH)
    with torch.no_grad(), autocast():
        write_json_list(path, _entries(model, task, batches, device, workers or 0))
    return len(batches.dataset)


def _entries(
    model: Model, task: VQATask, batches: Batches, device: torch.device, workers: int
) -> Iterator[dict[str, Any]]:
    objective = VQAObjective(model.module).to(device).eval()
    with bars() as display:
        bar = display.add_task("answering", total=len(batches.dataset))
        for loaded in one_pass(batches, workers=workers, pin=device.type == "cuda"):
            yield from official_results(task.predict(objective, loaded.batch.to(device, non_blocking=True)))
            display.update(bar, advance=loaded.items)

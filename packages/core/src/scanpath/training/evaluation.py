"""Measuring a model on a split: every item once, judged together, exact for any batch size and number of processes."""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch

from scanpath.training import randomness
from scanpath.training.loader import one_pass
from scanpath.types import Objective, Record, Task

if TYPE_CHECKING:
    from accelerate import Accelerator


@dataclass(frozen=True)
class Evaluation:
    """What a model said of a split, and how well it did."""

    records: dict[str, Record]
    """The record of every item, by its key, in the order of the keys."""
    measures: dict[str, float]
    seconds: float


def evaluate(
    task: Task,
    objective: Objective,
    split: str,
    *,
    size: int,
    accelerator: Accelerator | None = None,
    workers: int = 0,
    judge: bool = True,
) -> Evaluation:
    """Run ``objective`` on all items of ``split`` and judge the records of all processes together.

    Training is not disturbed: the random numbers and the mode of every module are afterwards as they were before.

    Args:
        task: whose data and measures.
        objective: the task's objective, not wrapped.
        split: the name of the split.
        size: items of a batch in one process.
        accelerator: gives precision and processes; None is one process in the model's own precision.
        workers: processes that load data ahead.
        judge: False for a split whose truth is not known: its records, and no measures.
    """
    began = time.perf_counter()
    device = accelerator.device if accelerator else _device(objective)
    rank, world = (accelerator.process_index, accelerator.num_processes) if accelerator else (0, 1)
    batches = task.batches(split, size=size, rank=rank, world=world)
    records: dict[str, Record] = {}
    with _undisturbed(objective, device), torch.no_grad(), _autocast(accelerator):
        for loaded in one_pass(batches, workers=workers, pin=device.type == "cuda"):
            records.update(task.predict(objective, _place(loaded.batch, device)))
    records = _united(records, world)
    measures = {name: float(value) for name, value in task.measures(records, split).items()} if judge else {}
    return Evaluation(records, measures, time.perf_counter() - began)


def _device(objective: Any) -> torch.device:
    parameter = next(objective.parameters(), None)
    return torch.device("cpu") if parameter is None else parameter.device


def _place(batch: Any, device: torch.device) -> Any:
    if device.type == "cpu":
        return batch
    from accelerate.utils import send_to_device

    return send_to_device(batch, device, non_blocking=True)


def _autocast(accelerator: Accelerator | None) -> contextlib.AbstractContextManager[Any]:
    return accelerator.autocast() if accelerator else contextlib.nullcontext()


@contextlib.contextmanager
def _undisturbed(objective: Any, device: torch.device) -> Any:
    """Set evaluation mode and fixed random numbers, and put back each module's mode and the numbers afterwards."""
    modes = [(module, module.training) for module in objective.modules()]
    numbers = randomness.capture(device)
    randomness.seed_everything(0)
    objective.eval()
    try:
        yield
    finally:
        for module, training in modes:
            module.training = training
        randomness.restore(numbers, device)


def _united(records: dict[str, Record], world: int) -> dict[str, Record]:
    """Unite the processes' records by key; an order of keys makes sums the same for any number of processes."""
    if world > 1:
        from accelerate.utils import gather_object

        records = {key: record for part in gather_object([records]) for key, record in part.items()}
    return dict(sorted(records.items()))

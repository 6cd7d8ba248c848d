"""How long the runs of a table will take: as runs like them took, else by a probe of some steps."""

from __future__ import annotations

import statistics
import time
from typing import Any

from scanpath.experiments.config import RunConfig
from scanpath.experiments.crew import has_cuda
from scanpath.experiments.running import RESULT
from scanpath.experiments.tables.planning import Plan, TableRun
from scanpath.files import read_json

PROBED = 7
"""Steps whose median time stands for all."""


def steps_of(job: TableRun) -> int:
    """Count the steps of a run; its data must be there."""
    config = RunConfig.parse(job.config)
    training = config.training
    if training.epochs is None:
        return training.total_steps(1)
    batches = config.create_task().batches(training.split, size=training.batch_size, seed=config.seed)
    return training.total_steps(len(batches.sampler))


def seconds_of(plan: Plan) -> dict[str, float]:
    """Tell how long one run of each row that is still to do takes in training: as recorded, else by a short probe.

    A row is left out where neither is to be had cheaply: on a GPU, a probe would measure its start.
    """
    found: dict[str, float] = {}
    for job in plan.todo:
        if job.row in found:
            continue
        alike = [other for other in plan.runs.values() if other.row == job.row and other.done]
        if alike:
            found[job.row] = float(read_json(alike[0].folder / RESULT)["seconds"])
        elif not has_cuda():
            found[job.row] = probe(RunConfig.parse(job.config)) * steps_of(job)
    return found


def probe(config: RunConfig) -> float:
    """Time some steps of a run on the CPU, without its optimiser: seconds of a step, the median.

    One thread computes, as in the processes that do the runs.
    """
    import torch

    task, training = config.create_task(), config.training
    torch.manual_seed(config.seed)
    objective = task.objective()
    batches = task.batches(training.split, size=training.batch_size, seed=config.seed)
    batches.sampler.set_epoch(0)
    threads, times = torch.get_num_threads(), []
    torch.set_num_threads(1)
    try:
        for number, numbers in zip(range(PROBED), batches.sampler, strict=False):
            begun = time.perf_counter()
            batch = batches.collate(read_items(batches.dataset, numbers))
            for turn in objective.turns(number):
                loss, _ = objective(batch, turn)
                torch.autograd.backward(loss)
            times.append(time.perf_counter() - begun)
    finally:
        torch.set_num_threads(threads)
    return statistics.median(times)


def read_items(dataset: Any, numbers: list[int]) -> list[Any]:
    """Read the items of a batch, all at once where the data set can."""
    if hasattr(dataset, "__getitems__"):
        return list(dataset.__getitems__(numbers))
    return [dataset[number] for number in numbers]

"""How long the runs of a table will take, and how much of the disk: as runs like them took, else by a probe."""

from __future__ import annotations

import statistics
import time
from pathlib import Path
from typing import Any, NamedTuple

from scanpath.experiments.config import RunConfig
from scanpath.experiments.crew import has_cuda
from scanpath.experiments.running import RESULT
from scanpath.experiments.tables.planning import Plan, TableRun
from scanpath.files import read_json
from scanpath.training.run_folder import RunFolder

WARM, PROBED = 2, 7
"""Steps that are not timed, and steps whose median time stands for all."""
COPIES = 4
"""Of the weights in a run's folder: the best ones, the last ones, and the optimiser's two moments of each."""


class Expected(NamedTuple):
    """What one run of a row will take."""

    seconds: float
    """In training."""
    bytes: float
    """Of its folder, without pictures and pages."""


def steps_of(job: TableRun) -> int:
    """Count the steps of a run; its data must be there."""
    config = RunConfig.parse(job.config)
    training = config.training
    if training.epochs is None:
        return training.total_steps(1)
    batches = config.create_task().batches(training.split, size=training.batch_size, seed=config.seed)
    return training.total_steps(len(batches.sampler))


def expected(plan: Plan) -> dict[str, Expected]:
    """Tell what one run of each row that is still to do takes: as recorded, else by a short probe.

    A row is left out where neither is to be had: it waits for another run under ``needs``.
    """
    found: dict[str, Expected] = {}
    for job in plan.todo:
        if job.row in found:
            continue
        alike = [other for other in plan.runs.values() if other.row == job.row and other.done]
        if alike:
            recorded = float(read_json(alike[0].folder / RESULT)["seconds"])
            found[job.row] = Expected(recorded, _size(alike[0].folder))
            continue
        config = RunConfig.parse(job.config)
        if all(RunFolder.holds_run(Path(folder)) for folder in config.finished_runs().values()):
            step, size = probe(config)
            found[job.row] = Expected(step * steps_of(job), size)
    return found


def probe(config: RunConfig) -> Expected:
    """Time some steps of a run, without its optimiser: seconds of a step, the median; and weigh its checkpoints.

    On a CPU one thread computes, as in the processes that do the runs. Precision is that of the weights: what a run
    gains by computing in half of it is not foreseen.
    """
    import torch
    from accelerate.utils import send_to_device

    task, training = config.create_task(), config.training
    torch.manual_seed(config.seed)
    device = torch.device("cuda" if has_cuda() and training.device != "cpu" else "cpu")
    objective = task.objective().to(device)  # type: ignore[attr-defined]
    batches = task.batches(training.split, size=training.batch_size, seed=config.seed)
    batches.sampler.set_epoch(0)
    threads, times = torch.get_num_threads(), []
    torch.set_num_threads(1)
    try:
        for number, numbers in zip(range(WARM + PROBED), batches.sampler, strict=False):
            begun = time.perf_counter()
            batch = send_to_device(batches.collate(read_items(batches.dataset, numbers)), device)
            for turn in objective.turns(number):
                loss, _ = objective(batch, turn)
                torch.autograd.backward(loss)
            if device.type == "cuda":
                torch.cuda.synchronize(device)
            times.append(time.perf_counter() - begun)
    finally:
        torch.set_num_threads(threads)
    weights = sum(tensor.numel() * tensor.element_size() for tensor in objective.state_dict().values())
    return Expected(statistics.median(times[WARM:] or times), COPIES * weights)


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def read_items(dataset: Any, numbers: list[int]) -> list[Any]:
    """Read the items of a batch, all at once where the data set can."""
    if hasattr(dataset, "__getitems__"):
        return list(dataset.__getitems__(numbers))
    return [dataset[number] for number in numbers]

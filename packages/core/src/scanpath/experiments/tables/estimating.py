"""How long the runs of a table will take, and how much of the disk: as runs like them took, else by a probe."""

from __future__ import annotations

import statistics
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from scanpath.experiments.config import RunConfig
from scanpath.experiments.crew import has_cuda
from scanpath.experiments.running import RESULT
from scanpath.experiments.tables.planning import Plan, TableRun
from scanpath.files import read_json
from scanpath.training.settings import TrainingSettings

if TYPE_CHECKING:
    import torch

WARM, PROBED = 2, 7
"""Steps that are not timed, and steps whose median time stands for all."""
COPIES = 4
"""Of the weights in a run's folder: the best ones, the last ones, and the optimiser's two moments of each."""


class Expected(NamedTuple):
    """What one run of a row will take."""

    seconds: float
    """In training."""
    bytes: float
    """Of its folder: as another one has them, else of its checkpoints alone."""


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

    A row is left out where neither is to be had: it waits for another run under ``needs``, or a step of it does not fit
    into the memory of this process.
    """
    found: dict[str, Expected] = {}
    waited_for = {str(job.folder.absolute()) for job in plan.needed if not job.done}
    for job in plan.todo:
        if job.row in found:
            continue
        alike = [other for other in plan.runs.values() if other.row == job.row and other.done]
        if alike:
            recorded = float(read_json(alike[0].folder / RESULT)["seconds"])
            found[job.row] = Expected(recorded, size_of(alike[0].folder))
            continue
        config = RunConfig.parse(job.config)
        probed = None if waited_for & set(config.finished_runs().values()) else probe(config)
        if probed is not None:
            found[job.row] = Expected(probed.seconds * steps_of(job), probed.bytes)
    return found


def probe(config: RunConfig) -> Expected | None:
    """Time some steps of a run, without its optimiser: seconds of a step, the median; and weigh its checkpoints.

    On a CPU one thread computes, as in the processes that do the runs. None where the memory does not suffice.
    """
    import torch
    from accelerate.utils import send_to_device

    task, training = config.create_task(), config.training
    torch.manual_seed(config.seed)
    device = device_of(training)
    batches = task.batches(training.split, size=training.batch_size // training.accumulate, seed=config.seed)
    batches.sampler.set_epoch(0)
    threads, times = torch.get_num_threads(), []
    torch.set_num_threads(1)
    try:
        objective: Any = task.objective()
        objective.to(device)
        for number, numbers in zip(range(WARM + PROBED), batches.sampler, strict=False):
            begun = time.perf_counter()
            batch = send_to_device(batches.collate(read_items(batches.dataset, numbers)), device)
            for turn in objective.turns(number):
                with autocast(training, device):
                    loss, _ = objective(batch, turn)
                torch.autograd.backward(loss)
            if device.type == "cuda":
                torch.cuda.synchronize(device)
            times.append(time.perf_counter() - begun)
        weights = sum(tensor.numel() * tensor.element_size() for tensor in objective.state_dict().values())
    except torch.OutOfMemoryError:
        return None
    finally:
        torch.set_num_threads(threads)
        objective = batch = loss = None
        if device.type == "cuda":
            torch.cuda.empty_cache()  # the processes that do the runs want it
    return Expected(training.accumulate * statistics.median(times[WARM:] or times), COPIES * weights)


def device_of(training: TrainingSettings) -> torch.device:
    """Return the device that a run computes on here."""
    import torch

    return torch.device("cuda" if has_cuda() and training.device != "cpu" else "cpu")


def autocast(training: TrainingSettings, device: torch.device) -> torch.autocast:
    """Return the context that computes in the precision of a recipe."""
    import torch

    dtype = {"bf16": torch.bfloat16, "fp16": torch.float16}.get(training.precision)
    return torch.autocast(device.type, dtype, enabled=dtype is not None)


def size_of(folder: Path) -> int:
    """Add up the bytes of a folder's files; 0 where there is none."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def read_items(dataset: Any, numbers: list[int]) -> list[Any]:
    """Read the items of a batch, all at once where the data set can."""
    if hasattr(dataset, "__getitems__"):
        return list(dataset.__getitems__(numbers))
    return [dataset[number] for number in numbers]

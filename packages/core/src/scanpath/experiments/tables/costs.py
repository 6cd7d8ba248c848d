"""What the rows of a table cost: a training step of their models, forward and backward, all in one process.

Each finished row's objective, with the weights of its best checkpoint, sees the same batch of its task: the same items
in the first row's batch size. Passes of all rows are interleaved, in some rounds; each round gives a median, so that
the spread of the rounds tells how sure a ratio is. Costs are kept in the result and measured again for other runs, on
another machine or under other versions. Where an objective has several turns, a pass is all of them, their losses
summed. The precision is the recipe's.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor, nn

from scanpath.bench.cost import Cost, measure_costs
from scanpath.environment import hardware
from scanpath.experiments.config import RunConfig
from scanpath.experiments.loading import load_run
from scanpath.experiments.tables.claims import Cell
from scanpath.experiments.tables.columns import COST, is_cost
from scanpath.experiments.tables.estimating import autocast, device_of, read_items
from scanpath.experiments.tables.judging import Sample
from scanpath.experiments.tables.planning import Plan, TableRun

ROUNDS, PASSES = 5, 3
"""Rounds, and interleaved passes of each row in a round."""
MACHINE = ("processor", "cores", "threads", "accelerator", "system")
"""What makes it another machine."""


class Step(nn.Module):
    """All turns of an objective's first step, as one loss, computed in the precision of the recipe."""

    def __init__(self, objective: Any, autocasting: torch.autocast) -> None:
        super().__init__()
        self.objective = objective
        self.autocast = autocasting

    def forward(self, batch: Any) -> Tensor:
        """Return the sum of the losses."""
        with self.autocast:
            return torch.stack([self.objective(batch, turn)[0] for turn in self.objective.turns(0)]).sum()


def table_costs(plan: Plan, known: Mapping[str, Any] | None, say: Callable[[str], None]) -> dict[str, Any] | None:
    """Measure what the finished rows cost, unless it is known.

    Args:
        plan: of the table.
        known: what an earlier call returned.
        say: is told that it takes time.

    Returns:
        Plain values: ``runs`` by key, each with the median ``milliseconds`` of every round, ``flops``,
        ``peak_bytes`` and ``parameters``; the ``batch``, and the ``hardware``. None where no column asks.
    """
    jobs = {job.key: job for job in _jobs(plan).values()}
    if not jobs:
        return None
    machine = hardware()
    if known and set(jobs) <= set(known["runs"]) and _alike(known["hardware"], machine):
        return dict(known)
    say("costs of the rows")
    training = RunConfig.parse(next(iter(jobs.values())).config).training
    device = device_of(training)
    steps = {key: _step(job, training.batch_size, device) for key, job in jobs.items()}
    measured = measure_costs(steps, repeats=ROUNDS * PASSES, warmup=2)
    return {
        "batch": training.batch_size,
        "precision": ", ".join(sorted({RunConfig.parse(job.config).training.precision for job in jobs.values()})),
        "passes": PASSES,
        "hardware": machine,
        "runs": {key: _plain(cost) for key, cost in measured.items()},
    }


def _alike(known: Mapping[str, Any], machine: Mapping[str, Any]) -> bool:
    """Tell whether costs that were measured before hold here and now; a package that is new changes no other's."""
    versions = machine["versions"]
    same = all(versions.get(name) == version for name, version in known["versions"].items())
    return same and all(known[key] == machine[key] for key in MACHINE)


def cost_samples(plan: Plan, costs: Mapping[str, Any] | None) -> dict[Cell, Sample]:
    """Return a sample of each cell that shows a cost: one value a round.

    The relative runtime is over that of the table's first row in the same column and round.
    """
    found: dict[Cell, Sample] = {}
    if costs is None:
        return found
    jobs = _jobs(plan)
    first = next(row.id for row in plan.table.settings.rows if not row.external)
    for cell, job in jobs.items():
        measured = costs["runs"][job.key]
        measure = plan.table.settings.column(cell.column).measure.removeprefix(COST)
        times = measured["milliseconds"]
        if measure == "relative_runtime":
            base = jobs.get(Cell(first, cell.column))
            if base is None:
                continue  # the first row is not done
            under = costs["runs"][base.key]["milliseconds"]
            values = [own / one for own, one in zip(times, under, strict=True)]
        elif measure == "milliseconds":
            values = times
        else:
            size = measured["peak_bytes"] / 2**20 if measure == "peak_mib" else measured[measure]
            values = [float(size)] * len(times)
        found[cell] = Sample(tuple(values))
    return found


def _jobs(plan: Plan) -> dict[Cell, TableRun]:
    """Return the finished run, under the first seed, of each cell that shows a cost."""
    columns = {column.id for column in plan.table.settings.columns if is_cost(column.measure)}
    jobs = {
        place.cell: plan.runs[place.identity]
        for place in plan.places
        if place.cell.column in columns and place.seed == 0
    }
    return {cell: job for cell, job in jobs.items() if job.done}


def _step(job: TableRun, size: int, device: torch.device) -> tuple[Step, tuple[Any]]:
    """Read a run back, and collate its first batch."""
    from accelerate.utils import send_to_device

    config = RunConfig.parse(job.config)
    batches = config.create_task().batches(config.training.split, size=size, seed=0)
    batches.sampler.set_epoch(0)
    batch = batches.collate(read_items(batches.dataset, next(iter(batches.sampler))))
    objective = load_run(job.folder).objective.train().to(device)
    return Step(objective, autocast(config.training, device)), (send_to_device(batch, device),)


def _plain(cost: Cost) -> dict[str, Any]:
    rounds = [cost.times[start : start + PASSES] for start in range(0, len(cost.times), PASSES)]
    return {
        "milliseconds": [statistics.median(times) for times in rounds],
        "flops": cost.flops,
        "peak_bytes": cost.peak_bytes,
        "parameters": cost.parameters,
    }

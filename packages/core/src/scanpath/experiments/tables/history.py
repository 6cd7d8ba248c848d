"""What the evaluations during a run's training tell: how far it was after some time, and how steadily it got there.

``history/after/60`` is the headline measure on the recipe's evaluation split at the last evaluation within 60 seconds
of training (of evaluations the clock knows nothing); a run that had ended by then keeps its last value, and a cell with
a run that had not been evaluated yet is empty. ``history/after/*`` is the curve, at 1, 2, 5, 10, 20, ... seconds and at
the run's end. ``history/until/60`` turns it round: the seconds of training before the first evaluation that reached 60,
empty where a run never did. ``history/settled/98`` is the number of training steps before the first evaluation that
came to 98 % of the run's own best: when it had converged, whatever to. ``history/fall`` is the largest distance that
the headline fell below its best value so far, 0 for a run that only rose. Seconds are those of the machine that
trained, so such cells are worth comparing where all runs had the same one.
"""

from __future__ import annotations

import itertools
import math
from typing import Any, NamedTuple

from scanpath.experiments.config import RunConfig
from scanpath.experiments.tables.columns import AFTER, FALL, SETTLED, UNTIL
from scanpath.experiments.tables.planning import TableRun
from scanpath.training.run_folder import RunFolder


class Evaluated(NamedTuple):
    """One evaluation during training."""

    seconds: float
    """Of training before it."""
    value: float
    """Of the headline."""
    step: int
    """Steps of training before it."""


def history(job: TableRun) -> list[Evaluated]:
    """Read the evaluations of a finished run, in their order."""
    config = RunConfig.parse(job.config)
    headline: str = config.create_task().headline
    split = config.training.evaluation_split
    records: list[dict[str, Any]] = RunFolder.open(job.folder).metrics()
    return [
        Evaluated(record["seconds"], record[headline], record["step"])
        for record in records
        if record["split"] == split and record.get(headline) is not None
    ]


def history_value(job: TableRun, measure: str) -> float | None:
    """Return one measure of a run's history; None where it had not been evaluated by then, or never came so far."""
    found = history(job)
    if measure == FALL:
        return largest_fall([evaluated.value for evaluated in found])
    if measure.startswith(UNTIL):
        level = float(measure.removeprefix(UNTIL))
        return next((evaluated.seconds for evaluated in found if evaluated.value >= level), None)
    if measure.startswith(SETTLED):
        return settled(found, float(measure.removeprefix(SETTLED)))
    seconds = float(measure.removeprefix(AFTER))
    by_then = [evaluated.value for evaluated in found if evaluated.seconds <= seconds]
    return by_then[-1] if by_then else None


def largest_fall(values: list[float]) -> float:
    """Return how far values fall below the largest one before them, at most."""
    return max((best - value for best, value in zip(itertools.accumulate(values, max), values, strict=True)), default=0)


def settled(found: list[Evaluated], share: float) -> float | None:
    """Return the steps before the first evaluation that reached ``share`` percent of the best one; None without any."""
    best = max((evaluated.value for evaluated in found), default=0.0)
    return next((float(evaluated.step) for evaluated in found if evaluated.value >= share / 100 * best), None)


def curve_points(jobs: list[TableRun]) -> list[str]:
    """Return the seconds at which the runs of one row have all been evaluated: 1, 2, 5, 10, ... until the last ends."""
    told = [found for found in map(history, jobs) if found]
    if len(told) < len(jobs):
        return []
    begin, end = max(found[0].seconds for found in told), max(found[-1].seconds for found in told)
    grid = [step * 10**power for power in range(max(1, math.ceil(math.log10(end)))) for step in (1, 2, 5)]
    return [f"{seconds:g}" for seconds in (*(second for second in grid if begin <= second < end), math.ceil(end))]

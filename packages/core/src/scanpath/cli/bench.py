"""``scanpath bench``: what mechanisms and fusions cost, what the trainer adds, the speed of data and of the metric."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scanpath.cli.bench_cost import cost
from scanpath.cli.bench_data import data
from scanpath.cli.bench_fusion import fusion

if TYPE_CHECKING:
    from scanpath.bench.overhead import Overhead

app = typer.Typer(no_args_is_help=True, help="Measure costs: mechanisms, fusion, data, trainer, metric.")
app.command()(cost)
app.command()(data)
app.command()(fusion)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]


@app.command()
def trainer(
    steps: Annotated[int, typer.Option(min=1, help="Training steps of a round.")] = 60,
    rounds: Annotated[int, typer.Option(min=1, help="Rounds of either loop.")] = 9,
    workers: Annotated[int, typer.Option(min=0, help="Processes that load data.")] = 0,
    threads: Annotated[int | None, typer.Option(min=1, help="Threads of torch; default: torch's own choice.")] = None,
    as_json: AsJson = False,
) -> None:
    """Compare the trainer with a bare hand-written loop: same model, data, optimiser and clipping.

    The rounds of both alternate; the figure is the median ratio. Checkpoints and evaluations are not part of it.
    Example: scanpath bench trainer --rounds 15
    """
    import torch

    if threads is not None:
        torch.set_num_threads(threads)
    found = trainer_overhead(steps=steps, rounds=rounds, workers=workers)
    if as_json:
        _print_json(dataclasses.asdict(found))
        return
    low, high = min(found.ratios), max(found.ratios)
    typer.echo(
        f"trainer {1000 * found.seconds / steps:.2f} ms a step, bare loop {1000 * found.bare_seconds / steps:.2f} ms: "
        f"overhead {100 * (found.ratio - 1):+.1f} % (median of {rounds} rounds, "
        f"{100 * (low - 1):+.1f} to {100 * (high - 1):+.1f} %)"
    )


def trainer_overhead(*, steps: int, rounds: int, workers: int) -> Overhead:
    """Measure the trainer's overhead on :mod:`scanpath.cli.bench_task`; arguments as of ``scanpath bench trainer``."""
    import tempfile
    from itertools import count

    from scanpath.bench.overhead import measure_overhead
    from scanpath.cli.bench_task import LoopTask, bare_seconds
    from scanpath.training.run_folder import RunFolder
    from scanpath.training.settings import TrainingSettings
    from scanpath.training.trainer import Trainer

    task = LoopTask()
    settings = TrainingSettings.parse(
        {"steps": steps, "batch_size": task.size, "clip_norm": 5.0, "workers": workers, "evaluate_every": "end"}
    )
    with tempfile.TemporaryDirectory() as scratch:
        numbers = count()

        def with_trainer() -> float:
            folder = RunFolder.create(Path(scratch) / str(next(numbers)), settings.plain())
            return Trainer(task, settings, folder).fit().seconds

        return measure_overhead(with_trainer, lambda: bare_seconds(task, settings), rounds=rounds)


@app.command()
def metric(
    questions: Annotated[int, typer.Option(min=1, help="How many answers to score.")] = 214_354,
    as_json: AsJson = False,
) -> None:
    """Time the VQA metric on as many answers as val2014 of VQA v2 has, cold and warm, on one core.

    Example: scanpath bench metric
    """
    from scanpath.bench.metric import measure_metric

    speed = measure_metric(questions)
    if as_json:
        _print_json(dataclasses.asdict(speed))
    else:
        typer.echo(f"{speed.questions} questions: {speed.cold:.2f} s cold, {speed.warm:.2f} s warm")


def _print_json(value: Any) -> None:
    typer.echo(json.dumps(value, indent=1))

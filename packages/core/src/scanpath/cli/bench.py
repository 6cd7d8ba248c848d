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

app = typer.Typer(no_args_is_help=True, help="Benchmark mechanisms, fusion, data, the trainer and the metric.")
app.command()(cost)
app.command()(data)
app.command()(fusion)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]


@app.command()
def trainer(
    steps: Annotated[int, typer.Option(metavar="N", min=1, help="Training steps per round.")] = 60,
    rounds: Annotated[int, typer.Option(metavar="N", min=1, help="Rounds of each loop.")] = 9,
    workers: Annotated[int, typer.Option(metavar="N", min=0, help="Data-loading processes.")] = 0,
    threads: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="Number of torch threads; torch's own choice by default.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Compare the trainer with a hand-written training loop.

    Both use the same model, data, optimiser and gradient clipping, in alternating rounds. The figure is the median
    ratio, without checkpoints and evaluations.

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
    questions: Annotated[int, typer.Option(metavar="N", min=1, help="Number of answers to score.")] = 214_354,
    as_json: AsJson = False,
) -> None:
    """Time the VQA metric on one core, cold and warm.

    By default it scores as many answers as val2014 of VQA v2 has.

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

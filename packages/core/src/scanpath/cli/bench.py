"""``scanpath bench``: what a mechanism costs, what the trainer adds to a bare loop, how fast the metric is."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from scanpath.bench.overhead import Overhead

app = typer.Typer(no_args_is_help=True, help="Measure costs: mechanisms, trainer, metric.")

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


@app.command()
def cost(
    names: Annotated[list[str] | None, typer.Argument(help="Mechanisms; all attentions by default.")] = None,
    batch: Annotated[int, typer.Option(min=1, help="Questions in a batch.")] = 32,
    side: Annotated[int, typer.Option(min=1, help="Height and width of the grid.")] = 14,
    region_dim: Annotated[int, typer.Option(min=1, help="Width of a region.")] = 512,
    query_dim: Annotated[int, typer.Option(min=1, help="Width of the question.")] = 256,
    repeats: Annotated[int, typer.Option(min=1, help="Timed passes of each.")] = 20,
    as_json: AsJson = False,
) -> None:
    """Measure forward and backward of mechanisms: milliseconds, FLOPs, peak memory, parameters.

    Example: scanpath bench cost dot multi_hop --side 7
    """
    import torch

    from scanpath.attention import create_attention, list_attentions
    from scanpath.bench.cost import measure_costs

    torch.manual_seed(0)
    regions = torch.randn(batch, side, side, region_dim, requires_grad=True)  # pooling alone has no parameters
    inputs = regions, torch.randn(batch, query_dim)
    found = measure_costs(
        {
            name: (create_attention(name, region_dim=region_dim, query_dim=query_dim), inputs)
            for name in names or list_attentions()
        },
        repeats=repeats,
    )
    if as_json:
        _print_json({name: dataclasses.asdict(each) for name, each in found.items()})
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    table.add_column("mechanism")
    for column in ("ms", "GFLOP", "peak MiB", "parameters"):
        table.add_column(column, justify="right")
    for name, each in sorted(found.items(), key=lambda item: item[1].milliseconds):
        sizes = f"{each.milliseconds:.2f}", f"{each.flops / 1e9:.3f}", f"{each.peak_bytes / 2**20:.1f}"
        table.add_row(name, *sizes, f"{each.parameters:,}")
    Console().print(table)


def _print_json(value: Any) -> None:
    typer.echo(json.dumps(value, indent=1))

"""``scanpath bench cost``: what mechanisms cost at the sizes of features that people use."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from scanpath.bench.table import Line


def cost(
    mechanisms: Annotated[
        list[str] | None,
        typer.Argument(
            help="Names, the first being what the others are compared with; options follow as multi_hop:hops=3. "
            "Default: all that is installed.",
            show_default=False,
        ),
    ] = None,
    method: Annotated[
        str | None, typer.Option(help="Only what this installed method brings, such as han.", show_default=False)
    ] = None,
    regions: Annotated[
        list[str] | None,
        typer.Option(
            help="Size of the features, HxWxD or KxD; may be given several times. Default: 14x14x2048 and 36x2048.",
            show_default=False,
        ),
    ] = None,
    batch: Annotated[int, typer.Option(min=1, help="Questions in a batch, each with its own picture.")] = 32,
    query: Annotated[int, typer.Option(min=1, help="Width of the question's vector.")] = 1024,
    forward: Annotated[bool, typer.Option("--forward", help="Measure the forward pass alone.")] = False,
    repeats: Annotated[int, typer.Option(min=1, help="Timed passes of each.")] = 20,
    device: Annotated[
        str | None, typer.Option(help="cpu or cuda. Default: the GPU if there is one.", show_default=False)
    ] = None,
    json_out: Annotated[
        Path | None, typer.Option("--json", help="Write the table as JSON here.", show_default=False)
    ] = None,
) -> None:
    """Measure milliseconds, FLOPs, peak memory and parameters of mechanisms, forward and backward.

    Passes are interleaved; the median of warm passes is printed. Peak is the largest sum of live tensor storages,
    without parameters and inputs.

    \b
    Example: scanpath bench cost mean single_hop multi_hop:hops=3 --regions 14x14x2048
    """
    import torch

    from scanpath.bench.table import Problem, cost_table, known_mechanisms, parse_size
    from scanpath.environment import hardware
    from scanpath.errors import ConfigError

    if mechanisms and method:
        raise ConfigError(
            "mechanisms and --method were both given: name the mechanisms, or the method that brings them."
        )
    chosen = device or ("cuda" if torch.cuda.is_available() else "cpu")
    if chosen.startswith("cuda") and not torch.cuda.is_available():
        raise ConfigError(f"--device {chosen} was given, but torch finds no GPU: use --device cpu.")
    problem = Problem(batch=batch, query_dim=query, backward=not forward, device=chosen)
    sizes = [parse_size(text) for text in regions or ["14x14x2048", "36x2048"]]
    lines = cost_table(mechanisms or known_mechanisms(method), sizes, problem, repeats=repeats)
    machine = hardware()
    _print(lines, f"{machine['accelerator'] if chosen != 'cpu' else machine['processor']}, batch {batch}")
    if json_out is not None:
        from dataclasses import asdict

        from scanpath.files import write_json

        setting = {**asdict(problem), "repeats": repeats}
        write_json(
            json_out, {"hardware": machine, "setting": setting, "lines": [asdict(line) for line in lines]}, indent=1
        )


def _print(lines: list[Line], machine: str) -> None:
    """Print one table a size, and below them why something could not be measured."""
    from rich.console import Console
    from rich.table import Table

    from scanpath.cli.tables import print_whole

    console = Console()
    for size in dict.fromkeys(line.size for line in lines):
        table = Table(title=f"{_words(size)}, {machine}", box=None, pad_edge=False, title_justify="left")
        table.add_column("mechanism")
        for column in ("ms", "ratio", "GFLOP", "peak MiB", "parameters"):
            table.add_column(column, justify="right")
        for line in lines:
            if line.size == size:
                table.add_row(line.name, *_numbers(line))
        print_whole(table)
        console.print()
    for line in lines:
        if line.reason:
            console.print(f"{line.name}, {_words(line.size)}: {line.reason}", markup=False, highlight=False)


def _words(size: tuple[int, ...]) -> str:
    return "x".join(str(part) for part in size)


def _numbers(line: Line) -> tuple[str, ...]:
    if line.cost is None:
        return ("–",) * 5
    return (
        f"{line.cost.milliseconds:.2f}",
        f"{line.ratio:.2f}",
        f"{line.cost.flops / 1e9:.3f}",
        f"{line.cost.peak_bytes / 2**20:.1f}",
        f"{line.cost.parameters:,}",
    )

"""``scanpath bench cost``: what mechanisms cost at sizes that people use, and what a method measures of its own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanpath.bench.method import Bench, Group, Less, Measured
    from scanpath.bench.table import Line


def cost(
    mechanisms: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="MECHANISM",
            help="Mechanisms to measure, with options after colons (multi_hop:hops=3); the first is the reference for "
            "the others. Default: all that are installed.",
            show_default=False,
        ),
    ] = None,
    method: Annotated[
        str | None,
        typer.Option(
            metavar="METHOD",
            help="Measure only what this installed method provides, such as han, and its own benchmarks.",
            show_default=False,
        ),
    ] = None,
    regions: Annotated[
        list[str] | None,
        typer.Option(
            metavar="SIZE",
            help="Size of the features, HxWxD or KxD; repeatable. Default: 14x14x2048 and 36x2048.",
            show_default=False,
        ),
    ] = None,
    batch: Annotated[
        int, typer.Option(metavar="N", min=1, help="Questions per batch, each with its own picture.")
    ] = 32,
    query: Annotated[int, typer.Option(metavar="N", min=1, help="Width of the question vector.")] = 1024,
    forward: Annotated[bool, typer.Option("--forward", help="Measure the forward pass only.")] = False,
    repeats: Annotated[int, typer.Option(metavar="N", min=1, help="Timed passes per mechanism.")] = 20,
    device: Annotated[
        str | None,
        typer.Option(
            metavar="DEVICE", help="Device, cpu or cuda. Default: the GPU if there is one.", show_default=False
        ),
    ] = None,
    json_out: Annotated[
        Path | None,
        typer.Option("--json", metavar="FILE", help="JSON file to write the table to.", show_default=False),
    ] = None,
) -> None:
    """Measure time, FLOPs, peak memory and parameters of mechanisms.

    Measures the forward and the backward pass. Passes of all mechanisms are interleaved, and the median of the warm
    ones is printed. Peak memory is the largest sum of live tensor storages, without parameters and inputs. The
    benchmarks of a method choose their own sizes, take --batch, --repeats and --device, and always measure forward and
    backward: --forward skips them.

    \b
    Example: scanpath bench cost mean single_hop multi_hop:hops=3 --regions 14x14x2048
    """
    from scanpath.bench.table import Problem, chosen_device, cost_table, known_mechanisms, parse_size
    from scanpath.environment import hardware
    from scanpath.errors import ConfigError

    if mechanisms and method:
        raise ConfigError(
            "mechanisms and --method were both given: name the mechanisms, or the method that brings them."
        )
    chosen = chosen_device(device)
    problem = Problem(batch=batch, query_dim=query, backward=not forward, device=chosen)
    sizes = [parse_size(text) for text in regions or ["14x14x2048", "36x2048"]]
    lines = cost_table(mechanisms or known_mechanisms(method), sizes, problem, repeats=repeats)
    machine = hardware()
    _print(lines, f"{machine['accelerator'] if chosen != 'cpu' else machine['processor']}, batch {batch}")
    benches: dict[str, list[Group]] = {}
    for name, bench in _benches(method) if method and not forward else ():
        benches[name] = []
        for group in bench(device=chosen, batch=batch, repeats=repeats):
            _print_group(group)
            benches[name].append(group)
    if json_out is not None:
        from dataclasses import asdict

        from scanpath.files import write_json

        figures = {
            "hardware": machine,
            "setting": {**asdict(problem), "repeats": repeats},
            "lines": [asdict(line) for line in lines],
            "benches": {name: [group.plain() for group in groups] for name, groups in benches.items()},
        }
        write_json(json_out, figures, indent=1)


def _benches(method: str) -> Iterator[tuple[str, Bench]]:
    """Load what a method measures of its own."""
    from scanpath import registry

    for row in registry.listing():
        if row.part == "benches" and row.method == method:
            yield row.name, registry.load("benches", row.name)


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


def _print_group(group: Group) -> None:
    """Print what a method measured together: each line's figures, and how many times less than the first's they are."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    from scanpath.bench.method import less
    from scanpath.cli.tables import print_whole

    table = Table(title=escape(group.title), box=None, pad_edge=False, title_justify="left")
    table.add_column("measured")
    for column in ("ms", "less", "quartiles", "GFLOP", "less", "peak MiB", "less"):
        table.add_column(column, justify="right")
    table.add_column("asked")
    for line in group.lines:
        table.add_row(escape(line.name), *_beside(line, less(line.cost, group.lines[0].cost)), escape(_verdicts(line)))
    print_whole(table)
    Console().print()


def _beside(line: Measured, found: Less) -> tuple[str, ...]:
    low, median, high = found.time
    return (
        f"{line.cost.milliseconds:.2f}",
        f"{median:.2f}x",
        f"{low:.2f} to {high:.2f}",
        f"{line.cost.flops / 1e9:.3f}",
        "–" if found.flops is None else f"{found.flops:.2f}x",
        f"{line.cost.peak_bytes / 2**20:.1f}",
        "–" if found.peak_bytes is None else f"{found.peak_bytes:.2f}x",
    )


def _verdicts(line: Measured) -> str:
    return "; ".join(f"{one.what}: {'met' if one.met else 'NOT met'} ({one.found:.2f})" for one in line.asked)


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

"""``scanpath bench fusion``: what MCB saves by sketching the question once a sample."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def fusion(
    regions: Annotated[str, typer.Option(metavar="SIZE", help="Size of the features, HxWxD or KxD.")] = "14x14x2048",
    batch: Annotated[int, typer.Option(metavar="N", min=1, help="Questions per batch, each with its own picture.")] = 8,
    query: Annotated[int, typer.Option(metavar="N", min=1, help="Width of the question vector.")] = 2048,
    width: Annotated[int, typer.Option(metavar="N", min=1, help="Width of the sketched product.")] = 16_000,
    forward: Annotated[bool, typer.Option("--forward", help="Measure the forward pass only.")] = False,
    repeats: Annotated[int, typer.Option(metavar="N", min=1, help="Timed passes per version.")] = 9,
    device: Annotated[
        str | None,
        typer.Option(
            metavar="DEVICE", help="Device, cpu or cuda. Default: the GPU if there is one.", show_default=False
        ),
    ] = None,
    json_out: Annotated[
        Path | None,
        typer.Option("--json", metavar="FILE", help="JSON file to write the figures to.", show_default=False),
    ] = None,
) -> None:
    """Compare MCB fusion with the same operator at every region.

    Measures the forward and the backward pass of three versions with the same result: plain tiles the question over the
    regions and sketches it at each; once sketches it once per sample; mcb, the layer itself, also keeps nothing but its
    result for the backward pass.

    \b
    Example: scanpath bench fusion --batch 4 --repeats 5
    """
    from scanpath.bench.fusion import measure_mcb
    from scanpath.bench.table import Problem, chosen_device, parse_size
    from scanpath.environment import hardware

    chosen = chosen_device(device)
    problem = Problem(batch=batch, query_dim=query, backward=not forward, device=chosen)
    costs = measure_mcb(parse_size(regions), problem, output_dim=width, repeats=repeats)
    plain = costs.plain
    for name, cost in costs._asdict().items():
        typer.echo(
            f"{name:5}  {cost.milliseconds:9.2f} ms  {cost.peak_bytes / 2**20:9.1f} MiB  "
            f"{plain.milliseconds / cost.milliseconds:5.2f}x the speed of plain, "
            f"{cost.peak_bytes / plain.peak_bytes:.2f} of its memory"
        )
    if json_out is not None:
        from dataclasses import asdict

        from scanpath.files import write_json

        setting = {"regions": regions, "width": width, "repeats": repeats, **asdict(problem)}
        figures = {name: asdict(cost) for name, cost in costs._asdict().items()}
        write_json(json_out, {"hardware": hardware(), "setting": setting, "costs": figures}, indent=1)

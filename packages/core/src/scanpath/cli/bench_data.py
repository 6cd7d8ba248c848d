"""``scanpath bench data``: how fast data are opened and read, and whether training waits for them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def data(
    parts: Annotated[
        list[str] | None,
        typer.Option("--part", help="store, questions, training, answering, extraction; repeatable. Default: all."),
    ] = None,
    images: Annotated[int, typer.Option(min=1, help="Pictures in the store that is read.")] = 4096,
    regions: Annotated[int, typer.Option(min=1, help="Regions of a picture.")] = 36,
    width: Annotated[int, typer.Option(min=1, help="Numbers of a region.")] = 2048,
    batch: Annotated[int, typer.Option(min=1, help="Pictures in a batch; questions, in training.")] = 512,
    rounds: Annotated[int, typer.Option(min=1, help="Timed batches of each.")] = 15,
    opened: Annotated[int, typer.Option(min=1, help="Pictures in the store that is opened.")] = 100_000,
    questions: Annotated[int, typer.Option(min=1, help="Questions to open and to train on.")] = 443_757,
    pictures: Annotated[int, typer.Option(min=1, help="Pictures that they are about.")] = 82_783,
    steps: Annotated[int, typer.Option(min=2, help="Training steps.")] = 200,
    workers: Annotated[
        list[int] | None, typer.Option(min=0, help="Loader processes; may be repeated. Default: 0, 1, 2 and 4.")
    ] = None,
    folder: Annotated[
        Path | None, typer.Option(help="Where the files lie meanwhile. Default: the system's.", show_default=False)
    ] = None,
    json_out: Annotated[
        Path | None, typer.Option("--json", help="Write the figures as JSON here.", show_default=False)
    ] = None,
) -> None:
    """Measure how fast data are opened and read, and whether training waits for them.

    store: random batches of stored features beside a plain copy of as many bytes and beside h5py. All are read from the
    page cache, in turn, round after round; a ratio is the median over the rounds. Its files take 3 GB.

    questions: official files of VQA v2's size, parsed the first time and mapped from then on. 500 MB.

    training: scanpath train on such files and drawn features; memory is watched from outside. 10 GB.

    answering: scanpath evaluate and predict-split on such files. 10 GB.

    extraction: from JPEG files to a finished store, beside the bare passes of the network.

    Example: scanpath bench data --part training --regions 8 --width 512
    """
    import tempfile
    from dataclasses import asdict

    from rich.table import Table

    from scanpath.bench.data import Line, Sizes
    from scanpath.bench.parts import PARTS
    from scanpath.cli.tables import print_whole
    from scanpath.environment import hardware
    from scanpath.errors import ConfigError, UnknownNameError, near

    for part in parts or ():
        if part not in PARTS:
            hint = near(part, PARTS) or f"; expected {', '.join(PARTS)}."
            raise UnknownNameError(f"bench data has no part {part!r}{hint}")
    if questions < pictures:
        raise ConfigError(f"{questions} questions were asked for about {pictures} pictures: raise --questions.")
    sizes = Sizes(
        images=images,
        regions=regions,
        width=width,
        batch=batch,
        rounds=rounds,
        opened=opened,
        questions=questions,
        pictures=pictures,
        steps=steps,
        workers=tuple(workers or Sizes.workers),
    )
    lines: list[Line] = []
    for part in parts or PARTS:
        with tempfile.TemporaryDirectory(dir=folder) as scratch:
            lines += PARTS[part](Path(scratch), sizes)
    table = Table("measured", "value", "asked", "", box=None, pad_edge=False)
    for line in lines:
        verdict = {True: "met", False: "missed", None: ""}[line.met]
        table.add_row(line.what, f"{line.value:,.2f} {line.unit}", line.aim, verdict)
    print_whole(table)
    if "store" in (parts or PARTS) and not any("h5py" in line.what for line in lines):
        typer.echo("h5py is not installed, so nothing was compared with it: pip install 'scanpath[h5]'.", err=True)
    if json_out is not None:
        from scanpath.files import write_json

        found = {"hardware": hardware(), "setting": asdict(sizes), "lines": [asdict(line) for line in lines]}
        write_json(json_out, found, indent=1)

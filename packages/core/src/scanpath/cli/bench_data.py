"""``scanpath bench data``: how fast data are opened and read, and whether training waits for them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def data(
    parts: Annotated[
        list[str] | None,
        typer.Option(
            "--part",
            metavar="PART",
            help="Part to measure: store, questions, training, answering or extraction; repeatable. Default: all.",
        ),
    ] = None,
    images: Annotated[int, typer.Option(metavar="N", min=1, help="Pictures in the store that is read.")] = 4096,
    regions: Annotated[int, typer.Option(metavar="N", min=1, help="Regions per picture.")] = 36,
    width: Annotated[int, typer.Option(metavar="N", min=1, help="Width of a region's feature vector.")] = 2048,
    batch: Annotated[
        int, typer.Option(metavar="N", min=1, help="Pictures per batch; in training, questions per batch.")
    ] = 512,
    rounds: Annotated[int, typer.Option(metavar="N", min=1, help="Timed batches of each kind.")] = 15,
    opened: Annotated[int, typer.Option(metavar="N", min=1, help="Pictures in the store that is opened.")] = 100_000,
    questions: Annotated[int, typer.Option(metavar="N", min=1, help="Questions to open and to train on.")] = 443_757,
    pictures: Annotated[int, typer.Option(metavar="N", min=1, help="Pictures that the questions are about.")] = 82_783,
    steps: Annotated[int, typer.Option(metavar="N", min=2, help="Training steps.")] = 200,
    workers: Annotated[
        list[int] | None,
        typer.Option(metavar="N", min=0, help="Data-loading processes; repeatable. Default: 0, 1, 2 and 4."),
    ] = None,
    folder: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER", help="Folder for temporary files. Default: that of the system.", show_default=False
        ),
    ] = None,
    json_out: Annotated[
        Path | None,
        typer.Option("--json", metavar="FILE", help="JSON file to write the figures to.", show_default=False),
    ] = None,
) -> None:
    """Measure data loading, and whether training waits for it.

    store: random batches of stored features, compared with a plain copy of as many bytes and with h5py. All are read
    from the page cache in alternating rounds; a ratio is the median over the rounds. Needs 3 GB of disk.

    questions: official files of VQA v2's size, parsed the first time and memory-mapped from then on. 500 MB.

    training: scanpath train on such files and on random features, with memory watched from outside. 10 GB.

    answering: scanpath evaluate and predict-split on such files. 10 GB.

    extraction: from JPEG files to a finished store, compared with the bare passes of the network.

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

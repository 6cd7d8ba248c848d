"""``scanpath features``: extract, import, list and verify stored features, pre-train the small backbone."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from scanpath.cli.features_extract import extract
from scanpath.cli.features_import import import_bundle
from scanpath.cli.features_verify import verify as verify_stores

app = typer.Typer(
    no_args_is_help=True,
    help="Stored features: the outputs of a frozen backbone, computed once.",
    rich_markup_mode=None,
)
app.command()(extract)
app.command("import")(import_bundle)
app.command("verify")(verify_stores)

Root = Annotated[
    Path | None,
    typer.Option(
        "--root", metavar="FOLDER", help="Folder of the data sets; $SCANPATH_DATA or the user cache by default."
    ),
]


@app.command("list")
def list_stores(
    root: Root = None,
    verify: Annotated[bool, typer.Option("--verify", help="Read all files and verify their checksums.")] = False,
) -> None:
    """List the stored features.

    Shows data set and split, backbone, number of pictures, shape, size on disk and state.
    """
    from rich.table import Table

    from scanpath.cli.tables import print_whole
    from scanpath.errors import DataError
    from scanpath.features.finding import features_home, find_stores

    table = Table("features of", "backbone", "pictures", "form", "MB", "state", box=None)
    broken: list[DataError] = []
    for folder, store in find_stores(root):
        of = f"{folder.parent.parent.name}/{folder.parent.name}"
        try:
            if isinstance(store, DataError):
                raise store
            if verify:
                store.verify()
        except DataError as error:
            broken.append(error)
            table.add_row(of, folder.name, "", "", "", "broken")
            continue
        form = f"{'x'.join(map(str, store.shape))} {store.index.dtype}"
        megabytes = f"{store.bytes / 1e6:,.1f}"
        table.add_row(of, folder.name, f"{len(store):,}", form, megabytes, "verified" if verify else "whole")
    if table.row_count:
        print_whole(table)
    else:
        typer.echo(f"no features in {features_home(root)}: make some with scanpath features extract.")
    if broken:
        raise broken[0]


@app.command()
def pretrain(
    backbone: Annotated[
        str,
        typer.Argument(
            metavar="BACKBONE", help="Backbone to train: scenes_cnn, or scenes_boxes, which finds boxes on its grid."
        ),
    ],
    out: Annotated[
        Path, typer.Option(metavar="FILE", help="Safetensors file to write; an existing file is not replaced.")
    ],
    pictures: Annotated[
        int, typer.Option(metavar="N", help="Training pictures; an eighth as many more are held out.")
    ] = 8000,
    world_seed: Annotated[
        int, typer.Option(metavar="N", help="Random seed of the generated pictures, different from that of your data.")
    ] = 999,
    seed: Annotated[int, typer.Option(metavar="N", help="Random seed for weights and data order.")] = 0,
    epochs: Annotated[
        int | None,
        typer.Option(
            metavar="N", help="Passes over the pictures. Default: 6, or 16 for scenes_boxes.", show_default=False
        ),
    ] = None,
) -> None:
    """Pre-train a small backbone on objects of Scenes.

    It never sees a question, and takes a minute or two on two cores. scenes_cnn learns shape, colour and size,
    scenes_boxes where objects are and how large they are.
    """
    from scanpath.errors import ConfigError, UnknownNameError, near
    from scanpath.features.box_pretraining import pretrain_scenes_boxes
    from scanpath.features.pretraining import pretrain_scenes_cnn

    known = {"scenes_cnn": (pretrain_scenes_cnn, 6), "scenes_boxes": (pretrain_scenes_boxes, 16)}
    if backbone not in known:
        hint = near(backbone, known) or "; expected scenes_cnn or scenes_boxes."
        raise UnknownNameError(f"the backbone {backbone!r} is not pre-trained here{hint}")
    if out.exists():
        raise ConfigError(f"{out} exists: name another file for --out.")
    train, usual = known[backbone]
    passes = usual if epochs is None else epochs
    if pictures < 64 or passes < 1:
        raise ConfigError(f"{pictures} pictures and {passes} epochs were given, expected at least 64 and 1.")
    measured = train(out, pictures=pictures, world_seed=world_seed, seed=seed, epochs=passes)
    if backbone == "scenes_cnn":
        told = "held-out cells told right: " + ", ".join(f"{name} {value:.2f} %" for name, value in measured.items())
    else:
        told = (
            f"of held-out pictures {measured['recall']:.2f} % of the objects were found, {measured['precision']:.2f} % "
            f"of the boxes are objects', overlapping by {measured['iou']:.2f}"
        )
    typer.echo(told)
    typer.echo(f"weights in {out} ({out.stat().st_size / 1e3:.0f} kB); use them with --weights {out}")

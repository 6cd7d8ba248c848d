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
    help="Stored features: what a frozen backbone makes of pictures, computed once.",
    rich_markup_mode=None,
)
app.command()(extract)
app.command("import")(import_bundle)
app.command("verify")(verify_stores)

Root = Annotated[
    Path | None, typer.Option("--root", help="Folder of the data sets; default: $SCANPATH_DATA, else the user's cache.")
]


@app.command("list")
def list_stores(
    root: Root = None,
    verify: Annotated[
        bool, typer.Option("--verify", help="Read everything and compare it with its checksums.")
    ] = False,
) -> None:
    """List the stored features: data set and split, backbone, form, size on disk, folder."""
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
    backbone: Annotated[str, typer.Argument(help="scenes_cnn, or scenes_boxes, which finds boxes on its grid.")],
    out: Annotated[Path, typer.Option(help="The safetensors file to write; a file that is there is not replaced.")],
    pictures: Annotated[int, typer.Option(help="Pictures to learn from; an eighth as many more are held out.")] = 8000,
    world_seed: Annotated[int, typer.Option(help="Seed of the Scenes they come from, not that of your data.")] = 999,
    seed: Annotated[int, typer.Option(help="Seed of the weights and of the order.")] = 0,
    epochs: Annotated[
        int | None, typer.Option(help="Passes over the pictures. Default: 6, of scenes_boxes 16.", show_default=False)
    ] = None,
) -> None:
    """Train a small network on objects of Scenes, never on questions; a minute or two on two cores.

    scenes_cnn learns shape, colour and size, scenes_boxes where objects are and how large.
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

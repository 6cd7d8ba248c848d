"""``scanpath data make|fetch|list|show|rebuild-vqacp``: data sets by name."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from scanpath.cli.data_fetch import fetch
from scanpath.cli.data_rebuild import rebuild_vqacp

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
app.command()(fetch)
app.command()(rebuild_vqacp)

Root = Annotated[
    Path | None,
    typer.Option(metavar="FOLDER", help="Folder of the data sets; $SCANPATH_DATA or the user cache by default."),
]


@app.callback()
def _group() -> None:
    """Make, fetch, list and show data sets.

    Getting started: scanpath data make scenes, then scanpath data show scenes.
    """


@app.command()
def make(
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME", help="Data set to generate, one of scanpath data list; scenes includes scenes-cp."
        ),
    ] = "scenes",
    options: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="OPTION=VALUE",
            help="Further options of the data set; those below are the ones of Scenes.",
            show_default=False,
        ),
    ] = None,
    images: Annotated[
        int | None, typer.Option(metavar="N", help="Training pictures; for scenes 10000 by default.")
    ] = None,
    val_images: Annotated[
        int | None, typer.Option(metavar="N", help="Validation pictures; for scenes a tenth of --images by default.")
    ] = None,
    test_images: Annotated[
        int | None, typer.Option(metavar="N", help="Test pictures; for scenes a fifth of --images by default.")
    ] = None,
    questions: Annotated[int | None, typer.Option(metavar="N", help="Questions per picture; 10 by default.")] = None,
    seed: Annotated[int | None, typer.Option(metavar="N", help="Random seed; 0 by default.")] = None,
    image_size: Annotated[
        int | None, typer.Option(metavar="N", help="Height and width in pixels; 64 by default.")
    ] = None,
    world: Annotated[
        str | None,
        typer.Option(metavar="WORLD", help="Difficulty: easy (4 shapes, 6 colours) or hard (6 shapes, 8 colours)."),
    ] = None,
    workers: Annotated[
        int | None, typer.Option(metavar="N", help="Drawing processes; they do not change the result.")
    ] = None,
    root: Root = None,
) -> None:
    """Generate a data set in the official file formats.

    The same options give the same pictures, questions and answers on any machine. Each data set takes options of its
    own. A finished data set is left as it is, and one made with other options is never overwritten. An interrupted
    command, by Ctrl-C or a kill, leaves nothing half made.

    \b
    Example: scanpath data make scenes --images 2000 --root /tmp/data
    Example: scanpath data make sort-of-clevr images=960 seed=3
    """
    from scanpath.data.labelled_catalogue import describe_any, make_any
    from scanpath.experiments.overrides import override

    words = options or []
    if "=" in name:  # a setting, and no data set
        name, words = "scenes", [name, *words]
    given = {
        "images": images, "val_images": val_images, "test_images": test_images, "questions": questions,
        "seed": seed, "image_size": image_size, "world": world,
    }  # fmt: skip
    chosen = override({key: value for key, value in given.items() if value is not None}, words)
    was_there = not describe_any(name, root).missing
    start = time.perf_counter()
    with _progress() as progress:
        folder = make_any(name, root, workers=workers, progress=progress, **chosen)
    made = describe_any(name, root)
    pictures, asked = (sum(two[place] for two in made.counts.values()) for place in (0, 1))
    verb = "was there already" if was_there else f"made in {time.perf_counter() - start:.0f} s"
    typer.echo(f"{name} {verb}: {folder}")
    of_them = f"{pictures:,} pictures" + (f", {asked:,} questions" if asked else "")
    typer.echo(f"{of_them}, {made.size / 1e6:.0f} MB, content {made.checksum[:12]}")
    for sentence in made.made_of:
        typer.echo(sentence)


@app.command(name="list")
def list_(
    root: Root = None,
    check: Annotated[bool, typer.Option("--check", help="Read the files that have checksums and verify them.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")] = False,
) -> None:
    """List the data sets, and how to get the missing ones.

    Shows where each one is and how large it is.
    """
    from scanpath.data.caption_catalogue import caption_names, describe_captions
    from scanpath.data.catalogue import dataset_names, describe
    from scanpath.data.labelled_catalogue import describe_labelled, labelled_names

    found = [describe(name, root) for name in dataset_names()]
    found += [describe_labelled(name, root) for name in labelled_names()]
    found += [describe_captions(name, root) for name in caption_names()]
    if as_json:
        typer.echo(json.dumps([_plain(one) for one in found], indent=2))
    else:
        for one in found:
            typer.echo(f"{one.name}: {one.summary}")
            for line in [one.missing] if one.missing else _lines(one):
                typer.echo(f"    {line}")
    if check:
        for one in found:
            if one.folder:
                _check(one.name, root, one.folder)


def _lines(one: Any) -> Iterator[str]:
    yield ", ".join(
        f"{split} {pictures:,} pictures" + (f" {asked:,} {one.texts}" if asked else "")
        for split, (pictures, asked) in one.counts.items()
    )
    yield f"{one.size / 1e6:.0f} MB, content {one.checksum[:12]}, in {one.folder}"


def _plain(one: Any) -> dict[str, Any]:
    from dataclasses import asdict

    return asdict(one) | {"folder": one.folder and str(one.folder)}


def _check(name: str, root: Path | None, folder: Path) -> None:
    from scanpath.data.caption_catalogue import caption_names, find_captions
    from scanpath.data.catalogue import damaged_files, dataset_names
    from scanpath.data.labelled_catalogue import find_labelled, is_made, labelled_names
    from scanpath.errors import DataError

    asked = name in dataset_names()
    find = find_captions if name in caption_names() else find_labelled
    damaged = damaged_files(name, root) if asked else find(name, root).damaged()
    made = asked or (name in labelled_names() and is_made(name, root))
    if damaged:
        again = f"delete the folder and run scanpath data make {name}"
        remedy = again if made else "fetch the official ones again, unless these are your own"
        raise DataError(
            f"{len(damaged)} files in {folder} differ from their checksums ({', '.join(damaged[:3])}): {remedy}."
        )
    if damaged is not None:
        typer.echo(f"every file in {folder} has its checksum.")


@app.command()
def show(
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME", help="Data set of scanpath data list, or a file of your own (docs/own-data.md)."
        ),
    ] = "scenes",
    split: Annotated[
        str,
        typer.Option(metavar="SPLIT", help="Split to show: train, val, test, or another that the data set has."),
    ] = "val",
    index: Annotated[int, typer.Option(metavar="N", help="Position of the first picture in the split.")] = 0,
    count: Annotated[int, typer.Option(metavar="N", min=1, help="Number of pictures.")] = 4,
    image: Annotated[
        int | None, typer.Option(metavar="ID", help="Id of a single picture to show, in place of --index.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="PNG file to write; NAME-SPLIT-INDEX.png by default.")
    ] = None,
    root: Root = None,
) -> None:
    """Draw a sheet of pictures with questions or captions.

    Questions are shown with their answer and with what other people answered.

    \b
    Example: scanpath data show scenes --split val --index 12
    Example: scanpath data show vqa2 --split val --image 262148
    Example: scanpath data show coco-captions --split test
    """
    from scanpath import registry
    from scanpath.data.caption_catalogue import caption_names, open_captions
    from scanpath.data.catalogue import dataset_names, open_split
    from scanpath.data.own import is_own
    from scanpath.data.sheet import draw_sheet, place_of

    known = (*dataset_names(), *caption_names())
    if name not in known and not is_own(name):
        raise registry.unknown("datasets", name, also=("captions",))
    found = open_captions(name, split, root) if name in caption_names() else open_split(name, split, root)
    if image is not None:
        index, count = place_of(found, image), 1
    path = out or Path(f"{Path(name).stem}-{split}-{index if image is None else image}.png")
    draw_sheet(found, path, index=index, count=count)
    typer.echo(str(path))


@contextlib.contextmanager
def _progress() -> Iterator[Callable[[str, int, int], None]]:
    """Show a bar with the time left on a terminal, and nothing elsewhere."""
    from scanpath.progress import bars

    with bars() as display:
        bar = display.add_task("starting", total=None)
        yield lambda what, done, total: display.update(bar, description=what, completed=done, total=total)

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
    typer.Option(help="Folder that holds the data sets; $SCANPATH_DATA or the user's cache if not given."),
]


@app.callback()
def _group() -> None:
    """Make, fetch, list and show data sets.

    First steps: scanpath data make scenes, then scanpath data show scenes.
    """


@app.command()
def make(
    name: Annotated[
        str, typer.Argument(help="A data set of scanpath data list; scenes makes scenes-cp as well.")
    ] = "scenes",
    options: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="OPTION=VALUE",
            help="What the data set takes besides the options below, which are those of Scenes.",
            show_default=False,
        ),
    ] = None,
    images: Annotated[int | None, typer.Option(help="Training pictures; 10000 of scenes if not given.")] = None,
    val_images: Annotated[int | None, typer.Option(help="Validation pictures; of scenes a tenth of --images.")] = None,
    test_images: Annotated[int | None, typer.Option(help="Test pictures; of scenes a fifth of --images.")] = None,
    questions: Annotated[int | None, typer.Option(help="Questions a picture; 10 if not given.")] = None,
    seed: Annotated[int | None, typer.Option(help="Another seed, another world; 0 if not given.")] = None,
    image_size: Annotated[int | None, typer.Option(help="Height and width in pixels; 64 if not given.")] = None,
    world: Annotated[str | None, typer.Option(help="easy: 4 shapes, 6 colours; hard: 6 and 8.")] = None,
    workers: Annotated[int | None, typer.Option(help="Processes that draw; they do not change the result.")] = None,
    root: Root = None,
) -> None:
    """Make a data set: pictures, questions and answers, in official formats; each takes options of its own.

    The same options give the same pixels and words on any machine. A finished data set is left as it is; one made
    with other options is never overwritten. Ctrl-C or a kill leaves nothing half made.

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
    for sentence in made.remarks:
        typer.echo(sentence)


@app.command(name="list")
def list_(
    root: Root = None,
    check: Annotated[
        bool, typer.Option("--check", help="Read all files that were made here; compare checksums.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")] = False,
) -> None:
    """List the data sets: where they are, how big, what is missing and how to get it."""
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
        str, typer.Argument(help="A data set of scanpath data list, or a file of your own: docs/own-data.md.")
    ] = "scenes",
    split: Annotated[str, typer.Option(help="train, val, test or what else the data set has (test-dev).")] = "val",
    index: Annotated[int, typer.Option(help="The number of the first picture in the split.")] = 0,
    count: Annotated[int, typer.Option(min=1, help="How many pictures.")] = 4,
    image: Annotated[int | None, typer.Option(help="Only the picture of this id, in place of --index.")] = None,
    out: Annotated[Path | None, typer.Option(help="The PNG file; NAME-SPLIT-INDEX.png if not given.")] = None,
    root: Root = None,
) -> None:
    """Write a sheet of pictures with their questions, answers and what people wrote instead, or with their captions.

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
        raise registry.unknown("datasets", name, among=known)
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

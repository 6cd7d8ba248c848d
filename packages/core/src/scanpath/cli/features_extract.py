"""``scanpath features extract``: what a frozen network makes of pictures, stored once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from scanpath.features.frozen import Extractor
    from scanpath.features.pictures import NumberedPictures
    from scanpath.features.store import FeatureStore


def extract(
    data: Annotated[
        str | None,
        typer.Argument(
            metavar="DATA",
            help="Data set of scanpath data list, or a file with questions of your own.",
            show_default=False,
        ),
    ] = None,
    images: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER", help="Folder or zip archive of pictures, in place of a data set.", show_default=False
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Folder of the new store, required with --images. Splits of a data set have default folders.",
        ),
    ] = None,
    ids: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="JSON object of file names and ids, for --images; by default the last number in a name is its id.",
        ),
    ] = None,
    preset: Annotated[
        str | None,
        typer.Option(
            metavar="PRESET",
            help="Backbone and preprocessing of a paper: mcb, drau, mutan, kazemi, sla, han or reviewnet.",
        ),
    ] = None,
    backbone: Annotated[
        str | None,
        typer.Option(
            metavar="BACKBONE",
            help="Network: scenes_cnn, resnet18, resnet50, resnet101, resnet152, vgg19, timm:NAME, small_cnn, han_cnn; "
            "or detector: fasterrcnn_resnet50_fpn, scenes_boxes. Default: the preset's, else scenes_cnn.",
            show_default=False,
        ),
    ] = None,
    split: Annotated[
        list[str] | None,
        typer.Option(metavar="SPLIT", help="Split to extract: train, val or test; repeatable. Default: all."),
    ] = None,
    root: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Folder of the data sets; $SCANPATH_DATA or the user cache by default."),
    ] = None,
    weights: Annotated[
        str,
        typer.Option(
            metavar="WEIGHTS",
            help="'pretrained'; a file, safetensors or a state dict such as torchvision's .pth; or a folder with "
            "NAME-XXXXXXXX.pth, where X are the first digits of its SHA-256.",
        ),
    ] = "pretrained",
    size: Annotated[
        int | None, typer.Option(metavar="N", help="Side of the input in pixels. Default: the preset's.")
    ] = None,
    grid: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            min=1,
            help="Cells per side that the features must have; determines --size if that is left out.",
        ),
    ] = None,
    regions: Annotated[
        int | None, typer.Option(metavar="N", help="Regions per picture, for a detector. Default: 36.")
    ] = None,
    fit: Annotated[
        str | None,
        typer.Option(
            metavar="FIT",
            help="How pictures become square: warp stretches them, crop keeps the centre. Default: the preset's, else "
            "warp.",
        ),
    ] = None,
    share: Annotated[
        float | None,
        typer.Option(metavar="SHARE", help="Share of the shorter side that a crop keeps: 0.875 of 512 is 448."),
    ] = None,
    pixels: Annotated[
        str | None,
        typer.Option(
            metavar="STATISTICS",
            help="Pixel means and deviations: imagenet, caffe (BGR), half or clip. Default: those of the weights.",
        ),
    ] = None,
    l2: Annotated[
        str | None,
        typer.Option(
            "--l2",
            metavar="UNIT",
            help="What is scaled to L2 norm 1: none, sample (all features of a picture) or location.",
        ),
    ] = None,
    batch: Annotated[int, typer.Option(metavar="N", help="Pictures per forward pass.")] = 64,
    device: Annotated[str, typer.Option(metavar="DEVICE", help="Device: cpu, cuda, cuda:1 and so on.")] = "cpu",
    dtype: Annotated[
        str,
        typer.Option(
            metavar="DTYPE", help="Number format: float16, bfloat16, float32, or int8 with one scale per region."
        ),
    ] = "float16",
    decoders: Annotated[
        int | None,
        typer.Option(metavar="N", help="Threads that read pictures. Default: one per core.", show_default=False),
    ] = None,
    skip_bad: Annotated[
        bool | None,
        typer.Option(
            "--skip-bad/--no-skip-bad",
            help="Skip and list pictures that cannot be read. Default: only with --images.",
            show_default=False,
        ),
    ] = None,
    shard: Annotated[
        float,
        typer.Option(
            metavar="MB",
            min=0.001,
            help="Approximate size of a shard in megabytes; a kill loses at most one per process.",
        ),
    ] = 128,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print the size and the time needed, and do nothing.")
    ] = False,
) -> None:
    """Extract features with a frozen network and store them.

    Prints the size and the time needed before it starts. A killed extraction is resumed by the next call, and a
    finished one returns at once. Training extracts the missing features of a data set by itself.

    \b
    Examples:
      scanpath features extract scenes --backbone scenes_cnn --split train
      scanpath features extract --images train2014.zip --preset mcb --out features/vqa2/train --device cuda
      scanpath features extract --images val2014.zip --preset mcb --out features/vqa2/val --device cuda
      scanpath train task.data=vqa2 task.features=features/vqa2
      torchrun --nproc_per_node 8 -m scanpath features extract vqa2 --backbone resnet152 --size 448 --device cuda
    """
    from scanpath.cli.features_dry_run import tell_only
    from scanpath.features.backbones import create_extractor
    from scanpath.features.crew import joined_crew
    from scanpath.features.planning import check_options

    _check_source(data, images, out, ids, split)
    asked = {"fit": fit, "share": share, "pixels": pixels, "length": l2}
    wanted = _wanted(preset, backbone, weights, size=size, grid=grid, regions=regions, asked=asked)
    with joined_crew() as crew:
        check_options(batch=batch, device=crew.place(device), dtype=dtype, decoders=decoders)
        # Pictures that are not there are told before any weights are fetched.
        found = None if out is None else _pictures(data, images, ids, split, root)
        options: dict[str, Any] = {"batch": batch, "device": device, "dtype": dtype, "decoders": decoders}
        options["shard_bytes"] = int(shard * 2**20)
        say = _aloud if crew.is_first else None
        for remark in found[0].remarks if found and say else ():
            _aloud(remark)
        if dry_run:
            tell_only(wanted, options, data=data, splits=split, root=root, found=found, out=out, say=_aloud)
            return
        made = create_extractor(**wanted)
        options |= {"crew": crew, "say": say}
        if out is None or found is None:
            _by_split(str(data), split, made, root, {**options, "skip_bad": bool(skip_bad)})
            return
        pictures, facts = found
        options |= {"data": facts, "skip_bad": images is not None if skip_bad is None else skip_bad}
        from scanpath.features.extraction import extract as extract_pictures

        store = extract_pictures(pictures, made, out, **options)
        if say:
            _report(f"{store}: {store.bytes / 1e6:,.1f} MB", store)


def _aloud(line: str) -> None:
    typer.echo(line, err=True)


def _check_source(
    data: str | None, images: Path | None, out: Path | None, ids: Path | None, split: list[str] | None
) -> None:
    from scanpath.errors import ConfigError

    if (data is None) == (images is None):
        given = "both" if data else "neither"
        raise ConfigError(f"a data set or --images is needed, {given} were given: name one of the two.")
    if images is not None and out is None:
        raise ConfigError("--images was given without --out: name the folder that becomes the store.")
    if images is not None and split:
        raise ConfigError("--split was given with --images, which has no splits: leave it out, or name a data set.")
    if data is not None and ids is not None:
        raise ConfigError(f"--ids was given for {data}, which knows its pictures' ids itself: leave it out.")


def _wanted(
    preset: str | None,
    backbone: str | None,
    weights: str,
    *,
    size: int | None,
    grid: int | None,
    regions: int | None,
    asked: dict[str, Any],
) -> dict[str, Any]:
    """Gather what ``create_extractor`` takes: what the preset has, where nothing else was given.

    Misspelt names and values are refused, before data are drawn or weights fetched for them.
    """
    import dataclasses

    from scanpath.features.backbones import check_name, list_extractors
    from scanpath.features.preprocessing import Preprocessing, find_preset
    from scanpath.features.timm_models import PREFIX, find_timm

    chosen = None if preset is None else find_preset(preset)
    name = backbone or (chosen.backbone if chosen else "scenes_cnn")
    check_name(name, list_extractors())
    if name.startswith(PREFIX):
        find_timm(name.removeprefix(PREFIX))
    given = {key: value for key, value in asked.items() if value is not None}
    usual = chosen.preprocessing if chosen else Preprocessing()
    return {
        "name": name,
        "weights": weights,
        "size": chosen.size if chosen and size is None and grid is None else size,
        "grid": grid,
        "regions": regions,
        "preprocessing": dataclasses.replace(usual, **given),
    }


def _by_split(data: str, splits: list[str] | None, made: Extractor, root: Path | None, options: dict[str, Any]) -> None:
    from scanpath.data.catalogue import SPLITS
    from scanpath.features.finding import features_for

    for one in splits or SPLITS:
        store = features_for(data, one, made, root, **options)
        if options["say"]:
            _report(f"{data}/{one}: {len(store):,} pictures in {store.folder}", store)


def _pictures(
    data: str | None, images: Path | None, ids: Path | None, splits: list[str] | None, root: Path | None
) -> tuple[NumberedPictures, dict[str, Any]]:
    """Find the pictures, and what the store's index says of them."""
    from scanpath.data.catalogue import SPLITS, dataset_checksum, open_split
    from scanpath.features.pictures import join_pictures, number_pictures

    if images is not None:
        numbered = number_pictures(images, ids)
        return numbered, {"kind": "pictures", "pictures": len(numbered.image_names), "sha256": numbered.sha256}
    name = str(data)
    chosen = splits or [*SPLITS]
    joined = join_pictures(open_split(name, one, root) for one in chosen)
    return joined, {"name": name, "splits": chosen, "checksum": dataset_checksum(name, root)}


def _report(done: str, store: FeatureStore) -> None:
    left = getattr(store.index, "left_out", [])
    if left:
        typer.echo(
            f"{len(left):,} pictures could not be used, the first being {left[0].place}: {left[0].why.rstrip('.')}; "
            f"{store.folder / 'index.json'} lists all.",
            err=True,
        )
    typer.echo(done)

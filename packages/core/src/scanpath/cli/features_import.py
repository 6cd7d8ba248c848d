"""``scanpath features import``: stores from bundles that people have."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def import_bundle(
    files: Annotated[
        list[Path], typer.Argument(help="Files of one kind, or a folder of .npz or .tsv.", show_default=False)
    ],
    out: Annotated[Path, typer.Option(help="The folder that becomes the store.", show_default=False)],
    dtype: Annotated[str, typer.Option(help="float16, bfloat16, float32 or int8, with a scale a region.")] = "float16",
    ids: Annotated[
        list[Path] | None,
        typer.Option(help="Table of image ids of an HDF5 file: .json, .npy, .npz or .pkl, which is never unpickled."),
    ] = None,
    skip_bad: Annotated[
        bool, typer.Option("--skip-bad", help="Leave refused rows out; the store's index lists them.")
    ] = False,
) -> None:
    """Read features that others made: bottom-up TSV, three layouts of HDF5, or one .npz a picture.

    The files are streamed, a row in memory at a time, and TSV straight out of a .zip, .tar or .tar.gz; a call that was
    killed is taken up by the next one.

    \b
    Examples:
      scanpath features import trainval_36.zip --out features/trainval36
      scanpath features import train36.hdf5 --ids train36_imgid2idx.pkl --out features/train --dtype int8
      scanpath train task.data=vqa2 task.features=features/trainval36
    """
    from scanpath.features.imports.detecting import open_bundle
    from scanpath.features.imports.importing import import_features

    store = import_features(
        open_bundle(files, ids or []),
        out,
        dtype=dtype,  # type: ignore[arg-type]  # any other word is refused by the import
        skip_bad=skip_bad,
        say=lambda line: typer.echo(line, err=True),
    )
    left = getattr(store.index, "left_out", [])
    without = f", without {len(left):,} rows that its index.json lists" if left else ""
    typer.echo(f"{store}: {store.bytes / 1e6:,.1f} MB{without}")

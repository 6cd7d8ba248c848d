"""``scanpath features import``: stores from bundles that people have."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def import_bundle(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE", help="Feature files of one format, or a folder of .npz or .tsv files.", show_default=False
        ),
    ],
    out: Annotated[Path, typer.Option(metavar="FOLDER", help="Folder of the new store.", show_default=False)],
    dtype: Annotated[
        str,
        typer.Option(
            metavar="DTYPE", help="Number format: float16, bfloat16, float32, or int8 with one scale per region."
        ),
    ] = "float16",
    ids: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE",
            help="Table of image ids for an HDF5 file: .json, .npy, .npz or .pkl, which is never unpickled.",
        ),
    ] = None,
    skip_bad: Annotated[
        bool, typer.Option("--skip-bad", help="Skip rows that are refused; the store's index lists them.")
    ] = False,
) -> None:
    """Import existing features from TSV, HDF5 or .npz files.

    Reads bottom-up TSV, three layouts of HDF5, and one .npz per picture. Files are streamed with one row in memory at a
    time, TSV also straight from a .zip, .tar or .tar.gz. A killed import is resumed by the next call.

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

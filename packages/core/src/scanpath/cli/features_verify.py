"""``scanpath features verify``: whether stores are whole."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def verify(
    folders: Annotated[list[Path], typer.Argument(metavar="STORE", help="Folders of stores.", show_default=False)],
) -> None:
    """Verify the checksums of feature stores.

    Reads every file and reports which stores are damaged, or are not stores at all.

    Example: scanpath features verify features/train features/val
    """
    from scanpath.errors import DataError

    troubles: list[str] = []
    for folder in folders:
        try:
            _verify(folder)
        except DataError as error:
            troubles.append(str(error))
            if folders[1:]:
                typer.echo(error, err=True)
    if troubles:
        several = f"{len(troubles)} of {len(folders)} stores are not whole, as told above."
        raise DataError(several if folders[1:] else troubles[0])


def _verify(folder: Path) -> None:
    from scanpath.errors import DataError
    from scanpath.features.index import REMAKE
    from scanpath.features.store import FeatureStore
    from scanpath.progress import track

    store = FeatureStore.open(folder)
    checks = [*track(store.checks(), f"reading {folder}")]
    damaged = [check.what for check in checks if not check.whole]
    typer.echo(f"{store}: {len(checks) - len(damaged)} of {len(checks)} checksums agree")
    if damaged:
        more = f", and {len(damaged) - 1} more" if damaged[1:] else ""
        raise DataError(f"{damaged[0]} damaged{more}: {REMAKE}.")

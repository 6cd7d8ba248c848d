"""The pictures of COCO that several data sets ask about, where they were laid."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from scanpath.data.images import ImageSource, JoinedImages, open_images


def coco_pictures(root: Path, sets: Sequence[str]) -> ImageSource | None:
    """Open sets of COCO's pictures as one source.

    Args:
        root: the folder that holds the data sets.
        sets: ``train2014``, ``val2014``, ``test2015``, ...; each is ``coco/<set>``, a folder, or ``coco/<set>.zip``.

    Returns:
        None where a set is missing: the texts are there for features that were extracted elsewhere.
    """
    found = [_place(root / "coco", name) for name in sets]
    sources = [open_images(place) for place in found if place is not None]
    if len(sources) < len(sets):
        return None
    return sources[0] if len(sources) == 1 else JoinedImages(sources)


def _place(folder: Path, name: str) -> Path | None:
    """Find a set: unpacked, or else as the archive that it came in."""
    return next((place for place in (folder / name, folder / f"{name}.zip") if place.exists()), None)

"""The data sets of labelled pictures by name, and any folder of photographs by its path."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scanpath import registry
from scanpath.data.catalogue import Description, describe, described, make_dataset
from scanpath.data.labelled import LabelledData, LabelledSplit
from scanpath.data.making import Progress
from scanpath.data.photos import PhotoFolder
from scanpath.errors import DataError, UnknownNameError, near
from scanpath.files import data_home


def labelled_names() -> tuple[str, ...]:
    """Name the data sets of labelled pictures that the installed packages bring, the core's first; none is imported."""
    return tuple(registry.addresses("labelled"))


def find_labelled(name: str, root: Path | str | None = None) -> LabelledData:
    """Return a data set by name, or a folder of photographs by its path, which has a separator (``./photos``)."""
    if "/" in name or "\\" in name:
        return PhotoFolder(Path(name).expanduser())
    found: LabelledData = registry.load("labelled", name)(Path(root or data_home()))
    return found


def open_labelled(name: str, split: str, root: Path | str | None = None) -> LabelledSplit:
    """Open a split of labelled pictures.

    Args:
        name: one of :func:`labelled_names`, or the path of a folder of photographs.
        split: one that the data set has; ``"train"`` and ``"test"`` always.
        root: the folder that holds the data sets; ``$SCANPATH_DATA`` or the user's cache by default.

    Raises:
        UnknownNameError: there is no such data set or split.
        DataError: the data are not there, or broken; the sentence says how to get them.
    """
    found = find_labelled(name, root)
    if split not in found.splits:
        hint = near(split, found.splits) or f"; known are {', '.join(found.splits)}."
        raise UnknownNameError(f"there is no split {split!r} of {name}{hint}")
    return found.open(split)


def describe_labelled(name: str, root: Path | str | None = None) -> Description:
    """Say what is there of a data set of labelled pictures; what is missing is part of the answer, never an error.

    Raises:
        UnknownNameError: there is no such data set.
    """

    def without_questions(counts: Mapping[str, int]) -> dict[str, tuple[int, int]]:
        return {split: (count, 0) for split, count in counts.items()}

    return described(name, lambda: find_labelled(name, root), without_questions)


def is_made(name: str, root: Path | str | None = None) -> bool:
    """Tell whether a data set of labelled pictures is made here, not fetched."""
    return hasattr(find_labelled(name, root), "make")


def make_any(
    name: str,
    root: Path | str | None = None,
    *,
    workers: int | None = None,
    progress: Progress | None = None,
    **options: Any,
) -> Path:
    """Make a data set of questions or of labelled pictures, as :func:`scanpath.data.catalogue.make_dataset` does.

    Raises:
        DataError: it is not made but fetched; or what making raises.
    """
    if name not in labelled_names():
        return make_dataset(name, root, workers=workers, progress=progress, **options)
    found: Any = find_labelled(name, root)
    if not hasattr(found, "make"):
        raise DataError(f"{name} is not made, it is fetched: run scanpath data fetch {name}.")
    made: Path = found.make(workers=workers, progress=progress, **options)
    return made


def describe_any(name: str, root: Path | str | None = None) -> Description:
    """Describe a data set of questions or of labelled pictures."""
    return describe_labelled(name, root) if name in labelled_names() else describe(name, root)

"""The data sets by name: opening a split, making what can be made, saying what is there and what is missing."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from scanpath.data.split import VQASplit
from scanpath.errors import ConfigError, ScanpathError, UnknownNameError, near
from scanpath.files import data_home

SPLITS = ("train", "val", "test")

#: Name -> one line about it.
_SUMMARIES: Mapping[str, str] = MappingProxyType(
    {
        "scenes": "generated pictures of 6-8 shapes, questions of 11 types, balanced answers, masks, captions",
        "scenes-cp": "the questions of scenes dealt out so that answers differ between train and test (as VQA-CP)",
        "easy-vqa": "one shape a picture, a third-party set from PyPI (pip install 'scanpath[easy-vqa]')",
    }
)


def dataset_names() -> tuple[str, ...]:
    """Name the data sets that this module can open."""
    return tuple(_SUMMARIES)


def _check_name(name: str) -> None:
    if name not in _SUMMARIES:
        hint = near(name, _SUMMARIES) or f"; known are {', '.join(_SUMMARIES)}."
        raise UnknownNameError(f"there is no data set {name!r}{hint}")


def open_split(name: str, split: str, root: Path | str | None = None) -> VQASplit:
    """Open a split of a data set.

    Args:
        name: one of :func:`dataset_names`.
        split: ``"train"``, ``"val"`` or ``"test"``.
        root: the folder that holds the data sets; ``$SCANPATH_DATA`` or the user's cache by default.

    Raises:
        UnknownNameError: there is no such data set or split.
        DataError: the data are not there, or broken; the sentence says how to make them.
    """
    _check_name(name)
    if split not in SPLITS:
        hint = near(split, SPLITS) or f"; known are {', '.join(SPLITS)}."
        raise UnknownNameError(f"there is no split {split!r} of {name}{hint}")
    if name == "easy-vqa":
        from scanpath.data.easy_vqa import read_easy_vqa

        return read_easy_vqa(split)
    from scanpath.data.scenes.reading import open_scenes, open_scenes_cp

    return (open_scenes if name == "scenes" else open_scenes_cp)(dataset_folder(name, root), split)


def dataset_folder(name: str, root: Path | str | None = None) -> Path:
    """Return where a data set's files lie, whether they are there or not."""
    _check_name(name)
    if name == "easy-vqa":
        from scanpath.data.easy_vqa import package_folder

        return package_folder()
    return Path(root or data_home()) / "scenes"  # scenes-cp is lists beside the pictures of scenes


def make_dataset(
    name: str,
    root: Path | str | None = None,
    *,
    workers: int | None = None,
    progress: Callable[[str, int, int], None] | None = None,
    **options: Any,
) -> Path:
    """Make a data set, unless a finished one with the same options is there.

    Args:
        name: one of :func:`dataset_names`.
        root: the folder that holds the data sets.
        workers: processes that draw; the machine's cores by default. The result does not depend on it.
        progress: called with what is being done, how many of how many steps are done.
        options: fields of :class:`scanpath.data.scenes.SceneOptions`, such as ``images`` and ``seed``.

    Returns:
        the folder of the data set.

    Raises:
        ConfigError: an option that does not exist or cannot be.
        DataError: a data set made with other options is there.
    """
    _check_name(name)
    if name == "easy-vqa":
        if options:
            raise ConfigError(f"easy-vqa takes no options, {', '.join(options)} was given: it comes as a package.")
        return dataset_folder(name, root)
    from scanpath.data.scenes.generation import make_scenes
    from scanpath.data.scenes.options import SceneOptions

    return make_scenes(dataset_folder(name, root), SceneOptions.of(**options), workers=workers, progress=progress)


def dataset_checksum(name: str, root: Path | str | None = None) -> str:
    """Return a checksum of a data set's content, in hexadecimal: equal pixels and texts, equal checksum.

    Raises:
        DataError: the data are not there.
    """
    folder = dataset_folder(name, root)
    if name == "easy-vqa":
        return _folder_checksum(folder)
    from scanpath.data.scenes.manifest import read_manifest

    return read_manifest(folder).content


@functools.cache
def _folder_checksum(folder: Path) -> str:
    digest = hashlib.sha256()
    for file in sorted(folder.rglob("*")):
        if file.suffix in {".json", ".txt", ".png"}:
            digest.update(f"{file.relative_to(folder).as_posix()}\n".encode() + file.read_bytes())
    return digest.hexdigest()


@dataclass(frozen=True)
class Description:
    """What is known about a data set on this machine."""

    name: str
    summary: str
    folder: Path | None
    missing: str = ""
    """Why it cannot be opened and how to get it; empty if it is there."""
    counts: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """Pictures and questions by split."""
    size: int = 0
    """Bytes on disk."""
    checksum: str = ""


def describe(name: str, root: Path | str | None = None) -> Description:
    """Say what is there of a data set; what is missing is part of the answer, never an error.

    Raises:
        UnknownNameError: there is no such data set.
    """
    _check_name(name)
    try:
        folder = dataset_folder(name, root)
        checksum = dataset_checksum(name, root)
        counts = _counts(name, root)
    except ScanpathError as error:
        return Description(name, _SUMMARIES[name], None, missing=str(error))
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    return Description(name, _SUMMARIES[name], folder, counts=counts, size=size, checksum=checksum)


def _counts(name: str, root: Path | str | None) -> Mapping[str, tuple[int, int]]:
    if name == "easy-vqa":
        splits = {split: open_split(name, split) for split in SPLITS}
        return {split: (len(found.image_names), len(found)) for split, found in splits.items()}
    from scanpath.data.scenes.manifest import read_manifest

    return read_manifest(dataset_folder(name, root)).counts[name]

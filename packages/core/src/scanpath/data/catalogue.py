"""The data sets by name: opening a split, making what can be made, saying what is there and what is missing.

Who brings a data set names its class in :attr:`scanpath.method.Method.datasets`; the core does the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scanpath import registry
from scanpath.data.dataset import Dataset
from scanpath.data.making import Progress
from scanpath.data.own import OwnQuestions, is_own
from scanpath.data.pairs import Pairs
from scanpath.data.split import VQASplit
from scanpath.errors import ScanpathError, UnknownNameError, near
from scanpath.files import data_home

SPLITS = ("train", "val", "test")


def dataset_names() -> tuple[str, ...]:
    """Name the data sets that the installed packages bring, the core's first; none is imported."""
    return tuple(registry.addresses("datasets"))


def _find(name: str, root: Path | str | None) -> Dataset:
    if is_own(name):
        return OwnQuestions(Path(name))
    found: Dataset = registry.load("datasets", name)(Path(root or data_home()))
    return found


def open_split(name: str, split: str, root: Path | str | None = None) -> VQASplit:
    """Open a split of a data set.

    Args:
        name: one of :func:`dataset_names`, or the path of a file of one's own questions (``docs/own-data.md``).
        split: ``"train"``, ``"val"`` or ``"test"``, or what the data set has besides (``"test-dev"`` of VQA).
        root: the folder that holds the data sets; ``$SCANPATH_DATA`` or the user's cache by default.

    Raises:
        UnknownNameError: there is no such data set or split.
        DataError: the data are not there, or broken; the sentence says how to make them.
    """
    found = _find(name, root)
    splits: tuple[str, ...] = getattr(found, "splits", SPLITS)
    if split not in splits:
        hint = near(split, splits) or f"; known are {', '.join(splits)}."
        raise UnknownNameError(f"there is no split {split!r} of {name}{hint}")
    return found.open(split)


def open_pairs(name: str, split: str, root: Path | str | None = None) -> Pairs | None:
    """Open the complementary pairs of a split, of data sets that have them; None where there are none.

    Raises:
        UnknownNameError: there is no such data set.
        DataError: they are broken, or not of the split.
    """
    read = getattr(_find(name, root), "complementary_pairs", None)
    found: Pairs | None = None if read is None else read(split)
    return found


def dataset_folder(name: str, root: Path | str | None = None) -> Path:
    """Return where a data set's files lie, whether they are there or not."""
    return _find(name, root).folder


def make_dataset(
    name: str,
    root: Path | str | None = None,
    *,
    workers: int | None = None,
    progress: Progress | None = None,
    **options: Any,
) -> Path:
    """Make a data set, unless a finished one with the same options is there.

    Args:
        name: one of :func:`dataset_names`.
        root: the folder that holds the data sets.
        workers: processes that draw; the machine's cores by default. The result does not depend on it.
        progress: called with what is being done, how many of how many steps are done.
        options: what the data set's maker takes, such as the fields of :class:`scanpath.data.scenes.SceneOptions`.

    Returns:
        the folder of the data set.

    Raises:
        ConfigError: an option that does not exist or cannot be.
        DataError: a data set made with other options is there, or it cannot be made.
    """
    return _find(name, root).make(workers=workers, progress=progress, **options)


def dataset_checksum(name: str, root: Path | str | None = None) -> str:
    """Return a checksum of a data set's content, in hexadecimal: equal pixels and texts, equal checksum.

    Raises:
        DataError: the data are not there.
    """
    return _find(name, root).checksum()


def damaged_files(name: str, root: Path | str | None = None) -> list[str] | None:
    """Name the files of a data set that differ from their checksums; None where there is nothing to compare with.

    Raises:
        DataError: the data are not there.
    """
    return _find(name, root).damaged()


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
    texts: str = "questions"
    """What the second of the counts counts."""
    size: int = 0
    """Bytes on disk."""
    checksum: str = ""
    made_of: tuple[str, ...] = ()
    """Sentences about what it was made of, where that could be better."""


def describe(name: str, root: Path | str | None = None) -> Description:
    """Say what is there of a data set; what is missing is part of the answer, never an error.

    Raises:
        UnknownNameError: there is no such data set.
    """
    return described(name, lambda: _find(name, root), lambda counts: counts)


def described(
    name: str,
    find: Callable[[], Any],
    pictures_and_questions: Callable[[Any], Mapping[str, tuple[int, int]]],
    *,
    texts: str = "questions",
) -> Description:
    """Describe a data set of whatever kind, as :func:`describe` does.

    Args:
        name: what it is called.
        find: gives it, or raises why it cannot be imported.
        pictures_and_questions: makes both counts by split of what its ``counts()`` gives.
        texts: what the second of them counts.
    """
    try:
        found = find()
    except UnknownNameError:
        raise
    except ScanpathError as error:
        return Description(name, "cannot be imported", None, missing=str(error))
    try:
        checksum, counts = found.checksum(), pictures_and_questions(found.counts())
    except ScanpathError as error:
        return Description(name, found.summary, None, missing=str(error))
    size = sum(file.stat().st_size for file in found.folder.rglob("*") if file.is_file())
    return Description(
        name, found.summary, found.folder, counts=counts, texts=texts, size=size, checksum=checksum,
        made_of=tuple(getattr(found, "made_of", ())),
    )  # fmt: skip

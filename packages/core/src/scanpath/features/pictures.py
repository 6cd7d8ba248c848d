"""Which pictures are extracted, under which ids: those of splits, or of a folder by the numbers in their names."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Protocol

import numpy as np
import numpy.typing as npt

from scanpath.data.images import ImageSource, JoinedImages, open_images
from scanpath.errors import DataError
from scanpath.files import read_json

Ids = npt.NDArray[np.int64]

_DIGITS = re.compile(r"[0-9]+")
_LARGEST = 2**63


class ReadsPictures(Protocol):
    """What opens pictures by file name (``scanpath.data.images``)."""

    def read(self, name: str) -> npt.NDArray[np.uint8]:
        """Decode one picture, uint8 (H, W, 3)."""
        ...


class Pictures(Protocol):
    """The part of a split that extraction needs; a ``VQASplit`` has it."""

    @property
    def image_ids(self) -> Ids:
        """The pictures, each any number of times."""
        ...

    @property
    def image_names(self) -> Mapping[int, str]:
        """File names by image id."""
        ...

    @property
    def images(self) -> ReadsPictures | None:
        """Where the files are."""
        ...


@dataclass(frozen=True)
class NumberedPictures:
    """Pictures with their ids (:class:`Pictures`)."""

    image_names: Mapping[int, str]
    images: ReadsPictures
    remarks: tuple[str, ...] = ()
    """What a user should know: pictures without an id."""

    @property
    def image_ids(self) -> Ids:
        """The ids, sorted."""
        return np.asarray(sorted(self.image_names), dtype=np.int64)

    @property
    def sha256(self) -> str:
        """The checksum of ids and names."""
        lines = (f"{image} {name}\n" for image, name in sorted(self.image_names.items()))
        return hashlib.sha256("".join(lines).encode()).hexdigest()


def number_pictures(path: Path, ids: Path | None = None) -> NumberedPictures:
    """Find the pictures of a folder or zip archive, and their ids.

    Args:
        path: searched with the folders below it.
        ids: a JSON object of file names and ids; None takes the last number in each file's name, which is its id in
            COCO, VQA, Visual Genome and CLEVR.

    Raises:
        DataError: nothing is there, a name without a number, one id for two pictures, or a table that does not fit.
    """
    source = open_images(path)
    if ids is not None:
        return _by_table(source, path, ids)
    return NumberedPictures(_unique((_number(name, path), name) for name in source.names), source)


def _number(name: str, path: Path) -> int:
    digits = _DIGITS.findall(PurePosixPath(name).stem)
    if not digits or int(digits[-1]) >= _LARGEST:
        raise DataError(
            f"the name of the picture {name!r} in {path} has no number that could be its id: write a JSON object of "
            "names and ids and give it with --ids, or name the data set in place of --images."
        )
    return int(digits[-1])


def _unique(numbered: Iterable[tuple[int, str]]) -> dict[int, str]:
    found: dict[int, str] = {}
    for image, name in numbered:
        if image in found:
            raise DataError(
                f"the pictures {found[image]!r} and {name!r} both have the id {image}: extract their folders one by "
                "one, or give ids with --ids."
            )
        found[image] = name
    return found


def _by_table(source: ImageSource, path: Path, ids: Path) -> NumberedPictures:
    table = read_json(ids)
    if not isinstance(table, dict) or not table:
        raise DataError(f"{ids} holds no names, expected a JSON object of file names and ids.")
    for name, image in table.items():
        if not isinstance(image, int) or isinstance(image, bool) or not -_LARGEST <= image < _LARGEST:
            raise DataError(f"{ids} gives {name!r} the id {str(image)[:30]!r}, expected a whole number of 64 bits.")
    if lost := [name for name in table if name not in source]:
        raise DataError(f"{ids} names {len(lost)} pictures that {path} lacks, the first being {lost[0]!r}.")
    numbered = _unique((image, name) for name, image in table.items())
    others = len(source.names) - len(numbered)
    remark = f"{others:,} of the {len(source.names):,} pictures in {path} have no id in {ids} and are left out."
    return NumberedPictures(numbered, source, (remark,) if others else ())


def join_pictures(splits: Iterable[Pictures]) -> NumberedPictures:
    """Take the pictures of several splits of one data set together.

    Raises:
        DataError: a split has no pictures, or no file name for one.
    """
    names: dict[int, str] = {}
    sources = []
    for split in splits:
        names.update(named(split))
        sources.append(split.images)
    return NumberedPictures(names, JoinedImages(sources))  # type: ignore[arg-type]  # named() refuses None


def named(split: Pictures) -> dict[int, str]:
    """Return the file names of a split's pictures by their ids, sorted.

    Raises:
        DataError: there are none, or one has no name.
    """
    name = getattr(split, "name", "the split")
    image_ids = np.unique(split.image_ids).tolist()
    if not image_ids:
        raise DataError(f"{name} has no pictures: nothing to extract.")
    if split.images is None:
        raise DataError(f"{name} has no pictures beside its questions: lay them there, or choose others with --split.")
    if lost := [one for one in image_ids if one not in split.image_names]:
        raise DataError(f"{len(lost)} pictures of {name} have no file name, the first being {lost[0]}.")
    return {one: split.image_names[one] for one in image_ids}

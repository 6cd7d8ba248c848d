"""CelebA: 202,599 aligned faces of 178x218 pixels with 40 attributes each, in the official split and in StarGAN's.

Source: Liu et al., "Deep Learning Face Attributes in the Wild", ICCV 2015, http://mmlab.ie.cuhk.edu.hk/projects/CelebA.html;
StarGAN's split is that of the loader of https://github.com/yunjey/stargan (Choi et al., CVPR 2018).
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from scanpath.data.images import open_images
from scanpath.data.labelled import LabelledSplit, Labels, NamedPictures
from scanpath.data.official import compare, file_md5
from scanpath.data.records import Ids, first_few
from scanpath.errors import DataError

COUNT = 202_599
ATTRIBUTES = 40
NO_YES = ("no", "yes")
PARTS = MappingProxyType({"train": 0, "val": 1, "test": 2})
"""The numbers of ``list_eval_partition.txt``."""
MD5 = MappingProxyType(
    {
        "list_attr_celeba.txt": "75e246fa4810816ffd6ee81facbd244c",
        "list_eval_partition.txt": "d32c9cbf5e040fd4025c592c306e6668",
    }
)
STARGAN_SEED, STARGAN_TEST = 1234, 1999
"""StarGAN's loader counts its test lines from one and stops below 2,000. Of fewer pictures as large a part is test."""
_ADDRESS = "http://mmlab.ie.cuhk.edu.hk/projects/CelebA.html"
_REMEDY = f"fetch it again from {_ADDRESS}"


@dataclass(frozen=True)
class Attributes:
    """``list_attr_celeba.txt``."""

    files: list[str]
    names: tuple[str, ...]
    """Of the attributes."""
    values: npt.NDArray[np.int8]
    """(N, attributes), 1 where the picture has the attribute, else 0."""
    remarks: tuple[str, ...]


def _lines(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Give the words of each line with its number from 1; the file is read line by line."""
    try:
        with path.open(encoding="ascii") as stream:
            for number, line in enumerate(stream, 1):
                yield number, line.split()
    except FileNotFoundError:
        raise DataError(f"{path} does not exist: fetch it from {_ADDRESS}.") from None
    except UnicodeDecodeError:
        raise DataError(f"{path} is not plain text: is it the official file, unpacked?") from None
    except OSError as error:
        raise DataError(f"{path} cannot be read ({error.strerror}): check the path and its permissions.") from None


def read_attributes(path: Path) -> Attributes:
    """Read ``list_attr_celeba.txt``: the number of pictures, the attributes' names, then a line a picture.

    Raises:
        DataError: the file is missing, cut short or damaged; the sentence names the line.
    """
    lines = _lines(path)
    words = next(lines, (1, []))[1]
    if len(words) != 1 or not words[0].isdecimal():
        raise DataError(
            f"{path}, line 1 is {' '.join(words)[:40]!r}, expected the number of pictures alone: "
            "give the official .txt, not a table made of it."
        )
    announced = int(words[0])
    names = tuple(next(lines, (2, []))[1])
    if not names or len(set(names)) < len(names):
        raise DataError(f"{path}, line 2 names {len(names)} attributes, expected {ATTRIBUTES} of them: {_REMEDY}.")
    files, values = [], bytearray()
    for number, (file, *signs) in ((number, words) for number, words in lines if words):
        if len(signs) != len(names):
            raise DataError(f"{path}, line {number} has {len(signs)} values, expected {len(names)}: {_REMEDY}.")
        if set(signs) - {"1", "-1"}:
            wrong = next(sign for sign in signs if sign not in ("1", "-1"))
            raise DataError(f"{path}, line {number} has the value {wrong[:20]!r}, expected 1 or -1: {_REMEDY}.")
        files.append(file)
        values += bytes(sign == "1" for sign in signs)
    if len(files) != announced:
        raise DataError(f"{path} has {len(files):,} pictures, its first line says {announced:,}: {_REMEDY}.")
    _different(files, path)
    return Attributes(
        files=files,
        names=names,
        values=np.frombuffer(values, dtype=np.int8).reshape(len(files), len(names)),
        remarks=_compare(path, len(files)),
    )


def read_partition(path: Path, files: list[str]) -> tuple[Ids, tuple[str, ...]]:
    """Read ``list_eval_partition.txt``: 0, 1 or 2 of every picture.

    Args:
        path: the file.
        files: the pictures, in the order that is wanted.

    Returns:
        (N,), in the order of ``files``; and remarks on the file.

    Raises:
        DataError: the file is missing, damaged, or about other pictures.
    """
    parts: dict[str, int] = {}
    listed = []
    for number, words in _lines(path):
        if not words:
            continue
        if len(words) != 2 or words[1] not in ("0", "1", "2"):
            raise DataError(
                f"{path}, line {number} is {' '.join(words)[:40]!r}, expected a picture and 0, 1 or 2: {_REMEDY}."
            )
        listed.append(words[0])
        parts[words[0]] = int(words[1])
    _different(listed, path)
    lacking = [file for file in files if file not in parts]
    if lacking or len(parts) != len(files):
        foreign = sorted(set(parts) - set(files))
        raise DataError(
            f"{path} lacks {len(lacking)} pictures of list_attr_celeba.txt and has {len(foreign)} others "
            f"({first_few(lacking or foreign)}): give the two files of one version."
        )
    return np.asarray([parts[file] for file in files], dtype=np.int64), _compare(path, len(files))


def _different(files: list[str], path: Path) -> None:
    if len(set(files)) < len(files):
        seen: set[str] = set()
        repeated = [file for file in files if file in seen or seen.add(file)]  # type: ignore[func-returns-value]
        raise DataError(f"{path} lists {len(repeated)} pictures twice ({first_few(repeated)}): {_REMEDY}.")


def _compare(path: Path, entries: int) -> tuple[str, ...]:
    return compare(path, file_md5(path), MD5[path.name], like_official=entries == COUNT, remedy=_REMEDY)


def with_attributes(
    name: str, found: Attributes, rows: Ids, pictures: Path, *, remarks: tuple[str, ...] = ()
) -> LabelledSplit:
    """Put a split together: its labels are the attributes, 0 or 1.

    Args:
        name: of the split.
        found: of all pictures.
        rows: those of the split.
        pictures: the folder or the archive that they lie in.
        remarks: on the files.

    Raises:
        DataError: pictures are missing.
    """
    source = open_images(pictures)
    absent = [file for file in found.files if file not in source]
    if absent:
        raise DataError(
            f"{pictures} lacks {len(absent):,} pictures of list_attr_celeba.txt ({first_few(absent)}): {_REMEDY}."
        )
    more = len(source.names) - len(found.files)
    if more:
        remarks += (f"{pictures} holds {more:,} pictures that list_attr_celeba.txt lacks; they are left out.",)
    return LabelledSplit(
        name=name,
        keys=[found.files[row] for row in rows.tolist()],
        pictures=NamedPictures(source, found.files),
        labels={told: Labels(NO_YES, found.values[rows, place]) for place, told in enumerate(found.names)},
        rows=rows,
        remarks=remarks,
    )


def stargan_rows(count: int, split: str) -> Ids:
    """Return the lines of a split of StarGAN, from 0 after the two headers, in its order.

    All lines are shuffled by Python's generator, seeded with 1234; the first 1,999 are test, the others train.
    """
    order = list(range(count))
    random.Random(STARGAN_SEED).shuffle(order)
    tested = stargan_tested(count)
    return np.asarray(order[:tested] if split == "test" else order[tested:], dtype=np.int64)


def stargan_tested(count: int) -> int:
    """Count the test pictures of StarGAN's split: 1,999, or of as few the part that they are of all, one at least."""
    return STARGAN_TEST if count > STARGAN_TEST else max(1, count * STARGAN_TEST // COUNT)


class CelebA:
    """``celeba``, the official split (a :class:`scanpath.data.labelled.LabelledData`)."""

    summary: ClassVar[str] = "faces with 40 attributes, 178x218; 1.4 GB from its authors (Liu et al., 2015)"
    splits: ClassVar[tuple[str, ...]] = ("train", "val", "test")
    _name = "celeba"
    _lists: ClassVar[tuple[str, ...]] = ("list_attr_celeba.txt", "list_eval_partition.txt")

    def __init__(self, root: Path) -> None:
        self.folder = root / "celeba"

    def open(self, split: str) -> LabelledSplit:
        """Open a split; a picture is (3, 218, 178), its labels are the attributes, 0 or 1."""
        found = self._attributes()
        rows, remarks = self._rows(found, split)
        return with_attributes(
            f"{self._name}/{split}", found, rows, self._pictures(), remarks=(*found.remarks, *remarks)
        )

    def counts(self) -> Mapping[str, int]:
        """Count the pictures by split."""
        found = self._attributes()
        return {split: len(self._rows(found, split)[0]) for split in self.splits}

    def checksum(self) -> str:
        """Return a checksum of the lists; the pictures are taken as the official ones."""
        self._there()
        return hashlib.sha256("".join(file_md5(self.folder / name) for name in self._lists).encode()).hexdigest()

    def damaged(self) -> list[str]:
        """Name the lists that are not the official ones."""
        self._there()
        return [name for name in self._lists if file_md5(self.folder / name) != MD5[name]]

    def _attributes(self) -> Attributes:
        self._there()
        return read_attributes(self.folder / "list_attr_celeba.txt")

    def _rows(self, found: Attributes, split: str) -> tuple[Ids, tuple[str, ...]]:
        """Return the rows of a split, and remarks on the file that tells them."""
        parts, remarks = read_partition(self.folder / "list_eval_partition.txt", found.files)
        return np.flatnonzero(parts == PARTS[split]), remarks

    def _pictures(self) -> Path:
        unpacked = self.folder / "img_align_celeba"
        return unpacked if unpacked.is_dir() else self.folder / "img_align_celeba.zip"

    def _there(self) -> None:
        lacking = [name for name in self._lists if not (self.folder / name).is_file()]
        if not self._pictures().exists():
            lacking.append(self._pictures().name)
        if lacking:
            raise DataError(
                f"there is no whole CelebA in {self.folder} ({lacking[0]} is missing): scanpath data fetch celeba says "
                "where each file comes from and checks what you lay there."
            )


class StarGANCelebA(CelebA):
    """``celeba-stargan``: the same pictures, 1,999 of them drawn for test and all others for train."""

    summary = "CelebA as StarGAN splits it, for editing: 1,999 drawn pictures are test"
    splits = ("train", "test")
    _name = "celeba-stargan"
    _lists = ("list_attr_celeba.txt",)

    def _rows(self, found: Attributes, split: str) -> tuple[Ids, tuple[str, ...]]:
        count = len(found.files)
        tested = stargan_tested(count)
        if count <= tested:
            raise DataError(f"{self.folder} has {count} pictures, and one is StarGAN's test: lay at least two there.")
        sentence = f"{self._name} has {tested:,} test pictures of {count:,}, StarGAN's split {STARGAN_TEST:,}."
        return stargan_rows(count, split), () if tested == STARGAN_TEST else (sentence,)

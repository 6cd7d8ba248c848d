"""VQA v1 and v2 as data sets by name, where their official files were laid.

Source: https://visualqa.org/download.html; Antol et al., https://arxiv.org/abs/1505.00468; Goyal et al.,
https://arxiv.org/abs/1612.00837. The answers of test and test-dev are not public.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, ClassVar

from scanpath.data.coco_pictures import coco_pictures
from scanpath.data.columns import CodedLists
from scanpath.data.dataset import Counts
from scanpath.data.digests import joint_checksum
from scanpath.data.images import JoinedImages
from scanpath.data.making import Progress
from scanpath.data.pairs import Pairs, pairs_of
from scanpath.data.split import VQASplit, joined
from scanpath.data.tables import kept
from scanpath.data.vqa import read_split
from scanpath.data.vqa_writing import PAIRS_NAME
from scanpath.errors import ConfigError, DataError

SUBTYPES: Mapping[str, str] = MappingProxyType(
    {"train": "train2014", "val": "val2014", "test": "test2015", "test-dev": "test-dev2015"}
)
"""``data_subtype`` of the splits, and what the names of their files say."""

ANSWERED = ("train", "val")
ANSWERS = 10
"""How many people answered each question."""

QUESTIONS: Mapping[int, Mapping[str, int]] = MappingProxyType(
    {
        1: MappingProxyType({"train": 248_349, "val": 121_512, "test": 244_302}),
        2: MappingProxyType({"train": 443_757, "val": 214_354, "test": 447_793}),
    }
)
"""How many questions the official splits have, by version; test-dev is a part of test."""

PAIRS: Mapping[str, int] = MappingProxyType({"train": 200_394, "val": 95_144})
"""How many complementary pairs VQA v2 has."""


def count_remarks(found: VQASplit, official: int | None) -> list[str]:
    """Say where a split is not the official one, which is no error: people may mean to use a part of it.

    Args:
        found: the split.
        official: how many questions it has officially; None if nobody tells.
    """
    remarks = []
    if official is not None and len(found) != official:
        remarks.append(
            f"{found.name} has {len(found):,} questions, the official one has {official:,}: "
            "numbers on it are not those of the literature."
        )
    if found.annotations is not None:
        odd = int((CodedLists.of(found.annotations.answers).lengths != ANSWERS).sum())
        if odd:
            remarks.append(f"{odd:,} questions of {found.name} have more or fewer than {ANSWERS} answers.")
    return remarks


class OfficialVQA:
    """What the versions of VQA share (a :class:`scanpath.data.dataset.Dataset`); use a version's class.

    The files are found in the data set's folder and in the folders directly in it, so that each archive may be unpacked
    by itself. Pictures are those of COCO beside it (:func:`scanpath.data.coco_pictures.coco_pictures`).
    """

    summary: ClassVar[str]
    version: ClassVar[int]
    splits = tuple(SUBTYPES)

    def __init__(self, root: Path) -> None:
        self._root = root
        self.folder = root / f"vqa{self.version}"

    def open(self, split: str) -> VQASplit:
        """Open a split; test and test-dev have no answers."""
        subtype = SUBTYPES[split]
        annotations = self._need(self._annotation_names(split)) if split in ANSWERED else None
        pictures = coco_pictures(self._root, [subtype.replace("test-dev", "test")])
        path = self._need(self._question_names(split))
        found = read_split(path, annotations, pictures)
        # test-dev is a part of test, so its file may say either; its name tells which it is
        if found.name not in (subtype, subtype.replace("test-dev", "test")):
            raise DataError(f"{path} is of {found.name!r} by its data_subtype, expected {subtype!r}: rename the files.")
        found = replace(found, name=f"vqa{self.version}/{split}")
        remarks = count_remarks(found, QUESTIONS[self.version].get(split))
        return replace(found, remarks=(*remarks, *found.remarks))

    def complementary_pairs(self, split: str) -> Pairs | None:
        """Read the pairs of ``"train"`` or ``"val"``; None where there is no such file.

        Raises:
            DataError: the file is broken, or names questions that the split lacks.
        """
        path = self._find((PAIRS_NAME.format(subtype=SUBTYPES[split]),))
        if path is None:
            return None
        found = read_split(self._need(self._question_names(split)), name=f"vqa{self.version}/{split}")
        return pairs_of(path, found, PAIRS.get(split))

    def answered_files(self) -> list[tuple[Path, Path]]:
        """Find the questions and annotations of train and of val.

        Raises:
            DataError: one is missing.
        """
        return [
            (self._need(self._question_names(split)), self._need(self._annotation_names(split))) for split in ANSWERED
        ]

    def there(self) -> list[Path]:
        """Find the questions and annotations of train and of val, those of them that are there."""
        names = [name for split in ANSWERED for name in (self._question_names(split), self._annotation_names(split))]
        return [path for some in names if (path := self._find(some)) is not None]

    def make(self, *, workers: int | None = None, progress: Progress | None = None, **options: Any) -> Path:  # noqa: ARG002
        """Return its folder; where there is none, say where the data come from."""
        if options:
            raise ConfigError(f"vqa{self.version} takes no options, {', '.join(options)} was given: it was collected.")
        self.answered_files()
        return self.folder

    def checksum(self) -> str:
        """Return a checksum of the questions and answers of train and val; the pictures are taken as COCO's."""
        return joint_checksum(path for two in self.answered_files() for path in two)

    def counts(self) -> Counts:
        """Count pictures and questions of the splits that are there; every questions file is read for it, once."""
        self.answered_files()
        paths = {split: self._find(self._question_names(split)) for split in SUBTYPES}
        found = {split: read_split(path) for split, path in paths.items() if path is not None}
        return {split: (len(one.image_names), len(one)) for split, one in found.items()}

    def damaged(self) -> list[str] | None:
        """Compare nothing: official checksums are those of the archives."""
        return None

    def _question_names(self, split: str) -> tuple[str, ...]:
        """Name the questions; v1's multiple-choice files hold the same ones, with choices that nothing here needs."""
        kinds = ("OpenEnded", "MultipleChoice") if self.version == 1 else ("v2_OpenEnded",)
        return tuple(f"{kind}_mscoco_{SUBTYPES[split]}_questions.json" for kind in kinds)

    def _annotation_names(self, split: str) -> tuple[str, ...]:
        return (f"{'v2_' if self.version == 2 else ''}mscoco_{SUBTYPES[split]}_annotations.json",)

    def _find(self, names: tuple[str, ...]) -> Path | None:
        places = [self.folder, *sorted(path for path in self.folder.glob("*") if path.is_dir())]
        return next((place / name for name in names for place in places if (place / name).is_file()), None)

    def _need(self, names: tuple[str, ...]) -> Path:
        found = self._find(names)
        if found is None:
            raise DataError(
                f"there is no {' or '.join(names)} in {self.folder}: run scanpath data fetch vqa{self.version}, "
                f"or unpack the archives of VQA v{self.version} from https://visualqa.org/download.html there."
            )
        return found


class VQA1(OfficialVQA):
    """``vqa1``, three questions about each picture of COCO."""

    summary = "VQA v1: three questions about each picture of COCO, ten answers each (Antol et al., 2015)"
    version = 1


class VQA2(OfficialVQA):
    """``vqa2``, nearly each question asked of two pictures with different answers."""

    summary = "VQA v2: questions about COCO, most of two pictures with different answers (Goyal et al., 2017)"
    version = 2


class TrainAndVal(OfficialVQA):
    """A version whose ``train`` is both splits with answers, for what is sent to its server: there is no val."""

    splits = ("train", "test", "test-dev")

    def open(self, split: str) -> VQASplit:
        """Open a split; train is the official train and val, one after the other."""
        if split != "train":
            return super().open(split)
        parts = [super(TrainAndVal, self).open(part) for part in ANSWERED]
        name = f"vqa{self.version}-trainval/train"
        found = kept(
            lambda: joined(name, [replace(part, images=None) for part in parts]),
            self.there(),
            reader="trainval-2",
            options={"data": name},
        )
        sources = [part.images for part in parts if part.images is not None]
        return replace(found, images=JoinedImages(sources) if len(sources) == len(parts) else None)

    def complementary_pairs(self, split: str) -> Pairs | None:  # noqa: ARG002
        """Return None: pairs are of the official splits, and of these only test is measured on."""
        return None

    def counts(self) -> Counts:
        """Count pictures and questions of the splits that are there."""
        found = dict(super().counts())
        parts = [found.pop(split) for split in ANSWERED]
        return {"train": (sum(pictures for pictures, _ in parts), sum(asked for _, asked in parts)), **found}


class TrainVal1(TrainAndVal):
    """``vqa1-trainval``."""

    summary = "VQA v1 with train and val to learn from, for its test server"
    version = 1


class TrainVal2(TrainAndVal):
    """``vqa2-trainval``."""

    summary = "VQA v2 with train and val to learn from, for its test server"
    version = 2

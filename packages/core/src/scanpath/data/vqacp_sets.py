"""VQA-CP v1 and v2 as data sets by name: the authors' lists, and those that were derived here again.

The two never stand under one name: numbers on derived lists are not comparable with those of the literature.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from scanpath.data.coco_pictures import coco_pictures
from scanpath.data.dataset import Counts
from scanpath.data.digests import joint_checksum
from scanpath.data.making import Progress
from scanpath.data.records import first_few
from scanpath.data.split import VQASplit
from scanpath.data.vqa_official import count_remarks
from scanpath.data.vqacp import PICTURES, SPLITS, read_cp_split
from scanpath.errors import ConfigError, DataError

#: How many questions VQA-CP v2 has; those of v1 are known in thousands only.
_QUESTIONS = {"v2": {"train": 438_183, "test": 219_928}}


class VQACP:
    """Lists where they were laid (a :class:`scanpath.data.dataset.Dataset`); use a version's class.

    Pictures are those of COCO, ``coco/train2014`` and ``coco/val2014`` beside it, folders or zip archives; without
    them the texts are there for features that were extracted elsewhere.
    """

    summary: ClassVar[str]
    version: ClassVar[str]
    rebuilt: ClassVar[bool] = False

    def __init__(self, root: Path) -> None:
        self._root = root
        self.name = f"vqa-cp-{self.version}" + ("-rebuilt" if self.rebuilt else "")
        self.folder = root / self.name

    def open(self, split: str) -> VQASplit:
        """Open ``"train"`` or ``"test"``."""
        self._there()
        if split not in SPLITS:
            raise DataError(
                f"{self.name} has no split 'val', by design of its authors: give training.evaluation_split=test, "
                "training.evaluate_every=end, so that test chooses no checkpoint, and --split test."
            )
        found = read_cp_split(*self.files(split), coco_pictures(self._root, PICTURES), name=f"{self.name}/{split}")
        self._refuse_leak(found, split)
        return replace(found, remarks=(*self._remarks(found, split), *found.remarks))

    def make(self, *, workers: int | None = None, progress: Progress | None = None, **options: Any) -> Path:  # noqa: ARG002
        """Return its folder; where there is none, say where the data come from."""
        if options:
            raise ConfigError(f"{self.name} takes no options, {', '.join(options)} was given: lay its lists there.")
        self._there()
        return self.folder

    def checksum(self) -> str:
        """Return a checksum of the questions and answers; the pictures are taken as COCO's."""
        self._there()
        return joint_checksum(path for split in SPLITS for path in self.files(split))

    def counts(self) -> Counts:
        """Count pictures and questions by split; both lists of questions are read for it."""
        self._there()
        found = {split: read_cp_split(self.files(split)[0]) for split in SPLITS}
        return {split: (len(np.unique(one.image_ids)), len(one)) for split, one in found.items()}

    def damaged(self) -> list[str] | None:
        """Compare nothing: the files have no official checksums."""
        return None

    def files(self, split: str) -> tuple[Path, Path]:
        """Return where the questions and the annotations of a split lie, whether they are there or not."""
        questions, annotations = (
            self.folder / f"vqacp_{self.version}_{split}_{kind}.json" for kind in ("questions", "annotations")
        )
        return questions, annotations

    def lacking(self) -> list[str]:
        """Name the files that are not there."""
        return [path.name for split in SPLITS for path in self.files(split) if not path.is_file()]

    def _refuse_leak(self, found: VQASplit, split: str) -> None:
        """Compare with the other list whenever one is opened, so that no measure of a run escapes it."""
        other = self.files(next(name for name in SPLITS if name != split))[0]
        shared = np.intersect1d(found.question_ids, read_cp_split(other).question_ids)
        if len(shared):
            raise DataError(
                f"{len(shared)} questions stand in both {self.files(split)[0]} and {other.name} ({first_few(shared)}): "
                "give the lists of one version, train and test."
            )

    def _remarks(self, found: VQASplit, split: str) -> list[str]:
        if not self.rebuilt:
            return count_remarks(found, _QUESTIONS.get(self.version, {}).get(split))
        sentence = (
            f"{found.name} was derived here: numbers on it are comparable among themselves, not with those of the "
            f"literature on VQA-CP {self.version}."
        )
        return [sentence]

    def _there(self) -> None:
        lacking = self.lacking()
        if not lacking:
            return
        derive = f"scanpath data rebuild-vqacp vqa{self.version[1:]}"
        if self.rebuilt:
            raise DataError(f"there is no whole {self.name} in {self.folder} ({lacking[0]} is missing): run {derive}.")
        raise DataError(
            f"there is no whole VQA-CP {self.version} in {self.folder} ({lacking[0]} is missing): run scanpath "
            f"data fetch {self.name}, or, if its hosts are gone, lay the four files of "
            "https://www.iro.umontreal.ca/~agrawal/vqa-cp/ there, or derive a split of the same kind, "
            f"{self.name}-rebuilt, by {derive}."
        )


class VQACP1(VQACP):
    """``vqa-cp-v1``."""

    summary = "VQA v1 dealt out so that answers differ between train and test; from its authors (Agrawal et al., 2018)"
    version = "v1"


class VQACP2(VQACP):
    """``vqa-cp-v2``."""

    summary = "VQA v2 dealt out so that answers differ between train and test; from its authors (Agrawal et al., 2018)"
    version = "v2"


class RebuiltVQACP1(VQACP1):
    """``vqa-cp-v1-rebuilt``."""

    summary = "VQA v1 dealt out here by the authors' published procedure (scanpath data rebuild-vqacp vqa1)"
    rebuilt = True


class RebuiltVQACP2(VQACP2):
    """``vqa-cp-v2-rebuilt``."""

    summary = "VQA v2 dealt out here by the authors' published procedure (scanpath data rebuild-vqacp vqa2)"
    rebuilt = True

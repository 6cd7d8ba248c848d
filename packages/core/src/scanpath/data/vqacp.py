"""VQA-CP v1 and v2: the questions of VQA's train and val dealt out anew, so that answer priors change.

Each file is a bare list; an item carries ``coco_split``, the set that its picture comes from. There is no val split.

Source: Agrawal et al., "Don't Just Assume; Look and Answer", https://arxiv.org/abs/1712.00377; the files of
https://www.iro.umontreal.ca/~agrawal/vqa-cp/.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from scanpath.data.dataset import Counts
from scanpath.data.images import ImageSource, JoinedImages, open_images
from scanpath.data.making import Progress
from scanpath.data.records import column, first_few, records
from scanpath.data.split import VQASplit
from scanpath.data.vqa import align, annotations_from, check_images, coco_name, keep_answer_only, questions_from
from scanpath.errors import ConfigError, DataError
from scanpath.files import read_json, sha256

SPLITS = ("train", "test")
PICTURES = ("train2014", "val2014")
"""The sets of COCO that both splits draw on."""


def read_cp_split(
    questions_path: Path,
    annotations_path: Path | None = None,
    images: ImageSource | None = None,
    *,
    name: str | None = None,
    image_name: Callable[[str, int], str] = coco_name,
) -> VQASplit:
    """Read a split of VQA-CP.

    Args:
        questions_path: ``vqacp_v2_{train,test}_questions.json``.
        annotations_path: ``vqacp_v2_{train,test}_annotations.json``; None reads the questions only.
        images: where the pictures are, usually two sources joined; None reads the texts only.
        name: what to call the split; the file's name by default.
        image_name: gives a picture's file name from ``coco_split`` and image id; COCO's by default.

    Raises:
        DataError: a file is missing, broken or does not fit the others.
    """
    entries = records(read_json(questions_path), questions_path, None, "VQA-CP questions, a bare list")
    questions = questions_from(entries, questions_path)
    image_names: dict[int, str] = {}
    origins = column(entries, "coco_split", str, questions_path, "question")
    for image, origin in zip(questions.image_ids.tolist(), origins, strict=True):
        official = image_name(origin, image)
        if image_names.setdefault(image, official) != official:
            raise DataError(f"{questions_path} gives picture {image} two values of coco_split: keep one.")
    if images is not None:
        check_images(image_names, images, questions_path)
    annotations = None
    if annotations_path is not None:
        value = read_json(annotations_path, object_hook=keep_answer_only)
        answered = records(value, annotations_path, None, "VQA-CP annotations, a bare list")
        annotations = align(questions, annotations_from(answered, annotations_path), annotations_path)
    return VQASplit(
        name=name or questions_path.stem,
        question_ids=questions.question_ids,
        image_ids=questions.image_ids,
        questions=questions.questions,
        image_names=image_names,
        images=images,
        annotations=annotations,
    )


def check_disjoint(train: VQASplit, test: VQASplit) -> None:
    """Raise a :class:`DataError` if a question stands in both splits: its answer would leak."""
    shared = sorted(set(train.question_ids.tolist()) & set(test.question_ids.tolist()))
    if shared:
        raise DataError(
            f"{len(shared)} questions stand in both {train.name} and {test.name} ({first_few(shared)}): "
            "use splits of one version, train and test."
        )


class VQACP:
    """``vqa-cp-v2``, the official lists where they were laid (a :class:`scanpath.data.dataset.Dataset`).

    Pictures are those of COCO, ``coco/train2014`` and ``coco/val2014`` beside it, folders or zip archives; without
    them the texts are there for features that were extracted elsewhere.
    """

    summary = "VQA v2 dealt out so that answers differ between train and test; from its authors (Agrawal et al., 2018)"

    def __init__(self, root: Path) -> None:
        self.folder = root / "vqa-cp-v2"
        self._coco = root / "coco"

    def open(self, split: str) -> VQASplit:
        """Open ``"train"`` or ``"test"``."""
        self._there()
        if split not in SPLITS:
            raise DataError(
                "vqa-cp-v2 has no split 'val', by design of its authors: give training.evaluation_split=test and "
                "training.evaluate_every=end, so that test chooses no checkpoint."
            )
        questions, annotations = self._files(split)
        return read_cp_split(questions, annotations, self._pictures(), name=f"vqa-cp-v2/{split}")

    def make(self, *, workers: int | None = None, progress: Progress | None = None, **options: Any) -> Path:  # noqa: ARG002
        """Return its folder; where there is none, say where the data come from."""
        if options:
            raise ConfigError(f"vqa-cp-v2 takes no options, {', '.join(options)} was given: its authors made it.")
        self._there()
        return self.folder

    def checksum(self) -> str:
        """Return a checksum of the questions and answers; the pictures are taken as COCO's."""
        self._there()
        files = [path for split in SPLITS for path in self._files(split)]
        return hashlib.sha256("".join(map(_file_checksum, files)).encode()).hexdigest()

    def counts(self) -> Counts:
        """Count pictures and questions by split; both lists are read for it."""
        self._there()
        found = {split: read_cp_split(self._files(split)[0]) for split in SPLITS}
        return {split: (len(np.unique(one.image_ids)), len(one)) for split, one in found.items()}

    def damaged(self) -> list[str] | None:
        """Compare nothing: the files have no official checksums."""
        return None

    def _files(self, split: str) -> tuple[Path, Path]:
        return tuple(self.folder / f"vqacp_v2_{split}_{kind}.json" for kind in ("questions", "annotations"))  # type: ignore[return-value]  # they are two

    def _pictures(self) -> ImageSource | None:
        places = [place for name in PICTURES for place in (self._coco / name, self._coco / f"{name}.zip")]
        found = [place for place in places if place.exists()]
        return JoinedImages([open_images(place) for place in found]) if found else None

    def _there(self) -> None:
        lacking = [path.name for split in SPLITS for path in self._files(split) if not path.is_file()]
        if lacking:
            raise DataError(
                f"there is no whole VQA-CP v2 in {self.folder} ({lacking[0]} is missing): its four files came from "
                "https://www.iro.umontreal.ca/~agrawal/vqa-cp/; lay them there."
            )


@functools.cache
def _file_checksum(path: Path) -> str:
    return sha256(path)

"""VQA-CP v1 and v2: the questions of VQA's train and val dealt out anew, so that answer priors change.

Each file is a bare list; an item carries ``coco_split``, the set that its picture comes from. There is no val split.

Source: Agrawal et al., "Don't Just Assume; Look and Answer", https://arxiv.org/abs/1712.00377; the files of
https://www.iro.umontreal.ca/~agrawal/vqa-cp/.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection
from dataclasses import replace
from pathlib import Path
from typing import Any

from scanpath.data.images import ImageSource
from scanpath.data.json_lists import gather
from scanpath.data.records import column, first_few
from scanpath.data.split import VQAAnnotations, VQASplit
from scanpath.data.tables import kept
from scanpath.data.vqa import QuestionRows, align, check_images, coco_name
from scanpath.data.vqa_annotations import AnnotationRows, keep_answer
from scanpath.errors import DataError

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
    origins: Collection[str] = PICTURES,
) -> VQASplit:
    """Read a split of VQA-CP.

    Args:
        questions_path: ``vqacp_v2_{train,test}_questions.json``.
        annotations_path: ``vqacp_v2_{train,test}_annotations.json``; None reads the questions only.
        images: where the pictures are, usually two sources joined; None reads the texts only.
        name: what to call the split; the file's name by default.
        image_name: gives a picture's file name from ``coco_split`` and image id; COCO's by default.
        origins: what ``coco_split`` may be.

    Raises:
        DataError: a file is missing, broken or does not fit the others.
    """
    sources = [questions_path] if annotations_path is None else [questions_path, annotations_path]
    found = kept(
        lambda: _read_texts(questions_path, annotations_path, origins),
        sources,
        reader="vqacp-2",
        options={"origins": sorted(origins)},
    )
    image_names = {image: image_name(origin, image) for image, origin in found.image_names.items()}
    if images is not None:
        check_images(image_names, images, questions_path)
    return replace(found, name=name or questions_path.stem, image_names=image_names, images=images)


class _Origins:
    """Remembers the set of COCO that each picture is from: one only."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.known: dict[int, str] = {}
        """``coco_split`` by image id."""

    def add(self, entries: list[Any], noun: str) -> None:
        origins = map(sys.intern, column(entries, "coco_split", str, self.path, noun))
        for entry, origin in zip(entries, origins, strict=True):
            if self.known.setdefault(entry["image_id"], origin) != origin:
                raise DataError(f"{self.path} gives picture {entry['image_id']} two values of coco_split: keep one.")


class _Questions(QuestionRows):
    """Takes the records of a list of questions, with the set of COCO that each picture is from."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.origins = _Origins(path)

    def add(self, entries: list[Any]) -> None:
        """Take some records."""
        super().add(entries)
        self.origins.add(entries, "question")


class _Annotations(AnnotationRows):
    """Takes the records of a list of annotations; those that say where their picture is from must say the same."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.origins = _Origins(path)

    def add(self, entries: list[Any]) -> None:
        """Take some records."""
        super().add(entries)
        self.origins.add([entry for entry in entries if "coco_split" in entry], "annotation")


def _read_texts(questions_path: Path, annotations_path: Path | None, origins: Collection[str]) -> VQASplit:
    """Read questions and answers; where the name of a picture should stand is its ``coco_split``."""
    rows, _ = gather(questions_path, None, "VQA-CP questions, a bare list", lambda: _Questions(questions_path))
    foreign = set(rows.origins.known.values()) - set(origins)
    if foreign:
        raise DataError(
            f"{questions_path} has pictures whose coco_split is {first_few(sorted(foreign))}, expected "
            f"{' or '.join(origins)}: give the official list."
        )
    questions = rows.table()
    annotations: VQAAnnotations | None = None
    remarks: tuple[str, ...] = ()
    if annotations_path is not None:
        answered, _ = gather(
            annotations_path,
            None,
            "VQA-CP annotations, a bare list",
            lambda: _Annotations(annotations_path),
            hook=keep_answer,
        )
        table = answered.table()
        annotations, remarks = align(questions, table, annotations_path), table.remarks
        moved = [image for image, origin in answered.origins.known.items() if rows.origins.known[image] != origin]
        if moved:
            raise DataError(
                f"{annotations_path} gives {len(moved)} pictures another coco_split than the questions "
                f"({first_few(moved)}): give the two lists of one split and version."
            )
    return VQASplit(
        name=questions_path.stem,
        question_ids=questions.question_ids,
        image_ids=questions.image_ids,
        questions=questions.questions,
        image_names=rows.origins.known,
        annotations=annotations,
        remarks=remarks,
    )

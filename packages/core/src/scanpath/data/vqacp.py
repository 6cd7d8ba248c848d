"""VQA-CP v1 and v2: the questions of VQA's train and val dealt out anew, so that answer priors change.

Each file is a bare list; an item carries ``coco_split``, the set that its picture comes from. There is no val split.

Source: Agrawal et al., "Don't Just Assume; Look and Answer", https://arxiv.org/abs/1712.00377; the files of
https://www.iro.umontreal.ca/~agrawal/vqa-cp/.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from scanpath.data.images import ImageSource
from scanpath.data.records import column, first_few, records
from scanpath.data.split import VQASplit
from scanpath.data.vqa import align, annotations_from, check_images, coco_name, keep_answer_only, questions_from
from scanpath.errors import DataError
from scanpath.files import read_json

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

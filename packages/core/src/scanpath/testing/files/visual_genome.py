"""Writers of Visual Genome's files, for tests and for trying out what is to be trained on them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from scanpath.data.split import VQASplit
from scanpath.errors import DataError
from scanpath.files import write_json


def write_question_answers(path: Path, split: VQASplit) -> None:
    """Write ``question_answers.json`` with the most frequent answer of each question.

    Raises:
        DataError: the split has no annotations.
    """
    if split.annotations is None:
        raise DataError(f"{split.name} has no annotations to write: its answers are not known.")
    by_image: dict[int, list[dict[str, object]]] = {}
    numbers = zip(split.question_ids.tolist(), split.image_ids.tolist(), strict=True)
    for (number, image), question, answer in zip(numbers, split.questions, split.annotations.modal, strict=True):
        entry = {"a_objects": [], "question": question, "image_id": image, "qa_id": number, "answer": answer}
        by_image.setdefault(image, []).append(entry | {"q_objects": []})
    write_json(path, [{"id": image, "qas": some} for image, some in by_image.items()])


def write_image_data(path: Path, image_ids: Iterable[int], coco_ids: Mapping[int, int], *, side: int = 64) -> None:
    """Write ``image_data.json``; every picture is said to be ``side`` pixels high and wide.

    Args:
        path: the file.
        image_ids: the genome's numbers.
        coco_ids: COCO's number of those that stand in both.
        side: pixels.
    """
    entries = [
        {"width": side, "url": "", "height": side, "image_id": image, "coco_id": coco_ids.get(image), "flickr_id": None}
        for image in image_ids
    ]
    write_json(path, entries)

"""Writers of the official VQA files; what they write is read back by :mod:`scanpath.data.vqa`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from scanpath.data.split import VQASplit
from scanpath.errors import DataError
from scanpath.files import write_json

CONFIDENCES = ("yes", "maybe", "no")

#: The official names, by ``data_subtype``.
QUESTIONS_NAME = "v2_OpenEnded_mscoco_{subtype}_questions.json"
ANNOTATIONS_NAME = "v2_mscoco_{subtype}_annotations.json"
PAIRS_NAME = "v2_mscoco_{subtype}_complementary_pairs.json"


def header(subtype: str, description: str) -> dict[str, Any]:
    """Return what stands before the entries of an official file."""
    return {
        "info": {
            "description": description,
            "url": "",
            "version": "2.0",
            "year": 2026,
            "contributor": "Scanpath",
            "date_created": "2026-01-01 00:00:00",
        },
        "data_type": "mscoco",
        "data_subtype": subtype,
        "license": {"name": "Creative Commons Zero", "url": "https://creativecommons.org/publicdomain/zero/1.0/"},
    }


def question_entries(split: VQASplit) -> list[dict[str, Any]]:
    """Return the questions as the official records."""
    columns = zip(split.question_ids.tolist(), split.image_ids.tolist(), split.questions, strict=True)
    return [{"image_id": image, "question": text, "question_id": number} for number, image, text in columns]


def annotation_entries(split: VQASplit, confidences: Sequence[Sequence[str]] | None = None) -> list[dict[str, Any]]:
    """Return the annotations as the official records.

    Args:
        split: questions with annotations.
        confidences: ``yes``, ``maybe`` or ``no`` for every answer; ``yes`` where it is None.

    Raises:
        DataError: the split has no annotations.
    """
    known = split.annotations
    if known is None:
        raise DataError(f"{split.name} has no annotations to write: its answers are not known.")
    entries = []
    for row, (number, image) in enumerate(zip(split.question_ids.tolist(), split.image_ids.tolist(), strict=True)):
        texts = known.answers[row]
        sure = confidences[row] if confidences is not None else ("yes",) * len(texts)
        entries.append(
            {
                "question_type": known.question_types[row],
                "multiple_choice_answer": known.modal[row],
                "answers": [
                    {"answer": text, "answer_confidence": word, "answer_id": place}
                    for place, (text, word) in enumerate(zip(texts, sure, strict=True), start=1)
                ],
                "image_id": image,
                "answer_type": known.answer_types[row],
                "question_id": number,
            }
        )
    return entries


def write_questions(path: Path, split: VQASplit, subtype: str, *, description: str = "") -> None:
    """Write a questions file of VQA v2."""
    value = header(subtype, description) | {"task_type": "Open-Ended", "questions": question_entries(split)}
    write_json(path, value)


def write_annotations(
    path: Path,
    split: VQASplit,
    subtype: str,
    *,
    description: str = "",
    confidences: Sequence[Sequence[str]] | None = None,
) -> None:
    """Write an annotations file of VQA v2."""
    write_json(path, header(subtype, description) | {"annotations": annotation_entries(split, confidences)})


def write_cp_lists(
    questions_path: Path,
    annotations_path: Path,
    split: VQASplit,
    origins: Mapping[int, str],
    confidences: Sequence[Sequence[str]] | None = None,
) -> None:
    """Write the two bare lists of a split of VQA-CP.

    Args:
        questions_path: where the questions go.
        annotations_path: where the annotations go.
        split: questions with annotations.
        origins: ``coco_split`` of each picture, by image id.
        confidences: as for :func:`annotation_entries`.
    """

    def marked(entries: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
        return [entry | {"coco_split": origins[entry["image_id"]]} for entry in entries]

    write_json(questions_path, marked(question_entries(split)))
    write_json(annotations_path, marked(annotation_entries(split, confidences)))


def write_results(path: Path, answers: Mapping[int, str]) -> None:
    """Write a results file, one entry a question, in the order of ``answers``."""
    write_json(path, [{"question_id": int(number), "answer": text} for number, text in answers.items()])


def write_complementary_pairs(path: Path, pairs: Iterable[tuple[int, int]]) -> None:
    """Write pairs of question ids: one question, two pictures, two answers."""
    write_json(path, [[int(one), int(other)] for one, other in pairs])

"""Writers of the official VQA files; what they write is read back by :mod:`scanpath.data.vqa`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from scanpath.data.split import VQASplit
from scanpath.errors import DataError
from scanpath.files import write_json, write_json_list

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


def question_entries(split: VQASplit) -> Iterator[dict[str, Any]]:
    """Give the questions as the official records."""
    columns = zip(split.question_ids.tolist(), split.image_ids.tolist(), split.questions, strict=True)
    for number, image, text in columns:
        yield {"image_id": image, "question": text, "question_id": number}


def annotation_entries(split: VQASplit, confidences: Sequence[Sequence[str]] | None = None) -> Iterator[dict[str, Any]]:
    """Give the annotations as the official records.

    Args:
        split: questions with annotations.
        confidences: ``yes``, ``maybe`` or ``no`` for every answer; ``yes`` where it is None.

    Raises:
        DataError: the split has no annotations.
    """
    known = split.annotations
    if known is None:
        raise DataError(f"{split.name} has no annotations to write: its answers are not known.")
    ids = zip(split.question_ids.tolist(), split.image_ids.tolist(), strict=True)
    columns = zip(known.question_types, known.modal, known.answers, known.answer_types, strict=True)
    for row, ((number, image), (kind, modal, texts, answer_type)) in enumerate(zip(ids, columns, strict=True)):
        sure = confidences[row] if confidences is not None else ("yes",) * len(texts)
        yield {
            "question_type": kind,
            "multiple_choice_answer": modal,
            "answers": [
                {"answer": text, "answer_confidence": word, "answer_id": place}
                for place, (text, word) in enumerate(zip(texts, sure, strict=True), start=1)
            ],
            "image_id": image,
            "answer_type": answer_type,
            "question_id": number,
        }


def write_questions(path: Path, split: VQASplit, subtype: str, *, description: str = "") -> None:
    """Write a questions file of VQA v2."""
    beside = header(subtype, description) | {"task_type": "Open-Ended"}
    write_json_list(path, question_entries(split), key="questions", beside=beside)


def write_annotations(
    path: Path,
    split: VQASplit,
    subtype: str,
    *,
    description: str = "",
    confidences: Sequence[Sequence[str]] | None = None,
) -> None:
    """Write an annotations file of VQA v2."""
    entries = annotation_entries(split, confidences)
    write_json_list(path, entries, key="annotations", beside=header(subtype, description))


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

    def marked(entries: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        return (entry | {"coco_split": origins[entry["image_id"]]} for entry in entries)

    write_json_list(questions_path, marked(question_entries(split)))
    write_json_list(annotations_path, marked(annotation_entries(split, confidences)))


def write_results(path: Path, answers: Mapping[int, str]) -> None:
    """Write a results file, one entry a question, in the order of ``answers``."""
    write_json(path, [{"question_id": int(number), "answer": text} for number, text in answers.items()])


def write_complementary_pairs(path: Path, pairs: Iterable[tuple[int, int]]) -> None:
    """Write pairs of question ids: one question, two pictures, two answers."""
    write_json(path, [[int(one), int(other)] for one, other in pairs])

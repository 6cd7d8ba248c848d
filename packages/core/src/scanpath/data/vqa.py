"""The official files of VQA v1 and v2: questions, annotations, results and complementary pairs.

Source: the formats of https://visualqa.org/download.html. Question ids are ``image_id * 1000 + k`` in v2 and
``image_id * 10 + k`` in v1; nothing here relies on it. The writers are in :mod:`scanpath.data.vqa_writing`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from scanpath.data.columns import Coded, CodedLists, Growing
from scanpath.data.images import ImageSource
from scanpath.data.json_lists import gather
from scanpath.data.records import Ids, check_unique, column, first_few, ids, kind_of, records
from scanpath.data.split import VQAAnnotations, VQASplit
from scanpath.data.tables import kept
from scanpath.errors import DataError
from scanpath.files import read_json

ANSWER_TYPES = ("yes/no", "number", "other")

_ANNOTATION = "annotation"
_TEXTS = ("question_type", "answer_type", "multiple_choice_answer")


@dataclass(frozen=True)
class Questions:
    """A questions file, N questions in columns."""

    subtype: str
    """``train2014``, ``val2014``, ``test2015``, ..."""
    question_ids: Ids
    image_ids: Ids
    questions: Coded


@dataclass(frozen=True)
class AnnotationTable:
    """An annotations file in its own order."""

    question_ids: Ids
    image_ids: Ids
    annotations: VQAAnnotations


def coco_name(subtype: str, image_id: int) -> str:
    """Return the official file name of a picture of COCO: ``COCO_val2014_000000000042.jpg``.

    The questions of ``test-dev2015`` are about pictures of ``test2015``.
    """
    return f"COCO_{subtype.replace('test-dev', 'test')}_{image_id:012d}.jpg"


class QuestionRows:
    """Takes the records of a questions file and keeps them in columns.

    A :class:`scanpath.data.json_lists.Gatherer`.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._ids: list[Ids] = []
        self._images: list[Ids] = []
        self._texts = Growing()

    def add(self, entries: list[Any]) -> None:
        """Take some records."""
        self._ids.append(ids(entries, "question_id", self.path, "question"))
        self._images.append(ids(entries, "image_id", self.path, "question"))
        self._texts.add(column(entries, "question", str, self.path, "question"))

    def table(self, subtype: str = "") -> Questions:
        """Return what was taken."""
        question_ids = np.concatenate(self._ids)
        check_unique(question_ids, "question_id", self.path)
        return Questions(subtype, question_ids, np.concatenate(self._images), self._texts.column())


def read_questions(path: Path) -> Questions:
    """Read ``v2_OpenEnded_mscoco_<subtype>_questions.json`` (or v1's, open-ended or multiple choice).

    Raises:
        DataError: the file is missing, broken, of another kind, or an entry is.
    """
    rows, beside = gather(path, "questions", "VQA questions", lambda: QuestionRows(path))
    subtype = beside.get("data_subtype")
    if not isinstance(subtype, str):
        raise DataError(f"{path} has no text 'data_subtype', expected one such as 'val2014': is it the official file?")
    return rows.table(subtype)


def keep_answer_only(value: dict[str, Any]) -> Any:
    """Replace one of the ten answers by its text while a file is parsed; most of an annotations file is these."""
    answer = value.get("answer")
    if type(answer) is str and "question_id" not in value:
        return sys.intern(answer)
    return value


class AnnotationRows:
    """Takes the records of an annotations file, parsed with :func:`keep_answer_only`, and keeps them in columns.

    A :class:`scanpath.data.json_lists.Gatherer`.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._ids: list[Ids] = []
        self._images: list[Ids] = []
        self._lengths: list[Ids] = [np.zeros(1, np.int64)]
        self._texts = {name: Growing() for name in (*_TEXTS, "answers")}

    def add(self, entries: list[Any]) -> None:
        """Take some records."""
        path = self.path
        if kind_of(entries) == "captions":
            raise DataError(f"{path} holds captions, expected VQA annotations: give the right file.")
        answers = column(entries, "answers", list, path, _ANNOTATION)
        for number, texts in enumerate(answers):
            if set(map(type, texts)) != {str}:
                raise DataError(
                    f"{path}: annotation number {number} (question {entries[number].get('question_id')}) has answers "
                    "that are empty or lack the text 'answer': mend it."
                )
        for name in _TEXTS:
            self._texts[name].add(column(entries, name, str, path, _ANNOTATION))
        self._texts["answers"].add([text for texts in answers for text in texts])
        self._lengths.append(np.asarray([len(texts) for texts in answers], dtype=np.int64))
        self._ids.append(ids(entries, "question_id", path, _ANNOTATION))
        self._images.append(ids(entries, "image_id", path, _ANNOTATION))

    def table(self) -> AnnotationTable:
        """Return what was taken."""
        columns = {name: texts.column() for name, texts in self._texts.items()}
        foreign = set(columns["answer_type"].texts) - set(ANSWER_TYPES)
        if foreign:
            raise DataError(
                f"{self.path} has answer types {first_few(sorted(foreign))}, expected {', '.join(ANSWER_TYPES)}."
            )
        question_ids = np.concatenate(self._ids)
        check_unique(question_ids, "question_id", self.path)
        return AnnotationTable(
            question_ids=question_ids,
            image_ids=np.concatenate(self._images),
            annotations=VQAAnnotations(
                question_types=columns["question_type"],
                answer_types=columns["answer_type"],
                modal=columns["multiple_choice_answer"],
                answers=CodedLists(np.cumsum(np.concatenate(self._lengths)), columns["answers"]),
            ),
        )


def read_annotations(path: Path) -> AnnotationTable:
    """Read ``v2_mscoco_<subtype>_annotations.json`` (or v1's).

    Raises:
        DataError: the file is missing, broken, of another kind, or an entry is.
    """
    rows, beside = gather(path, "annotations", "VQA annotations", lambda: AnnotationRows(path), hook=keep_answer_only)
    if "images" in beside:
        raise DataError(f"{path} holds captions, expected VQA annotations: give the right file.")
    return rows.table()


def align(questions: Questions, table: AnnotationTable, path: Path) -> VQAAnnotations:
    """Bring annotations into the order of the questions.

    Args:
        questions: N questions.
        table: their annotations, in any order.
        path: the annotations file, for errors.

    Raises:
        DataError: an annotation of an unknown question, a question without annotation, or two ids of one picture.
    """
    foreign = np.setdiff1d(table.question_ids, questions.question_ids)
    absent = np.setdiff1d(questions.question_ids, table.question_ids)
    if len(foreign):
        raise DataError(
            f"{path} annotates {len(foreign)} questions that the questions file lacks ({first_few(foreign)}): "
            "give the two files of one split and version."
        )
    if len(absent):
        raise DataError(
            f"{path} lacks the annotations of {len(absent)} questions ({first_few(absent)}): "
            "give the two files of one split and version."
        )
    order = np.argsort(table.question_ids)
    rows = order[np.searchsorted(table.question_ids, questions.question_ids, sorter=order)]
    differ = questions.question_ids[table.image_ids[rows] != questions.image_ids]
    if len(differ):
        raise DataError(
            f"{path} names another image_id than the questions file for {len(differ)} questions ({first_few(differ)}): "
            "give the two files of one split and version."
        )
    return table.annotations.take(rows)


def check_images(image_names: Mapping[int, str], images: ImageSource, questions_path: Path) -> None:
    """Raise a :class:`DataError` if a question is about a picture that the source lacks."""
    absent = [name for name in image_names.values() if name not in images]
    if absent:
        raise DataError(
            f"{questions_path} asks about {len(absent)} pictures that the image source lacks ({first_few(absent)}): "
            "give the folder or archive of the same split."
        )


def read_split(
    questions_path: Path,
    annotations_path: Path | None = None,
    images: ImageSource | None = None,
    *,
    name: str | None = None,
    image_name: Callable[[str, int], str] = coco_name,
) -> VQASplit:
    """Read a split from official files.

    Args:
        questions_path: the questions.
        annotations_path: the answers; None where they are not public.
        images: where the pictures are; every picture asked about must be there. None reads the texts only.
        name: what to call the split; its ``data_subtype`` by default.
        image_name: gives a picture's file name from ``data_subtype`` and image id; COCO's by default.

    Raises:
        DataError: a file is missing, broken or does not fit the others.
    """
    sources = [questions_path] if annotations_path is None else [questions_path, annotations_path]
    found = kept(lambda: _read_texts(questions_path, annotations_path), sources, reader="vqa")
    subtype = found.name
    image_names = {image: image_name(subtype, image) for image in np.unique(found.image_ids).tolist()}
    if images is not None:
        check_images(image_names, images, questions_path)
    return replace(found, name=name or subtype, image_names=image_names, images=images)


def _read_texts(questions_path: Path, annotations_path: Path | None) -> VQASplit:
    """Read questions and answers; the split is called as their ``data_subtype``, and its pictures have no names yet."""
    questions = read_questions(questions_path)
    annotations = None
    if annotations_path is not None:
        annotations = align(questions, read_annotations(annotations_path), annotations_path)
    return VQASplit(
        name=questions.subtype,
        question_ids=questions.question_ids,
        image_ids=questions.image_ids,
        questions=questions.questions,
        image_names={},
        annotations=annotations,
    )


def read_results(path: Path) -> dict[int, str]:
    """Read a results file, ``[{"question_id", "answer"}, ...]``: the answer by question id.

    Raises:
        DataError: the file is missing, broken, of another kind, or answers a question twice.
    """
    value = read_json(path)
    entries = records(value, path, None, "results, a bare list of question_id and answer")
    question_ids = ids(entries, "question_id", path, "result", unique=True)
    return dict(zip(question_ids.tolist(), column(entries, "answer", str, path, "result"), strict=True))


def read_complementary_pairs(path: Path) -> Ids:
    """Read ``v2_mscoco_<subtype>_complementary_pairs.json``: (N, 2), ids of one question asked of two pictures.

    Raises:
        DataError: the file is missing, broken or of another kind.
    """
    entries = records(read_json(path), path, None, "complementary pairs, a bare list of two question ids each")
    for number, pair in enumerate(entries):
        if not isinstance(pair, list) or [type(item) for item in pair] != [int, int]:
            raise DataError(f"{path}: entry number {number} is {str(pair)[:40]}, expected two question ids: mend it.")
    return np.asarray(entries, dtype=np.int64).reshape(-1, 2)

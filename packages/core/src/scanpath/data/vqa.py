"""The official files of VQA v1 and v2: questions, a split of questions with their answers, results.

Source: the formats of https://visualqa.org/download.html. Question ids are ``image_id * 1000 + k`` in v2 and
``image_id * 10 + k`` in v1; nothing here relies on it. Answers are read by :mod:`scanpath.data.vqa_annotations`,
complementary pairs by :mod:`scanpath.data.pairs`; the writers are in :mod:`scanpath.data.vqa_writing`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from scanpath.data.columns import Coded, Growing
from scanpath.data.images import ImageSource
from scanpath.data.json_lists import gather
from scanpath.data.records import Ids, check_unique, column, first_few, ids, records
from scanpath.data.split import VQAAnnotations, VQASplit
from scanpath.data.tables import kept
from scanpath.data.vqa_annotations import AnnotationTable, read_annotations, subtype_of
from scanpath.errors import DataError
from scanpath.files import read_json

_NAMED = re.compile(r"_mscoco_([a-z0-9-]+)_questions\.json$")
"""The ``data_subtype`` in an official file name."""


@dataclass(frozen=True)
class Questions:
    """A questions file, N questions in columns."""

    subtype: str
    """``train2014``, ``val2014``, ``test2015``, ..."""
    question_ids: Ids
    image_ids: Ids
    questions: Coded


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

    Where the file has no ``data_subtype``, its name tells it: the names of pictures depend on it.

    Raises:
        DataError: the file is missing, broken, of another kind, or an entry is.
    """
    rows, beside = gather(path, "questions", "VQA questions", lambda: QuestionRows(path))
    named = _NAMED.search(path.name)
    subtype = subtype_of(beside) or (named and named[1])
    if not subtype:
        raise DataError(f"{path} has no text 'data_subtype', expected one such as 'val2014': is it the official file?")
    return rows.table(subtype)


def align(questions: Questions, table: AnnotationTable, path: Path) -> VQAAnnotations:
    """Bring annotations into the order of the questions.

    Args:
        questions: N questions.
        table: their annotations, in any order.
        path: the annotations file, for errors.

    Raises:
        DataError: an annotation of an unknown question, a question without annotation, two ids of one picture, or
            files of two splits.
    """
    if table.subtype is not None and table.subtype != questions.subtype:
        raise DataError(
            f"{path} is of {table.subtype!r} by its data_subtype, the questions are of {questions.subtype!r}: "
            "give the two files of one split and version."
        )
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
    found = kept(lambda: _read_texts(questions_path, annotations_path), sources, reader="vqa-2")
    subtype = found.name
    image_names = {image: image_name(subtype, image) for image in np.unique(found.image_ids).tolist()}
    if images is not None:
        check_images(image_names, images, questions_path)
    return replace(found, name=name or subtype, image_names=image_names, images=images)


def _read_texts(questions_path: Path, annotations_path: Path | None) -> VQASplit:
    """Read questions and answers; the split is called as their ``data_subtype``, and its pictures have no names yet."""
    questions = read_questions(questions_path)
    annotations: VQAAnnotations | None = None
    remarks: tuple[str, ...] = ()
    if annotations_path is not None:
        table = read_annotations(annotations_path)
        annotations, remarks = align(questions, table, annotations_path), table.remarks
    return VQASplit(
        name=questions.subtype,
        question_ids=questions.question_ids,
        image_ids=questions.image_ids,
        questions=questions.questions,
        image_names={},
        annotations=annotations,
        remarks=remarks,
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

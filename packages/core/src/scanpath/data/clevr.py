"""CLEVR 1.0: questions with programs about rendered scenes, read from the official files.

Source: Johnson et al., CVPR 2017, https://arxiv.org/abs/1612.06890. The answers of its test split are not public.
Whatever else is written in this form (:mod:`scanpath.data.clevr_writing`) is read by the same functions.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from scanpath.data.clevr_files import ANSWERED, COUNTS, FIRST, MOST, CLEVRFiles, PictureColumn, numbers
from scanpath.data.clevr_grounding import CLEVRGrounding
from scanpath.data.clevr_programs import ANSWERS, FUNCTIONS, Function, ProgramColumn, keep_step, program_type
from scanpath.data.clevr_scenes import CLEVRScenes, read_clevr_scenes
from scanpath.data.columns import CodedLists, Growing
from scanpath.data.dataset import Counts
from scanpath.data.digests import joint_checksum
from scanpath.data.images import ImageSource, open_images
from scanpath.data.json_lists import gather
from scanpath.data.making import Progress
from scanpath.data.records import Ids, check_unique, column, first_few, ids
from scanpath.data.split import VQAAnnotations, VQASplit
from scanpath.data.tables import kept
from scanpath.data.vqa import check_images
from scanpath.data.vqa_official import count_remarks
from scanpath.errors import ConfigError, DataError

_PEOPLE = 10


def read_clevr_split(
    questions_path: Path,
    images: ImageSource | None = None,
    *,
    name: str | None = None,
    question_type: Callable[[Mapping[str, Any]], str] = program_type,
    answers: Collection[str] = ANSWERS,
    functions: Mapping[str, Function] | None = FUNCTIONS,
    count: int | None = None,
) -> VQASplit:
    """Read a questions file. A question has one answer, which counts as ten equal ones.

    Args:
        questions_path: ``CLEVR_{train,val,test}_questions.json``.
        images: where the pictures are; None reads the texts only.
        name: what to call the split; the file's name by default.
        question_type: names the type of an annotated question, parsed with
            :func:`scanpath.data.clevr_programs.keep_step`.
        answers: every answer that there may be.
        functions: every function of a program, whose steps are checked; None checks none.
        count: how many questions there must be; None does not ask.

    Returns:
        the split, with families and programs; ``annotations`` is None if no question has an answer, as those of test.
        Ids are the official numbers, or places in a file without, plus :data:`scanpath.data.clevr_files.FIRST`.

    Raises:
        DataError: the file is missing, broken, incomplete or of another kind, an entry is, or pictures are missing.
    """
    rows, _ = gather(
        questions_path,
        "questions",
        "questions",
        lambda: _Rows(questions_path, question_type, functions),
        hook=keep_step,
    )
    found = rows.split(name or questions_path.stem, answers, count)
    if images is not None:
        check_images(found.image_names, images, questions_path)
    return replace(found, images=images)


class _Rows:
    """Takes questions, parsed with :func:`keep_step`, and keeps them in columns.

    A :class:`scanpath.data.json_lists.Gatherer`.
    """

    def __init__(
        self,
        path: Path,
        question_type: Callable[[Mapping[str, Any]], str],
        functions: Mapping[str, Function] | None,
    ) -> None:
        self.path = path
        self._question_type = question_type
        self._ids: list[Ids] = []
        self._pictures = PictureColumn(path, "question")
        self._programs = ProgramColumn(path, functions)
        self._texts, self._types, self._answers, self._families = Growing(), Growing(), Growing(), Growing()
        self._answered: bool | None = None

    def add(self, entries: list[Any]) -> None:
        """Take some questions."""
        path = self.path
        self._pictures.add(entries)
        entries = self._numbered(entries)
        self._ids.append(numbers(entries, "question_index", path, "question"))
        self._texts.add(column(entries, "question", str, path, "question"))
        if self._answered is not False and any("answer" in entry for entry in entries):
            self._answers.add(column(entries, "answer", str, path, "question"))
            self._types.add([self._type(entry) for entry in entries])
            self._families.add(list(map(str, ids(entries, "question_family_index", path, "question").tolist())))
            self._programs.add(entries)
            self._answered = True
        elif any("answer" in entry for entry in entries) or self._answered:
            raise DataError(f"{path} has questions with answers and others without: give a whole file of one split.")
        elif entries:
            self._answered = False

    def _numbered(self, entries: list[Any]) -> list[Any]:
        """Give the questions by their numbers; where the file has none, by their places in it."""
        if any("question_index" in entry for entry in entries):
            return entries
        first = sum(map(len, self._ids))
        return [{**entry, "question_index": place} for place, entry in enumerate(entries, start=first)]

    def _type(self, entry: Mapping[str, Any]) -> str:
        try:
            return self._question_type(entry)
        except DataError as error:
            raise DataError(f"{self.path}: {error}") from None

    def split(self, name: str, answers: Collection[str], count: int | None) -> VQASplit:
        """Return what was taken, checked."""
        question_ids, path = np.concatenate(self._ids), self.path
        if count is not None and len(question_ids) != count:
            raise DataError(
                f"{path} holds {len(question_ids):,} questions, expected {count:,}: fetch or make it again."
            )
        split = self._pictures.split()
        if split in ANSWERED and not self._answered:
            raise DataError(
                f"{path} has questions of {split!r} without answers, and only those of 'test' have none: give the "
                "official file."
            )
        check_unique(question_ids, "question_index", path)
        return VQASplit(
            name=name,
            question_ids=question_ids + FIRST[split],
            image_ids=self._pictures.ids(),
            questions=self._texts.column(),
            image_names=self._pictures.names(),
            annotations=self._annotations(answers) if self._answered else None,
        )

    def _annotations(self, answers: Collection[str]) -> VQAAnnotations:
        modal = self._answers.column()
        foreign = sorted(set(modal.texts) - set(answers))
        if foreign:
            raise DataError(
                f"{self.path} has {len(foreign)} answers that its data set does not know "
                f"({first_few(map(repr, foreign))}): is it the official file?"
            )
        return VQAAnnotations(
            question_types=self._types.column(),
            answer_types=modal.each(_answer_type),
            modal=modal,
            answers=CodedLists.repeated(modal, _PEOPLE),
            families=self._families.column(),
            programs=self._programs.column(),
        )


def _answer_type(answer: str) -> str:
    if answer in ("yes", "no"):
        return "yes/no"
    return "number" if answer.isdigit() else "other"


class CLEVR:
    """``clevr``, the official data where they were unpacked (a :class:`scanpath.data.dataset.Dataset`)."""

    summary = "rendered solids, questions that need several steps; 19 GB from its authors (Johnson et al., 2017)"

    def __init__(self, root: Path) -> None:
        self.folder = root / "CLEVR_v1.0"
        self._files = CLEVRFiles(self.folder)

    def open(self, split: str) -> VQASplit:
        """Open a split; that of test has no answers. Where its scenes are there, so is its grounding."""
        self._there()
        images = open_images(self._files.images(split))
        found = replace(self._texts(split), name=f"clevr/{split}", images=images)
        check_images(found.image_names, images, self._files.questions(split))
        remarks = count_remarks(found, COUNTS[split][1])
        if split not in ANSWERED or not self._files.scenes(split).is_file():
            return replace(found, remarks=tuple(remarks))
        grounding = CLEVRGrounding(self._files.scenes(split), found)
        grounding.check()
        return replace(found, grounding=grounding, remarks=(*remarks, *grounding.scenes.remarks()))

    def scenes(self, split: str) -> CLEVRScenes:
        """Read the scenes of ``"train"`` or ``"val"``; those of test are not public."""
        if split not in ANSWERED:
            raise ConfigError(f"the scenes of clevr/{split} are not public: ask for those of {' or '.join(ANSWERED)}.")
        return read_clevr_scenes(self._files.scenes(split))

    def make(self, *, workers: int | None = None, progress: Progress | None = None, **options: Any) -> Path:  # noqa: ARG002
        """Return its folder; where there is none, say where the data come from."""
        if options:
            raise ConfigError(f"clevr takes no options, {', '.join(options)} was given: its authors made it.")
        self._there()
        return self.folder

    def checksum(self) -> str:
        """Return a checksum of what models learn from and are chosen by, the questions of the splits with answers.

        Those of test may be there or not; the pictures, 19 GB, are taken as the official ones.
        """
        self._there()
        return joint_checksum(self._files.questions(split) for split in ANSWERED)

    def counts(self) -> Counts:
        """Count pictures asked about and questions of the splits that are there; every file is read for it, once."""
        self._there()
        there = {split: self._texts(split) for split in COUNTS if self._files.questions(split).is_file()}
        return {split: (len(found.image_names), len(found)) for split, found in there.items()}

    def damaged(self) -> list[str] | None:
        """Compare nothing: single files have no official checksums."""
        return None

    def _texts(self, split: str) -> VQASplit:
        path = self._files.questions(split)
        found = kept(lambda: read_clevr_split(path), [path], reader="clevr", options={"version": 2})
        if found.question_ids[0] // MOST != FIRST[split] // MOST:
            raise DataError(f"{path} has questions of another split than {split!r} by their 'split': rename the files.")
        return found

    def _there(self) -> None:
        if not all(self._files.questions(split).is_file() for split in ANSWERED):
            raise DataError(
                f"there is no CLEVR in {self.folder}: run scanpath data fetch clevr, which brings 19 GB, or unpack "
                f"https://dl.fbaipublicfiles.com/clevr/CLEVR_v1.0.zip in {self.folder.parent}."
            )

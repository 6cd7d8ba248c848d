"""CLEVR 1.0: questions with programs about rendered scenes, read from the official files.

Source: Johnson et al., CVPR 2017, https://arxiv.org/abs/1612.06890; the archive
https://dl.fbaipublicfiles.com/clevr/CLEVR_v1.0.zip. The answers of its test split are not public. Whatever else is
written in this form (:mod:`scanpath.data.clevr_writing`) is read by the same functions.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

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
from scanpath.errors import ConfigError, DataError

ANSWERS = frozenset(
    [
        *("yes", "no", *map(str, range(11))),
        *("gray", "red", "blue", "green", "brown", "purple", "cyan", "yellow"),
        *("cube", "sphere", "cylinder", "rubber", "metal", "large", "small"),
    ]
)
"""The 28 answers of CLEVR."""

COUNTS: Counts = MappingProxyType({"train": (70_000, 699_989), "val": (15_000, 149_991), "test": (15_000, 149_988)})
ANSWERED = ("train", "val")
"""Pictures and questions of the official splits."""

FIRST = MappingProxyType({"train": 0, "val": 1_000_000, "test": 2_000_000})
"""What is added to the official numbers of a split's pictures and questions, so that ids are unique over the splits."""

_PEOPLE = 10
_TYPES = {"count": "count", "exist": "exist"}
_TYPES |= dict.fromkeys(("equal_integer", "less_than", "greater_than"), "compare numbers")
_TYPES |= {f"query_{attribute}": "query attribute" for attribute in ("color", "material", "shape", "size")}
_TYPES |= {f"equal_{attribute}": "compare attribute" for attribute in ("color", "material", "shape", "size")}


class CLEVRFiles(NamedTuple):
    """Where the files of a data set in CLEVR's form lie."""

    folder: Path
    prefix: str = "CLEVR"
    """What the names of its files begin with."""

    def questions(self, split: str) -> Path:
        """Return the questions, with their answers."""
        return self.folder / "questions" / f"{self.prefix}_{split}_questions.json"

    def scenes(self, split: str) -> Path:
        """Return the scenes."""
        return self.folder / "scenes" / f"{self.prefix}_{split}_scenes.json"

    def images(self, split: str) -> Path:
        """Return the folder of pictures."""
        return self.folder / "images" / split

    def image_name(self, split: str, index: int) -> str:
        """Return a picture's file name: ``CLEVR_val_000042.png``."""
        return f"{self.prefix}_{split}_{index:06d}.png"


def keep_function(value: dict[str, Any]) -> Any:
    """Replace a step of a program by the name of its function while a file is parsed; most of a file is these."""
    if "inputs" not in value:
        return value
    function = value.get("function", value.get("type"))
    return sys.intern(function) if type(function) is str else value


def program_type(entry: Mapping[str, Any]) -> str:
    """Name a question's type by what its program does last: ``"count"``, ``"query attribute"``, ...

    Source: the five types that the accuracies of CLEVR are told by.

    Args:
        entry: a question, parsed with :func:`keep_function`.

    Raises:
        DataError: it has no program, or one that ends otherwise.
    """
    program = entry.get("program")
    last = program[-1] if isinstance(program, list) and program else None
    if not isinstance(last, str) or last not in _TYPES:
        raise DataError(
            f"question {entry.get('question_index')} has a program that ends with {str(last)[:40]!r}, expected one of "
            f"{', '.join(_TYPES)}: is it a file of CLEVR 1.0?"
        )
    return _TYPES[last]


def read_clevr_split(
    questions_path: Path,
    images: ImageSource | None = None,
    *,
    name: str | None = None,
    question_type: Callable[[Mapping[str, Any]], str] = program_type,
    answers: Collection[str] = ANSWERS,
    count: int | None = None,
) -> VQASplit:
    """Read a questions file. A question has one answer, which counts as ten equal ones.

    Args:
        questions_path: ``CLEVR_{train,val,test}_questions.json``.
        images: where the pictures are; None reads the texts only.
        name: what to call the split; the file's name by default.
        question_type: names the type of an annotated question, parsed with :func:`keep_function`.
        answers: every answer that there may be.
        count: how many questions there must be; None does not ask.

    Returns:
        the split; ``annotations`` is None if no question has an answer. Ids are the official numbers plus
        :data:`FIRST`.

    Raises:
        DataError: the file is missing, broken, incomplete or of another kind, an entry is, or pictures are missing.
    """
    rows, _ = gather(
        questions_path,
        "questions",
        "questions",
        lambda: _Rows(questions_path, question_type),
        hook=keep_function,
    )
    found = rows.split(name or questions_path.stem, answers, count)
    if images is not None:
        check_images(found.image_names, images, questions_path)
    return replace(found, images=images)


class _Rows:
    """Takes questions, parsed with :func:`keep_function`, and keeps them in columns.

    A :class:`scanpath.data.json_lists.Gatherer`.
    """

    def __init__(self, path: Path, question_type: Callable[[Mapping[str, Any]], str]) -> None:
        self.path = path
        self._question_type = question_type
        self._ids: list[Ids] = []
        self._images: list[Ids] = []
        self._names: set[tuple[int, str]] = set()
        self._splits: set[str] = set()
        self._texts, self._types, self._answers = Growing(), Growing(), Growing()
        self._answered: bool | None = None

    def add(self, entries: list[Any]) -> None:
        """Take some questions."""
        path = self.path
        self._splits.update(column(entries, "split", str, path, "question"))
        self._ids.append(ids(entries, "question_index", path, "question"))
        self._images.append(ids(entries, "image_index", path, "question"))
        names = column(entries, "image_filename", str, path, "question")
        self._names.update(zip(self._images[-1].tolist(), names, strict=True))  # a few questions share a picture
        self._texts.add(column(entries, "question", str, path, "question"))
        if self._answered is not False and any("answer" in entry for entry in entries):
            self._answers.add(column(entries, "answer", str, path, "question"))
            self._types.add([self._type(entry) for entry in entries])
            self._answered = True
        elif any("answer" in entry for entry in entries) or self._answered:
            raise DataError(f"{path} has questions with answers and others without: give a whole file of one split.")
        elif entries:
            self._answered = False

    def _type(self, entry: Mapping[str, Any]) -> str:
        try:
            return self._question_type(entry)
        except DataError as error:
            raise DataError(f"{self.path}: {error}") from None

    def split(self, name: str, answers: Collection[str], count: int | None) -> VQASplit:
        """Return what was taken, checked."""
        question_ids, image_ids, path = np.concatenate(self._ids), np.concatenate(self._images), self.path
        if count is not None and len(question_ids) != count:
            raise DataError(
                f"{path} holds {len(question_ids):,} questions, expected {count:,}: fetch or make it again."
            )
        if len(self._splits) != 1 or not self._splits <= FIRST.keys():
            raise DataError(
                f"{path} has questions of {first_few(map(repr, sorted(self._splits))) or 'no split'}, expected all to "
                "be of 'train', 'val' or 'test': give one split's file."
            )
        first = FIRST[next(iter(self._splits))]
        check_unique(question_ids, "question_index", path)
        return VQASplit(
            name=name,
            question_ids=question_ids + first,
            image_ids=image_ids + first,
            questions=self._texts.column(),
            image_names={image + first: called for image, called in self._image_names().items()},
            annotations=self._annotations(answers) if self._answered else None,
        )

    def _image_names(self) -> dict[int, str]:
        """Return the pictures' names by number, one name for each and one picture for each name."""
        names = dict(self._names)
        if len(names) < len(self._names) or len(set(names.values())) < len(self._names):
            raise DataError(
                f"{self.path} has {len(self._names)} pairs of image_index and image_filename for {len(names)} pictures "
                f"with {len(set(names.values()))} names: give each picture one index and one name."
            )
        return names

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
        """Open a split; that of test has no answers."""
        self._there()
        path, images = self._files.questions(split), open_images(self._files.images(split))
        count = COUNTS[split][1]
        found = kept(lambda: read_clevr_split(path, count=count), [path], reader="clevr", options={"count": count})
        check_images(found.image_names, images, path)
        return replace(found, name=f"clevr/{split}", images=images)

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
        """Count pictures and questions of the splits that are there, as its authors do."""
        return {split: two for split, two in COUNTS.items() if self._files.questions(split).is_file()}

    def damaged(self) -> list[str] | None:
        """Compare nothing: single files have no official checksums."""
        return None

    def _there(self) -> None:
        if not all(self._files.questions(split).is_file() for split in ANSWERED):
            raise DataError(
                f"there is no CLEVR in {self.folder}: run scanpath data fetch clevr, which brings 19 GB, or unpack "
                f"https://dl.fbaipublicfiles.com/clevr/CLEVR_v1.0.zip in {self.folder.parent}."
            )

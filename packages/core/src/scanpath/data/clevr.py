"""CLEVR 1.0: questions with programs about rendered scenes, read from the official files.

Source: Johnson et al., CVPR 2017, https://arxiv.org/abs/1612.06890; the archive
https://dl.fbaipublicfiles.com/clevr/CLEVR_v1.0.zip. The answers of its test split are not public. Whatever else is
written in this form (:mod:`scanpath.data.clevr_writing`) is read by the same functions.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from scanpath.data.dataset import Counts
from scanpath.data.digests import joint_checksum
from scanpath.data.images import ImageSource, open_images
from scanpath.data.making import Progress
from scanpath.data.records import Ids, column, first_few, ids, records
from scanpath.data.split import VQAAnnotations, VQASplit
from scanpath.data.vqa import check_images
from scanpath.errors import ConfigError, DataError
from scanpath.files import read_json

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
    entries = records(read_json(questions_path, object_hook=keep_function), questions_path, "questions", "questions")
    if count is not None and len(entries) != count:
        raise DataError(
            f"{questions_path} holds {len(entries):,} questions, expected {count:,}: fetch or make it again."
        )
    first = FIRST[_split_of(entries, questions_path)]
    question_ids = ids(entries, "question_index", questions_path, "question", unique=True) + first
    image_ids = ids(entries, "image_index", questions_path, "question") + first
    image_names = _image_names(image_ids, entries, questions_path)
    if images is not None:
        check_images(image_names, images, questions_path)
    return VQASplit(
        name=name or questions_path.stem,
        question_ids=question_ids,
        image_ids=image_ids,
        questions=column(entries, "question", str, questions_path, "question"),
        image_names=image_names,
        images=images,
        annotations=_annotations(entries, questions_path, question_type, answers),
    )


def _split_of(entries: list[Any], path: Path) -> str:
    found = sorted(set(column(entries, "split", str, path, "question")))
    if len(found) != 1 or found[0] not in FIRST:
        raise DataError(
            f"{path} has questions of {first_few(map(repr, found)) or 'no split'}, expected all to be of "
            "'train', 'val' or 'test': give one split's file."
        )
    only: str = found[0]
    return only


def _image_names(image_ids: Ids, entries: list[Any], path: Path) -> dict[int, str]:
    """Return the pictures' names by id, one name for each and one picture for each name."""
    pairs = set(
        zip(image_ids.tolist(), column(entries, "image_filename", str, path, "question"), strict=True)
    )  # a few questions share a picture
    names = dict(sorted(pairs))
    if len(names) < len(pairs) or len(set(names.values())) < len(pairs):
        raise DataError(
            f"{path} has {len(pairs)} pairs of image_index and image_filename for {len(names)} pictures with "
            f"{len(set(names.values()))} names: give each picture one index and one name."
        )
    return names


def _annotations(
    entries: list[Any], path: Path, question_type: Callable[[Mapping[str, Any]], str], answers: Collection[str]
) -> VQAAnnotations | None:
    if not any("answer" in entry for entry in entries):
        return None
    modal = [sys.intern(text) for text in column(entries, "answer", str, path, "question")]
    foreign = sorted(set(modal) - set(answers))
    if foreign:
        raise DataError(
            f"{path} has {len(foreign)} answers that its data set does not know ({first_few(map(repr, foreign))}): "
            "is it the official file?"
        )
    ten = {answer: (answer,) * 10 for answer in set(modal)}
    try:
        types = [sys.intern(question_type(entry)) for entry in entries]
    except DataError as error:
        raise DataError(f"{path}: {error}") from None
    return VQAAnnotations(
        question_types=types,
        answer_types=[_answer_type(answer) for answer in modal],
        modal=modal,
        answers=[ten[answer] for answer in modal],
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
        images = open_images(self._files.images(split))
        return read_clevr_split(self._files.questions(split), images, name=f"clevr/{split}", count=COUNTS[split][1])

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

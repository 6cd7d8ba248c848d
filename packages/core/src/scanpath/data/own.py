"""People's own pictures and questions, named by the path of a file: ``task.data=kitchen.csv``.

``docs/own-data.md`` tells what stands in the file. Whatever is wrong is told with the file and the line.
"""

from __future__ import annotations

import functools
import hashlib
import os.path
from collections import Counter, defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

import numpy as np

from scanpath.data.columns import Coded, CodedLists
from scanpath.data.dataset import Counts
from scanpath.data.dealing import deal
from scanpath.data.images import ImageSource, open_images
from scanpath.data.making import Progress
from scanpath.data.names import Names
from scanpath.data.own_entries import BETWEEN_ANSWERS, SPLITS, SUFFIXES, Entry, OwnFile, read_own
from scanpath.data.paths import PathImages, check_inside, flaw
from scanpath.data.records import Ids, first_few
from scanpath.data.split import VQAAnnotations, VQASplit
from scanpath.errors import ConfigError, DataError
from scanpath.files import sha256

TEN = 10
"""Answers of a question that the metric is made for; fewer are repeated in turn until there are so many."""


def is_own(name: str) -> bool:
    """Tell the path of a file of one's own questions from the name of a data set."""
    return name.lower().endswith(SUFFIXES)


class OwnQuestions:
    """A file of one's own questions and its pictures (a :class:`scanpath.data.dataset.Dataset`)."""

    summary: ClassVar[str] = "questions of one's own"

    def __init__(self, path: Path) -> None:
        self.path = path.expanduser().resolve()

    @property
    def folder(self) -> Path:
        """Where the file lies."""
        return self.path.parent

    def open(self, split: str) -> VQASplit:
        """Open a split: as the file says, or dealt out by picture where it says nothing."""
        known = _known(self.path)
        rows = known.splits.get(split, np.zeros(0, dtype=np.int64))
        if not len(rows):
            there = ", ".join(f"{name} {len(found)}" for name, found in known.splits.items() if len(found))
            raise DataError(
                f"{self.path} has no question of the split {split!r} (it has {there}): give some lines that split."
            )
        images = known.image_ids[rows]
        return VQASplit(
            name=f"{self.path.stem}/{split}",
            question_ids=known.ids[rows],
            image_ids=images,
            questions=known.questions.take(rows),
            image_names=known.image_names.take(np.unique(images)),
            images=known.images,
            annotations=_annotations(known, rows, self.path),
            remarks=known.remarks,
        )

    def make(self, *, workers: int | None = None, progress: Progress | None = None, **options: Any) -> Path:  # noqa: ARG002
        """Return its folder: you made it."""
        if options:
            raise ConfigError(f"{self.path.name} takes no options, {', '.join(options)} was given: you made it.")
        _known(self.path)
        return self.folder

    def checksum(self) -> str:
        """Return a checksum of the file and of every picture that it asks about, whatever their names."""
        return _checksum(self.path)

    def counts(self) -> Counts:
        """Count pictures and questions by split."""
        known = _known(self.path)
        return {split: (len(np.unique(known.image_ids[rows])), len(rows)) for split, rows in known.splits.items()}

    def damaged(self) -> list[str] | None:
        """Compare nothing: broken pictures are refused when it is opened."""
        return None


class _Known(NamedTuple):
    """A file that was read and checked, its N questions in columns."""

    lines: Ids
    """(N,), on which each begins."""
    ids: Ids
    """(N,), of the questions."""
    image_ids: Ids
    """(N,)"""
    questions: Coded
    answers: CodedLists
    """As the file gives them, any number."""
    types: Coded
    """Empty where the file tells none."""
    image_names: Names
    images: ImageSource
    splits: Mapping[str, Ids]
    """Rows of the entries."""
    remarks: tuple[str, ...]


@functools.lru_cache(maxsize=8)
def _read(path: Path, modified: int) -> _Known:  # noqa: ARG001 - a file written anew is read anew
    found = read_own(path)
    _check_repetitions(found.entries, path)
    splits, remarks = _splits(found, path)
    images = _open_pictures(found, path)
    numbers = {name: number for number, name in enumerate(sorted({entry.image for entry in found.entries}))}
    return _Known(
        lines=np.asarray([entry.line for entry in found.entries], dtype=np.int64),
        ids=_question_ids(found.entries, path),
        image_ids=np.asarray([numbers[entry.image] for entry in found.entries], dtype=np.int64),
        questions=Coded.of([entry.question for entry in found.entries]),
        answers=CodedLists.of(entry.answers for entry in found.entries),
        types=Coded.of([entry.type for entry in found.entries]),
        image_names=Names.of({number: name for name, number in numbers.items()}),
        images=images,
        splits=splits,
        remarks=remarks,
    )


def _known(path: Path) -> _Known:
    return _read(path, path.stat().st_mtime_ns if path.is_file() else 0)


@functools.lru_cache(maxsize=8)
def _digest(path: Path, modified: int) -> str:
    known = _read(path, modified)
    digest = hashlib.sha256(sha256(path).encode())
    for name in known.image_names.texts:
        digest.update(hashlib.sha256(known.images.read_bytes(name)).digest())
    return digest.hexdigest()


def _checksum(path: Path) -> str:
    return _digest(path, path.stat().st_mtime_ns if path.is_file() else 0)


def _check_repetitions(entries: list[Entry], path: Path) -> None:
    """Refuse a question that is asked twice of a picture: its answers belong on one line."""
    lines: dict[tuple[str, str], int] = {}
    for entry in entries:
        first = lines.setdefault((entry.image, entry.question), entry.line)
        if first != entry.line:
            raise DataError(
                f"{path}, line {entry.line} asks the same of {entry.image} as line {first}: "
                f"write all its answers on one line, separated by '{BETWEEN_ANSWERS}'."
            )


def _question_ids(entries: list[Entry], path: Path) -> Ids:
    """Return the ids that the file gives, or the places of the questions in it."""
    given = [entry.id for entry in entries if entry.id is not None]
    if not given:
        return np.arange(len(entries), dtype=np.int64)
    if len(given) < len(entries):
        first = next(entry.line for entry in entries if entry.id is None)
        raise DataError(f"{path}, line {first} has no id and others have: give every question one, or none.")
    repeated = next((one for one, count in Counter(given).items() if count > 1), None)
    if repeated is not None:
        places = first_few((entry.line for entry in entries if entry.id == repeated), 5)
        raise DataError(f"{path}: the id {repeated} stands on the lines {places}: give every question its own.")
    return np.asarray(given, dtype=np.int64)


def _splits(found: OwnFile, path: Path) -> tuple[Mapping[str, Ids], tuple[str, ...]]:
    """Return the rows of each split, and what is to be told about it."""
    remarks = [f"{path.name}: nothing reads the column {name!r}." for name in found.unused]
    told = [entry.split for entry in found.entries]
    if not any(told):
        names = sorted({entry.image for entry in found.entries})
        dealt = deal(names)
        split_of = {names[place]: split for split, places in dealt.items() for place in places.tolist()}
        told = [split_of[entry.image] for entry in found.entries]
        shares = ", ".join(f"{len(places)} {split}" for split, places in dealt.items())
        remarks.append(f"{path.name} names no splits; its {len(names)} pictures were dealt out by name: {shares}.")
    elif not all(told):
        first = next(entry.line for entry in found.entries if not entry.split)
        raise DataError(f"{path}, line {first} has no split and others have: give every question one, or none.")
    else:
        where = defaultdict(set)
        for entry in found.entries:
            where[entry.image].add(entry.split)
        several = sorted(image for image, splits in where.items() if len(splits) > 1)
        if several:
            remarks.append(f"{path.name} asks about {len(several)} pictures in several splits ({first_few(several)}).")
    column = np.asarray(told)
    return {split: np.flatnonzero(column == split) for split in SPLITS}, tuple(remarks)


def _open_pictures(found: OwnFile, path: Path) -> ImageSource:
    """Open the pictures that are asked about; every one must be there and whole."""
    place = path.parent / Path(found.images).expanduser()
    first: dict[str, int] = {}
    for entry in found.entries:
        first.setdefault(entry.image, entry.line)
    if place.is_file():
        source = open_images(place)
        absent = [name for name in first if name not in source]
        if absent:
            raise DataError(f"{path}, line {first[absent[0]]}: {place} lacks {_named(absent)}.")
        return source
    if not place.is_dir():
        raise DataError(f"{path} looks for its pictures in {place}, which is no folder: mend 'images'.")
    for name, line in first.items():
        try:
            check_inside(name, str(place))
        except DataError as error:
            raise DataError(f"{path}, line {line}: {error}") from None
    absent = [name for name in first if not os.path.isfile(place / name)]  # noqa: PTH113 - False for any odd name
    if absent:
        raise DataError(f"{path}, line {first[absent[0]]}: {place} lacks {_named(absent)}.")
    broken = {name: wrong for name in first if (wrong := flaw(place / name))}
    if broken:
        name, wrong = next(iter(broken.items()))
        more = f"; {_named(list(broken))} are broken" if len(broken) > 1 else ""
        raise DataError(f"{path}, line {first[name]}: {place / name} {wrong}{more}: mend or leave out.")
    return PathImages(place, first)


def _named(names: list[str]) -> str:
    """Say how many pictures are meant, and which."""
    return f"{len(names)} pictures ({first_few(names)})" if len(names) > 1 else f"the picture {names[0]}"


def _annotations(known: _Known, rows: Ids, path: Path) -> VQAAnnotations | None:
    """Return the answers of a split; None where no question of it has one."""
    answers = known.answers.take(rows)
    answered = answers.lengths > 0
    if not answered.any():
        return None
    if not answered.all():
        first = known.lines[rows[~answered][0]]
        raise DataError(f"{path}, line {first} has no answer and others of its split have: answer it or leave it out.")
    modal = Coded.of([Counter(given).most_common(1)[0][0] for given in answers])
    kinds = modal.each(_kind)
    return VQAAnnotations(
        question_types=[kind or of_answer for kind, of_answer in zip(known.types.take(rows), kinds, strict=True)],
        answer_types=kinds,
        modal=modal,
        answers=CodedLists.of(map(_ten, answers)),
    )


def _ten(answers: tuple[str, ...]) -> tuple[str, ...]:
    """Repeat fewer than ten answers in turn: one counts as ten equal ones, two as five and five."""
    return (answers * TEN)[: max(TEN, len(answers))]


def _kind(answer: str) -> str:
    if answer.lower() in ("yes", "no"):
        return "yes/no"
    return "number" if answer.isdecimal() else "other"

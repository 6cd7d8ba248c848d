"""Two rows, or two comparisons of one row: which question types moved, and which questions flipped."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from scanpath.compare.answered import Answered, read_answered
from scanpath.compare.settings import row_id
from scanpath.errors import DataError, near
from scanpath.metrics.intervals import Flips, mcnemar, paired_difference

_SEED = re.compile(r"seed(\d+)\.csv$")


@dataclass(frozen=True)
class TypeMoved:
    """One question type under both rows, in percent; the difference is B minus A."""

    name: str
    questions: int
    first: float
    second: float
    difference: float
    low: float
    high: float
    p: float

    @property
    def moved(self) -> bool:
        """Whether the interval leaves out zero."""
        return not self.low <= 0 <= self.high


@dataclass(frozen=True)
class Flipped:
    """A question that one row answers and the other does not."""

    question_id: int
    question: str
    question_type: str
    first: str
    second: str
    gained: bool


@dataclass(frozen=True)
class RowDiff:
    """What differs between two rows."""

    seeds: tuple[int, ...]
    """Both have these; means are over them."""
    overall: TypeMoved
    types: tuple[TypeMoved, ...]
    """The largest moves first."""
    flips: Flips
    """Of the first seed."""
    flipped: tuple[Flipped, ...]
    """Of the first seed, by type."""


def find_row(text: str) -> dict[int, Path]:
    """Find the answers of a row.

    Args:
        text: the folder of a row, ``comparison:row``, or one CSV file.

    Returns:
        The files by seed.

    Raises:
        DataError: there is none.
    """
    path = Path(text)
    if path.is_file():
        return {_seed_of(path): path}
    if not path.is_dir():
        places = [place for place, letter in enumerate(text) if letter == ":"]  # a row's options have colons, too
        comparison, row = next(
            ((text[:place], text[place + 1 :]) for place in places if (Path(text[:place]) / "rows").is_dir()), ("", "")
        )
        if not row:
            missing = "" if not places or Path(text[: places[0]]).is_dir() else f" ({text[: places[0]]} is not there)"
            raise DataError(f"{text} is no row{missing}: name COMPARISON:ROW, the folder of a row, or its CSV file.")
        rows = Path(comparison) / "rows"
        path = rows / row_id(row)
        if not path.is_dir():
            known = sorted(folder.name for folder in rows.iterdir())
            raise DataError(
                f"{comparison} has no row {row!r}{near(row, known) or '; it has ' + ', '.join(known) + '.'}"
            )
    found = {_seed_of(file): file for file in sorted(path.glob("seed*.csv"))}
    if not found:
        raise DataError(f"{path} holds no answers (seed0.csv, ...): name the folder of a row of a comparison.")
    return found


def _seed_of(path: Path) -> int:
    match = _SEED.search(path.name)
    return int(match.group(1)) if match else 0


def diff(first: str, second: str) -> RowDiff:
    """Compare two rows on the questions and seeds that they share.

    A row without seeds of its own (the prior, a single CSV file) goes with every seed of the other.

    Raises:
        DataError: they answer different questions, or share no seed.
    """
    one, two = find_row(first), find_row(second)
    seeds = sorted(one.keys() & two.keys())
    if not seeds:
        raise DataError(f"{first} has seeds {sorted(one)} and {second} {sorted(two)}: they share none.")
    left = [read_answered(one[seed]) for seed in seeds]
    right = [_aligned(read_answered(two[seed]), left[0], first, second) for seed in seeds]
    everything = np.ones(len(left[0]), dtype=bool)
    column = np.asarray(left[0].question_type)
    types = [_moved(name, left, right, column == name) for name in sorted(set(left[0].question_type))]
    return RowDiff(
        seeds=tuple(seeds),
        overall=_moved("all", left, right, everything),
        types=tuple(sorted(types, key=lambda one: -abs(one.difference))),
        flips=mcnemar(left[0].right, right[0].right),
        flipped=tuple(_flipped(left[0], right[0])),
    )


def _aligned(answered: Answered, other: Answered, first: str, second: str) -> Answered:
    if np.array_equal(answered.question_ids, other.question_ids):
        return answered
    shared = np.intersect1d(answered.question_ids, other.question_ids).size
    raise DataError(
        f"{first} answers {len(other)} questions and {second} {len(answered)}, of which {shared} are the same: "
        "compare rows of the same split."
    )


def _moved(name: str, left: Sequence[Answered], right: Sequence[Answered], where: np.ndarray) -> TypeMoved:
    one = 100 * np.stack([answered.score[where] for answered in left])
    two = 100 * np.stack([answered.score[where] for answered in right])
    found = paired_difference(two, one, left[0].image_ids[where], resamples=1000)
    return TypeMoved(
        name, int(where.sum()), float(one.mean()), float(two.mean()), found.value, found.low, found.high, found.p
    )


def _flipped(left: Answered, right: Answered) -> list[Flipped]:
    rows = np.flatnonzero(left.right != right.right).tolist()
    found = [
        Flipped(
            question_id=int(left.question_ids[row]),
            question=left.question[row],
            question_type=left.question_type[row],
            first=left.prediction[row],
            second=right.prediction[row],
            gained=bool(right.right[row]),
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: (one.question_type, one.question_id))

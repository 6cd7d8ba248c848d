"""What one trained row said of every question, and where it looked: columns, and the CSV file that holds them."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from scanpath.errors import DataError
from scanpath.files import write_atomically

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

TEXTS = ("question", "question_type", "answer_type", "prediction")
NUMBERS = ("probability", "score", "chance", "score_without_attended", "score_without_random")
MEASURES = ("mass", "pointing", "entropy", "area")
RIGHT = 0.5


@dataclass(frozen=True)
class Answered:
    """N questions answered by one row under one seed; NaN stands where something was not measured."""

    question_ids: Ints
    image_ids: Ints
    question: list[str]
    question_type: list[str]
    answer_type: list[str]
    prediction: list[str]
    probability: Floats
    score: Floats
    """The metric's credit, in [0, 1]."""
    chance: Floats
    """The share of the picture that the one object covers; NaN for a question that is not about one."""
    score_without_attended: Floats
    """The score when the attended regions are deleted."""
    score_without_random: Floats
    """The score when as many regions are deleted at random."""
    maps: tuple[str, ...]
    """Names of the M maps."""
    mass: Floats
    """(N, M), share of each map's weight on the object."""
    pointing: Floats
    """(N, M), whether its largest weight touches the object; of a hard map's equals the most present."""
    entropy: Floats
    """(N, M), as a share of the largest possible."""
    area: Floats
    """(N, M), share of the regions that hold 90 % of the weight; of a hard map, the share that it keeps."""

    def __len__(self) -> int:
        """Count the questions."""
        return len(self.question_ids)

    @property
    def one_object(self) -> npt.NDArray[np.bool_]:
        """Which questions are of a type that is about exactly one object, (N,)."""
        return ~np.isnan(self.chance)

    @property
    def right(self) -> npt.NDArray[np.bool_]:
        """Which questions count as answered, (N,): at least half the credit."""
        return self.score >= RIGHT

    @property
    def headline(self) -> int | None:
        """The number of the map with most mass on the object; None where nothing was measured."""
        if not self.maps or not self.one_object.any():
            return None
        return int(self.mass[self.one_object].mean(axis=0).argmax())


def write_answered(path: Path, answered: Answered) -> None:
    """Write the columns as CSV, atomically; what was not measured is an empty field."""
    headline = answered.headline
    columns: dict[str, Sequence[object]] = {
        "question_id": answered.question_ids.tolist(),
        "image_id": answered.image_ids.tolist(),
        **{name: getattr(answered, name) for name in TEXTS},
        **{name: _texts(getattr(answered, name)) for name in NUMBERS},
        "mass_on_object": [""] * len(answered) if headline is None else _texts(answered.mass[:, headline]),
    }
    for place, name in enumerate(answered.maps):
        columns |= {f"{measure}[{name}]": _texts(getattr(answered, measure)[:, place]) for measure in MEASURES}
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True))
    write_atomically(path, stream.getvalue())


def _texts(values: Floats) -> list[str]:
    return ["" if np.isnan(value) else f"{value:.6g}" for value in values.tolist()]


def read_answered(path: Path) -> Answered:
    """Read what :func:`write_answered` wrote.

    Raises:
        DataError: the file is missing, cut short, or something else.
    """
    try:
        with path.open(newline="", encoding="utf-8") as stream:
            header, *rows = csv.reader(stream)
    except (OSError, UnicodeDecodeError, ValueError, csv.Error) as error:
        raise DataError(
            f"{path} cannot be read as answers to questions ({error}): name a row of a comparison."
        ) from None
    columns = dict(zip(header, zip(*rows, strict=True), strict=False)) if _whole(header, rows) else {}
    maps = tuple(name.removeprefix("mass[").removesuffix("]") for name in columns if name.startswith("mass["))
    try:
        values: dict[str, Any] = {
            **{name: list(columns[name]) for name in TEXTS},
            **{name: _floats(columns[name]) for name in NUMBERS},
            **{name: _table(columns, name, maps, len(rows)) for name in MEASURES},
        }
        return Answered(
            question_ids=np.asarray(columns["question_id"], dtype=np.int64),
            image_ids=np.asarray(columns["image_id"], dtype=np.int64),
            maps=maps,
            **values,
        )
    except (KeyError, ValueError) as error:
        raise DataError(f"{path} does not hold the answers of a row ({error}): was it changed or cut short?") from None


def _whole(header: list[str], rows: list[list[str]]) -> bool:
    return bool(rows) and all(len(row) == len(header) for row in rows)


def _floats(texts: Sequence[str]) -> Floats:
    return np.asarray([float(text) if text else np.nan for text in texts], dtype=np.float64)


def _table(columns: dict[str, tuple[str, ...]], measure: str, maps: tuple[str, ...], rows: int) -> Floats:
    found = [_floats(columns[f"{measure}[{name}]"]) for name in maps]
    return np.stack(found, axis=1) if found else np.empty((rows, 0))

"""The scenes of CLEVR: which objects a picture shows, where they stand, and which stand left of which.

Source: https://github.com/facebookresearch/clevr-dataset-gen (the form of ``CLEVR_{train,val}_scenes.json``; the writer
is in :mod:`scanpath.data.clevr_writing`). Those of test are not public.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from scanpath.data.clevr_files import COUNTS, FIRST, PictureColumn
from scanpath.data.clevr_programs import ATTRIBUTES, RELATIONS
from scanpath.data.json_lists import gather
from scanpath.data.mapped import Array, map_arrays, write_arrays
from scanpath.data.ragged import Starts
from scanpath.data.records import Ids, check_unique, column, key_of
from scanpath.data.tables import kept_as
from scanpath.errors import DataError

DIRECTIONS = (*RELATIONS, "above", "below")
OBJECTS = (3, 10)
"""The fewest and the most objects of an official scene."""

_VALUES = {name: {value: number for number, value in enumerate(values)} for name, values in ATTRIBUTES.items()}
_FORMS: Mapping[str, tuple[tuple[int, ...], type]] = {
    "values": ((len(ATTRIBUTES),), np.uint8),
    "coords": ((3,), np.float32),
    "pixels": ((3,), np.float32),
    "rotations": ((), np.float32),
    "related": ((len(RELATIONS),), np.bool_),
    "directions": ((len(DIRECTIONS), 3), np.float32),
}
"""The shape of a row of each column, and its type."""
_REMEDY = "is it the official file?"


@dataclass(frozen=True)
class CLEVRScenes:
    """N scenes with O objects in columns, those of a scene one after the other."""

    split: str
    image_ids: Ids
    """(N,), unique: the official number plus :data:`scanpath.data.clevr_files.FIRST`."""
    starts: Starts
    """Where each scene's objects begin, and the end of the last, (N + 1,)."""
    values: npt.NDArray[np.uint8]
    """(O, 4), for each of :data:`scanpath.data.clevr_programs.ATTRIBUTES` the number of its value."""
    coords: npt.NDArray[np.float32]
    """(O, 3), ``3d_coords``: centres in the units of the renderer, the third being the height above the ground."""
    pixels: npt.NDArray[np.float32]
    """(O, 3), ``pixel_coords``: centres in pixels from the left and from the top, and the distance from the camera."""
    rotations: npt.NDArray[np.float32]
    """(O,), in degrees."""
    related: npt.NDArray[np.bool_]
    """(R, 4): for scene after scene and each pair (i, j) of its n objects, n * i + j, which of
    :data:`scanpath.data.clevr_programs.RELATIONS` hold: j is left of i, ..."""
    directions: npt.NDArray[np.float32]
    """(N, 6, 3): unit vectors of :data:`DIRECTIONS`."""

    def __len__(self) -> int:
        """Count the scenes."""
        return len(self.image_ids)

    def row(self, image_id: int) -> int:
        """Find the scene of a picture.

        Raises:
            DataError: there is none.
        """
        place = int(np.searchsorted(self.image_ids, image_id, sorter=self._order))
        if place == len(self) or self.image_ids[self._order[place]] != image_id:
            raise DataError(
                f"the scenes of {self.split} have none of picture {image_id}: give the questions and scenes of one "
                "split."
            )
        return int(self._order[place])

    def objects(self, row: int) -> slice:
        """Return which of the O objects are those of a scene."""
        return slice(int(self.starts[row]), int(self.starts[row + 1]))

    def relation(self, row: int) -> npt.NDArray[np.bool_]:
        """Return, for a scene of n objects, (4, n, n): ``[w, i, j]`` is whether j is ``RELATIONS[w]`` of i."""
        count = int(self.starts[row + 1] - self.starts[row])
        first = int(self._squares[row])
        return self.related[first : first + count * count].T.reshape(len(RELATIONS), count, count)

    @functools.cached_property
    def _order(self) -> Ids:
        """Scenes in the order of their pictures."""
        return np.argsort(self.image_ids)

    @functools.cached_property
    def _squares(self) -> Starts:
        """Where the pairs of each scene begin."""
        return np.concatenate([[0], np.cumsum(np.diff(self.starts) ** 2)])

    def attributes(self, row: int) -> list[dict[str, str]]:
        """Return shape, size, color and material of each object of a scene."""
        return [
            {name: values[number] for (name, values), number in zip(ATTRIBUTES.items(), numbers, strict=True)}
            for numbers in self.values[self.objects(row)].tolist()
        ]

    def remarks(self) -> Iterator[str]:
        """Say where they are not the official ones."""
        official = COUNTS[self.split][0]
        if len(self) != official:
            yield f"clevr/{self.split} has {len(self):,} scenes, the official one has {official:,}."
        counts = np.diff(self.starts)
        odd = int(((counts < OBJECTS[0]) | (counts > OBJECTS[1])).sum())
        if odd:
            yield f"{odd:,} scenes of clevr/{self.split} have not {OBJECTS[0]} to {OBJECTS[1]} objects."


def read_clevr_scenes(path: Path) -> CLEVRScenes:
    """Read ``CLEVR_{train,val}_scenes.json``; a second time from a table beside it (:mod:`scanpath.data.tables`).

    Raises:
        DataError: the file is missing, broken, incomplete or of another kind, or a scene is.
    """

    def read() -> CLEVRScenes:
        rows, _ = gather(path, "scenes", "CLEVR scenes", lambda: _Rows(path))
        return rows.scenes()

    return kept_as(read, [path], reader="clevr scenes", write=_write, load=_load)


_ARRAYS = tuple(field.name for field in fields(CLEVRScenes) if field.name != "split")


def _write(path: Path, scenes: CLEVRScenes, key: str) -> None:
    arrays: dict[str, Array] = {name: getattr(scenes, name) for name in _ARRAYS}
    write_arrays(path, arrays, {"key": key, "split": scenes.split})


def _load(path: Path, key: str) -> CLEVRScenes:
    arrays, facts = map_arrays(path)
    if facts["key"] != key:
        raise ValueError(f"{path} was made from other files")
    return CLEVRScenes(split=facts["split"], **{name: arrays[name] for name in _ARRAYS})


class _Rows:
    """Takes scenes and keeps them in columns (a :class:`scanpath.data.json_lists.Gatherer`)."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._pictures = PictureColumn(path, "scene")
        self._lengths: list[int] = []
        self._parts: dict[str, list[Array]] = {
            name: [np.empty((0, *form), kind)] for name, (form, kind) in _FORMS.items()
        }

    def add(self, entries: list[Any]) -> None:
        """Take some scenes."""
        self._pictures.add(entries)
        listed = column(entries, "objects", list, self.path, "scene")
        ways = column(entries, "directions", dict, self.path, "scene")
        named = key_of(entries, "relationships", "relations")  # the readme of the data says the latter
        relations = column(entries, named, dict, self.path, "scene")
        found: dict[str, list[Any]] = {name: [] for name in _FORMS if name != "related"}
        places: list[int] = []  # of what is True in the table of relations, whose rows have four columns
        pairs = 0
        for place, (objects, directions, related) in enumerate(zip(listed, ways, relations, strict=True)):
            where = f"{self.path}: scene number {place}"
            for number, one in enumerate(objects):
                _object(one, f"{where}, object {number},", found)
            found["directions"].append(
                [_numbers(directions.get(way), f"the direction {way!r}", where) for way in DIRECTIONS]
            )
            for axis, way in enumerate(RELATIONS):
                known = _related(related.get(way), way, len(objects), where)
                places += [len(RELATIONS) * (pairs + pair) + axis for pair in known]
            self._lengths.append(len(objects))
            pairs += len(objects) ** 2
        table = np.zeros(pairs * len(RELATIONS), dtype=np.bool_)
        table[places] = True
        self._parts["related"].append(table.reshape(-1, len(RELATIONS)))
        for name, rows in found.items():
            form, kind = _FORMS[name]
            self._parts[name].append(np.asarray(rows, dtype=kind).reshape(-1, *form))

    def scenes(self) -> CLEVRScenes:
        """Return what was taken."""
        split, image_ids = self._pictures.split(), self._pictures.ids()
        self._pictures.names()  # all begin alike
        check_unique(image_ids - FIRST[split], "image_index", self.path)
        starts = np.concatenate([[0], np.cumsum(self._lengths)]).astype(np.int64)
        return CLEVRScenes(
            split=split,
            image_ids=image_ids,
            starts=starts,
            **{name: np.concatenate(parts) for name, parts in self._parts.items()},
        )


def _object(one: Any, where: str, found: Mapping[str, list[Any]]) -> None:
    """Check an object and add what it is and where to the columns."""
    if not isinstance(one, dict):
        raise DataError(f"{where} is a {type(one).__name__}, expected its shape, size, ...: {_REMEDY}")
    numbers = []
    for name, known in _VALUES.items():
        value = one.get(name)
        if not isinstance(value, str) or value not in known:
            raise DataError(
                f"{where} has {name!r} = {str(value)[:40]!r}, expected one of {', '.join(known)}: {_REMEDY}"
            )
        numbers.append(known[value])
    found["values"].append(numbers)
    found["coords"].append(_numbers(one.get("3d_coords"), "'3d_coords'", where))
    found["pixels"].append(_numbers(one.get("pixel_coords"), "'pixel_coords'", where))
    found["rotations"] += _numbers([one.get("rotation")], "'rotation'", where)


def _numbers(value: Any, what: str, where: str) -> list[float]:
    """Check a list of finite numbers, three unless it is one; JSON's NaN and infinities are none."""
    count = 1 if what == "'rotation'" else 3
    if (
        isinstance(value, list)
        and len(value) == count
        and set(map(type, value)) <= {int, float}
        and all(abs(number) < 1e9 for number in value)  # not NaN either
    ):
        return value
    shown = value[0] if count == 1 and isinstance(value, list) else value
    raise DataError(
        f"{where} has {what} = {str(shown)[:40]!r}, expected {'a number' if count == 1 else 'three numbers'}: mend it."
    )


def _related(value: Any, way: str, count: int, where: str) -> Iterator[int]:
    """Give the pairs of objects (i, j), as count * i + j, of which the second stands ``way`` of the first."""
    if not isinstance(value, list) or len(value) != count:
        told = f"{len(value)} lists" if isinstance(value, list) else "no list"
        raise DataError(f"{where} has {told} of objects that stand {way!r} of its {count} objects: {_REMEDY}")
    for number, others in enumerate(value):
        known = isinstance(others, list) and set(map(type, others)) <= {int}
        if not known or number in others or (others and not 0 <= min(others) <= max(others) < count):
            raise DataError(
                f"{where} says that {str(others)[:40]} stand {way!r} of object {number}, expected numbers of others of "
                f"its {count} objects: mend it."
            )
        if len(set(others)) < len(others):
            raise DataError(f"{where} repeats an object among those that stand {way!r} of object {number}: mend it.")
        for other in others:
            yield count * number + other

"""Where the objects are that a question of CLEVR is about: its program is run on the scene of its picture.

CLEVR has no masks. Its scenes tell the centre of each object in pixels, how far it is from the camera, and how high its
centre is above the ground that it stands on; an object is drawn here as a disc whose radius is that height as the
camera sees it, nearer ones before farther ones. That is the outline of a sphere, and most of a cube or cylinder. How
many pixels a length makes at a distance follows from the scenes themselves: objects are as far from each other by their
places in the picture as by their coordinates.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from scanpath.data.clevr_files import FIRST
from scanpath.data.clevr_programs import ATTRIBUTES, RELATIONS, parse_step
from scanpath.data.clevr_scenes import CLEVRScenes, read_clevr_scenes
from scanpath.data.columns import CodedLists
from scanpath.data.records import Ids, first_few
from scanpath.data.split import VQASplit
from scanpath.errors import DataError

SIZE = (320, 480)
"""Height and width of CLEVR's pictures."""

_DOWN, _ACROSS = np.ogrid[: SIZE[0], : SIZE[1]]
_COLUMNS = {name: place for place, name in enumerate(ATTRIBUTES)}


class CLEVRGrounding:
    """Objects of questions and pictures (a :class:`scanpath.data.grounding.Grounded`); scenes are read when asked for.

    Args:
        path: the scenes.
        split: the questions about them, with programs.
    """

    def __init__(self, path: Path, split: VQASplit) -> None:
        self.path = path
        self._question_ids, self._image_ids = split.question_ids, split.image_ids
        self._programs: Sequence[Sequence[str]] = (split.annotations and split.annotations.programs) or CodedLists.of(
            [()] * len(split)
        )

    @functools.cached_property
    def scenes(self) -> CLEVRScenes:
        """The scenes."""
        return read_clevr_scenes(self.path)

    @functools.cached_property
    def _order(self) -> Ids:
        return np.argsort(self._question_ids)

    @functools.cached_property
    def _focal(self) -> float:
        return focal_length(self.scenes)

    def __getstate__(self) -> Mapping[str, Any]:
        """Travel light: another process reads the scenes itself."""
        return {key: value for key, value in self.__dict__.items() if key in ("path", *_TEXTS)}

    def check(self) -> None:
        """Raise a :class:`DataError` if a question is about a picture without scene, or no camera saw the scenes."""
        absent = np.setdiff1d(self._image_ids, self.scenes.image_ids)
        if len(absent):
            raise DataError(
                f"{self.path} lacks the scenes of {len(absent)} pictures that questions are about "
                f"({first_few(absent - FIRST[self.scenes.split])}): give the questions and scenes of one split."
            )
        focal_length(self.scenes)

    def _row(self, question_id: int) -> int:
        place = int(np.searchsorted(self._question_ids, question_id, sorter=self._order))
        if place == len(self._order) or self._question_ids[self._order[place]] != question_id:
            raise DataError(f"{self.path} is of no question {question_id}: is it of another split?")
        return int(self._order[place])

    def objects_of(self, question_id: int) -> tuple[int, ...]:
        """Return the indices of the objects that a question is about: those that its program's last step takes."""
        row = self._row(question_id)
        try:
            return run_program(self._programs[row], self.scenes, self.scenes.row(int(self._image_ids[row])))
        except _CannotRun as error:
            raise DataError(
                f"the program of question {question_id} cannot be run on its scene in {self.path} ({error}): give the "
                "questions and scenes of one data set."
            ) from None

    def masks(self, image_id: int) -> npt.NDArray[np.uint8]:
        """Return a picture's label map, (320, 480): 0 ground, i + 1 the disc of object i."""
        across, down, radius, distance = self._discs(image_id)
        labels = np.zeros(SIZE, dtype=np.uint8)
        for number in np.argsort(-distance, kind="stable").tolist():
            left, top, reach = across[number] - 0.5, down[number] - 0.5, radius[number]  # of pixels' middles
            rows = slice(max(0, int(top - reach)), max(0, int(top + reach) + 2))
            columns = slice(max(0, int(left - reach)), max(0, int(left + reach) + 2))
            inside = (_DOWN[rows] - top) ** 2 + (_ACROSS[:, columns] - left) ** 2 <= reach**2
            labels[rows, columns][inside] = number + 1
        return labels

    def target_mask(self, question_id: int) -> npt.NDArray[np.bool_]:
        """Return True where a pixel belongs to an object that the question is about, (320, 480)."""
        objects = np.asarray(self.objects_of(question_id), dtype=np.int64)
        return np.isin(self.masks(int(self._image_ids[self._row(question_id)])), objects + 1)

    def boxes(self, image_id: int) -> npt.NDArray[np.float32]:
        """Return the boxes around the objects' discs, (K, 4): x1, y1, x2, y2 in [0, 1], from edge to edge."""
        across, down, radius, _ = self._discs(image_id)
        edges = np.stack([across - radius, down - radius, across + radius, down + radius], axis=1)
        height, width = SIZE
        return (edges / [width, height, width, height]).clip(0, 1).astype(np.float32)

    def attributes(self, image_id: int) -> list[dict[str, Any]]:
        """Return the ``shape``, ``size``, ``color``, ``material`` and ``pixel_coords`` (x, y of the centre) of each."""
        row = self.scenes.row(image_id)
        places = self.scenes.pixels[self.scenes.objects(row), :2].tolist()
        return [one | {"pixel_coords": place} for one, place in zip(self.scenes.attributes(row), places, strict=True)]

    def _discs(self, image_id: int) -> npt.NDArray[np.float64]:
        """Return x, y and radius in pixels and the distance of each object, (4, K)."""
        found = self.scenes.objects(self.scenes.row(image_id))
        across, down, distance = self.scenes.pixels[found].astype(np.float64).T
        height = self.scenes.coords[found, 2]
        return np.stack([across, down, self._focal * height / distance.clip(1e-6), distance])


_TEXTS = ("_question_ids", "_image_ids", "_programs")


def focal_length(scenes: CLEVRScenes) -> float:
    r"""Return how many pixels a length makes at a distance of the same length, from all pairs of objects of a scene.

    An object at (u, v) pixels from the middle of the picture and the distance z is at :math:`(uz/f, vz/f, z)` from the
    camera, so two objects are :math:`d^2 = \bigl((\Delta uz)^2 + (\Delta vz)^2\bigr) / f^2 + (\Delta z)^2` from each
    other; f is that by which the sums over all pairs are equal, which the rounding of pixels hardly moves.

    Raises:
        DataError: the coordinates are not those of one camera's pictures.
    """
    distance = scenes.pixels[:, 2].astype(np.float64)
    seen = (scenes.pixels[:, :2] - np.asarray(SIZE[::-1]) / 2) * distance[:, None]  # (O, 2)
    within = np.repeat(np.arange(len(scenes)), np.diff(scenes.starts))
    pairs, apart = 0.0, 0.0
    for step in range(1, int(np.diff(scenes.starts).max(initial=0))):
        alike = np.flatnonzero(within[step:] == within[:-step])
        pairs += float(((seen[alike + step] - seen[alike]) ** 2).sum())
        lengths = ((scenes.coords[alike + step].astype(np.float64) - scenes.coords[alike]) ** 2).sum(axis=1)
        apart += float((lengths - (distance[alike + step] - distance[alike]) ** 2).sum())
    if not (pairs > 0 and apart > 0):
        raise DataError(
            f"the scenes of {scenes.split} do not tell how large objects appear: pixel_coords and 3d_coords are not of "
            "one camera: give the official scenes, or none."
        )
    return float(np.sqrt(pairs / apart))


class _CannotRun(Exception):  # noqa: N818 - it becomes an error with the question's number
    """A step finds not what it needs."""


def run_program(program: Sequence[str], scenes: CLEVRScenes, row: int) -> tuple[int, ...]:
    """Return the objects of a scene that a program's last step takes, ascending: what it queries, counts or compares.

    Args:
        program: steps, checked as :class:`scanpath.data.clevr_programs.ProgramColumn` does.
        scenes: all scenes.
        row: the scene's.
    """
    values = scenes.values[scenes.objects(row)]  # (n, 4)
    relation = scenes.relation(row)  # (4, n, n)
    found: list[npt.NDArray[np.bool_]] = []  # (n,) each: the objects that a step gives, or that its number is about
    for text in program:
        function, given, inputs = parse_step(text)
        taken = [found[number] for number in inputs]
        verb, _, attribute = function.partition("_")
        if function == "scene":
            found.append(np.ones(len(values), dtype=np.bool_))
        elif verb == "filter":
            number = ATTRIBUTES[attribute].index(given[0])
            found.append(taken[0] & (values[:, _COLUMNS[attribute]] == number))
        elif function == "intersect":
            found.append(taken[0] & taken[1])
        elif function == "unique":
            if taken[0].sum() != 1:
                raise _CannotRun(f"{text} finds {taken[0].sum()} objects where one is meant")
            found.append(taken[0])
        elif function == "relate":
            found.append(relation[RELATIONS.index(given[0])][taken[0].argmax()].copy())
        elif verb == "same":
            own = int(taken[0].argmax())
            same: npt.NDArray[np.bool_] = values[:, _COLUMNS[attribute]] == values[own, _COLUMNS[attribute]]
            same[own] = False
            found.append(same)
        else:  # union, and whatever gives no objects: it is about those of all that it takes
            found.append(np.logical_or.reduce(taken))
    return tuple(np.flatnonzero(found[-1]).tolist()) if found else ()

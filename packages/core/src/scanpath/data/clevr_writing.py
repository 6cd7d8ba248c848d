"""Writers of CLEVR 1.0's form, read back by :mod:`scanpath.data.clevr` and :mod:`scanpath.data.clevr_scenes`.

Source: https://github.com/facebookresearch/clevr-dataset-gen (the form). ``solid_scene`` describes a scene of the
official kind, ``clevr_scene`` one of a flat world: ``front`` is below in the picture and ``behind`` above,
``3d_coords`` are pixels with a depth of 0, every material is ``flat``. Added to a flat scene are ``image_id``,
``image_size`` (height, width) and each object's ``bbox`` (x1, y1, x2, y2 in pixels).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from scanpath.files import write_json

_DIRECTIONS = {
    "left": [-1.0, 0.0, 0.0],
    "right": [1.0, 0.0, 0.0],
    "front": [0.0, 1.0, 0.0],
    "behind": [0.0, -1.0, 0.0],
    "above": [0.0, 0.0, 1.0],
    "below": [0.0, 0.0, -1.0],
}
_APART = 0.2


class SceneObject(NamedTuple):
    """One object of a flat scene."""

    shape: str
    color: str
    size: str
    x: float
    """Of its centre, in pixels."""
    y: float
    bbox: Sequence[int]
    """x1, y1, x2, y2 in pixels, from edge to edge."""


class Place(NamedTuple):
    """Where a picture stands."""

    split: str
    number: int
    """In its split, ``image_index`` in the files."""
    image_id: int
    file_name: str


def clevr_scene(objects: Sequence[SceneObject], place: Place, image_size: int) -> dict[str, Any]:
    """Describe one scene of a square picture, ``image_size`` pixels high and wide."""
    numbers = range(len(objects))
    return {
        "split": place.split,
        "image_index": place.number,
        "image_filename": place.file_name,
        "image_id": place.image_id,
        "image_size": [image_size, image_size],
        "objects": [
            {
                "shape": one.shape,
                "color": one.color,
                "size": one.size,
                "material": "flat",
                "3d_coords": [one.x, one.y, 0.0],
                "rotation": 0.0,
                "pixel_coords": [one.x, one.y, 0.0],
                "bbox": list(one.bbox),
            }
            for one in objects
        ],
        "relationships": {
            "left": [[j for j in numbers if objects[j].x < objects[i].x] for i in numbers],
            "right": [[j for j in numbers if objects[j].x > objects[i].x] for i in numbers],
            "front": [[j for j in numbers if objects[j].y > objects[i].y] for i in numbers],
            "behind": [[j for j in numbers if objects[j].y < objects[i].y] for i in numbers],
        },
        "directions": _DIRECTIONS,
    }


class Solid(NamedTuple):
    """One object of a scene in space."""

    shape: str
    color: str
    size: str
    material: str
    coords: Sequence[float]
    """Of its centre: across, away and up."""
    pixels: Sequence[float]
    """Of its centre: pixels from the left and from the top, and the distance from the camera."""
    rotation: float = 0.0


def solid_scene(objects: Sequence[Solid], place: Place, directions: Mapping[str, Sequence[float]]) -> dict[str, Any]:
    """Describe one scene as the official files do.

    Args:
        objects: of the scene.
        place: of its picture.
        directions: unit vectors of ``left``, ``right``, ``front``, ``behind``, ``above`` and ``below``; an object
            stands left of another if it is more than 0.2 farther left, as in the official generator, and so on.
    """

    def beyond(one: Solid, other: Solid, way: str) -> bool:
        steps = zip(one.coords, other.coords, directions[way], strict=True)
        return sum((there - here) * part for here, there, part in steps) > _APART

    numbers = range(len(objects))
    return {
        "split": place.split,
        "image_index": place.number,
        "image_filename": place.file_name,
        "objects": [
            {
                "shape": one.shape,
                "color": one.color,
                "size": one.size,
                "material": one.material,
                "3d_coords": list(one.coords),
                "rotation": one.rotation,
                "pixel_coords": list(one.pixels),
            }
            for one in objects
        ],
        "relationships": {
            way: [[j for j in numbers if j != i and beyond(objects[i], objects[j], way)] for i in numbers]
            for way in ("left", "right", "front", "behind")
        },
        "directions": {way: list(vector) for way, vector in directions.items()},
    }


def write_scenes(path: Path, split: str, scenes: Sequence[dict[str, Any]]) -> None:
    """Write a scenes file."""
    write_json(path, {"info": {"split": split, "version": "1.0"}, "scenes": scenes})


def write_clevr_questions(path: Path, split: str, questions: Sequence[dict[str, Any]]) -> None:
    """Write a questions file.

    Args:
        path: where it goes.
        split: its split.
        questions: ``image_index``, ``image_filename``, ``question``, ``answer``, ``question_family_index`` and
            ``program`` of each; ``question_index`` and ``split`` are added.
    """
    entries = [{"question_index": number, "split": split, **one} for number, one in enumerate(questions)]
    info = {"split": split, "version": "1.0", "license": "Creative Commons Zero", "date": "2026-01-01"}
    write_json(path, {"info": info, "questions": entries})

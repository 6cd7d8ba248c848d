"""What is where in a picture: the objects a question is about, their masks, boxes and attributes.

Two files and an archive hold it: a grounding JSON (question -> objects), scenes in the form of CLEVR 1.0 with a
``bbox`` for each object, and label maps as pictures (0 ground, i + 1 object i).
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from scanpath.data.images import ImageSource, decode, open_images
from scanpath.errors import DataError
from scanpath.files import read_json


class Grounded(Protocol):
    """What is known about the objects of pictures and questions, whatever it is read from."""

    def objects_of(self, question_id: int) -> tuple[int, ...]:
        """Return the indices of the objects that a question is about."""
        ...

    def masks(self, image_id: int) -> npt.NDArray[np.uint8]:
        """Return a picture's label map, (H, W): 0 ground, i + 1 object i."""
        ...

    def target_mask(self, question_id: int) -> npt.NDArray[np.bool_]:
        """Return True where a pixel belongs to an object that the question is about, (H, W)."""
        ...

    def boxes(self, image_id: int) -> npt.NDArray[np.float32]:
        """Return the objects' boxes, (K, 4): x1, y1, x2, y2 in [0, 1], from edge to edge."""
        ...

    def attributes(self, image_id: int) -> list[dict[str, Any]]:
        """Return each object's ``shape``, ``color``, ``size`` and ``pixel_coords`` (x, y of the centre), at least."""
        ...


class GroundingFiles(NamedTuple):
    """Where the grounding of one set of pictures lies."""

    objects: Path
    """JSON: ``{"grounding": [{"question_id", "image_id", "objects": [index, ...]}, ...]}``."""
    scenes: Path
    """CLEVR-style scenes; each has an ``image_id`` and each object a ``bbox`` in pixels."""
    masks: Path
    """Label maps under the names of the pictures."""


class Grounding:
    """Objects of questions and pictures (a :class:`Grounded`); files are read when first asked for."""

    def __init__(self, files: Sequence[GroundingFiles]) -> None:
        """Remember ``files``; more than one where a split draws on several sets of pictures."""
        self.files = tuple(files)

    @functools.cached_property
    def _questions(self) -> Mapping[int, tuple[int, tuple[int, ...]]]:
        return {
            entry["question_id"]: (entry["image_id"], tuple(entry["objects"]))
            for files in self.files
            for entry in _listed(files.objects, "grounding")
        }

    @functools.cached_property
    def _scenes(self) -> Mapping[int, Mapping[str, Any]]:
        return {
            scene["image_id"]: {**scene, "masks": number}
            for number, files in enumerate(self.files)
            for scene in _listed(files.scenes, "scenes")
        }

    @functools.cached_property
    def _masks(self) -> Sequence[ImageSource]:
        return [open_images(files.masks) for files in self.files]

    def __getstate__(self) -> Mapping[str, Any]:
        """Travel light: another process reads the files itself."""
        return {"files": self.files}

    def _question(self, question_id: int) -> tuple[int, tuple[int, ...]]:
        try:
            return self._questions[int(question_id)]
        except KeyError:
            raise DataError(f"{self.files[0].objects} has no question {question_id}: is it of another split?") from None

    def _scene(self, image_id: int) -> Mapping[str, Any]:
        try:
            return self._scenes[int(image_id)]
        except KeyError:
            raise DataError(f"{self.files[0].scenes} has no picture {image_id}: is it of another split?") from None

    def objects_of(self, question_id: int) -> tuple[int, ...]:
        """Return the indices of the objects that a question is about; the one asked about comes first."""
        return self._question(question_id)[1]

    def masks(self, image_id: int) -> npt.NDArray[np.uint8]:
        """Return a picture's label map, (H, W): 0 ground, i + 1 object i."""
        scene = self._scene(image_id)
        name = scene["image_filename"]
        source = self._masks[scene["masks"]]
        return decode(source.read_bytes(name), f"the mask {name}", "L")

    def target_mask(self, question_id: int) -> npt.NDArray[np.bool_]:
        """Return True where a pixel belongs to an object that the question is about, (H, W)."""
        image_id, objects = self._question(question_id)
        return np.isin(self.masks(image_id), np.asarray(objects, dtype=np.int64) + 1)

    def boxes(self, image_id: int) -> npt.NDArray[np.float32]:
        """Return the objects' boxes, (K, 4): x1, y1, x2, y2 in [0, 1], from edge to edge."""
        scene = self._scene(image_id)
        boxes = np.asarray([item["bbox"] for item in scene["objects"]], dtype=np.float32).reshape(-1, 4)
        height, width = scene["image_size"]
        boxes /= np.asarray([width, height, width, height], dtype=np.float32)
        return boxes

    def attributes(self, image_id: int) -> list[dict[str, Any]]:
        """Return each object's ``shape``, ``color``, ``size`` and ``pixel_coords`` (x, y of the centre)."""
        return [
            {"shape": item["shape"], "color": item["color"], "size": item["size"], "pixel_coords": item["pixel_coords"]}
            for item in self._scene(image_id)["objects"]
        ]


def _listed(path: Path, key: str) -> list[Any]:
    value = read_json(path)
    if not isinstance(value, dict) or not isinstance(value.get(key), list):
        raise DataError(f"{path} has no list {key!r}: is it the right file?")
    found: list[Any] = value[key]
    return found

"""Drawing many pictures in many processes: each is decided by its number alone, so who draws it does not matter."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import NamedTuple

from scanpath.data.images import encode_png
from scanpath.data.making import in_order
from scanpath.data.scenes.clevr import boxes
from scanpath.data.scenes.drawing import draw_picture
from scanpath.data.scenes.options import SceneOptions
from scanpath.data.scenes.world import Scenes, draw_scene, scene_draws

#: Pictures a piece of work; it fixes how the checksum is put together, so it does not depend on the workers.
_PIECE = 200


class Piece(NamedTuple):
    """Some pictures of a split, in order."""

    scenes: Scenes
    pictures: list[bytes]
    """PNG files."""
    masks: list[bytes]
    """PNG files of label maps."""
    boxes: list[list[list[int]]]
    digest: str
    """SHA-256 of the pixels of pictures and label maps."""


def paint_piece(options: SceneOptions, split: str, start: int, stop: int) -> Piece:
    """Draw the pictures ``start`` to ``stop - 1`` of a split."""
    digest = hashlib.sha256()
    scenes, pictures, masks, outlines = [], [], [], []
    for index in range(start, stop):
        draws = scene_draws(options, split, index)
        things = draw_scene(draws, options)
        picture, labels = draw_picture(things, draws, options.image_size, options.shapes, options.colors)
        digest.update(picture.tobytes() + labels.tobytes())
        scenes.append(things)
        pictures.append(encode_png(picture, "making scenes", noisy=True))
        masks.append(encode_png(labels, "making scenes", noisy=True))
        outlines.append(boxes(labels, len(things)))
    return Piece(Scenes.of(scenes), pictures, masks, outlines, digest.hexdigest())


def paint(options: SceneOptions, workers: int | None = None) -> Iterator[tuple[str, Piece]]:
    """Draw every split, in order, a piece at a time.

    Args:
        options: the world.
        workers: processes; None takes one a core, and none besides this one for little work.
    """
    tasks = [
        (options, split, start, min(start + _PIECE, count))
        for split, count in options.sizes.items()
        for start in range(0, count, _PIECE)
    ]
    yield from zip((task[1] for task in tasks), in_order(_paint_piece, tasks, workers), strict=True)


def _paint_piece(task: tuple[SceneOptions, str, int, int]) -> Piece:
    return paint_piece(*task)

"""Drawing many pictures in many processes: each is decided by its number alone, so who draws it does not matter."""

from __future__ import annotations

import hashlib
import io
import multiprocessing
import os
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from scanpath.data.scenes.clevr import boxes
from scanpath.data.scenes.drawing import draw_picture
from scanpath.data.scenes.options import SceneOptions
from scanpath.data.scenes.world import Scenes, draw_scene, scene_draws
from scanpath.errors import missing_extra

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


def _png(pixels: npt.NDArray[np.uint8]) -> bytes:
    try:
        from PIL import Image
    except ImportError:
        raise missing_extra("pillow", purpose="making scenes") from None
    stream = io.BytesIO()
    # Huffman coding alone: noise has no repetitions worth searching for, so this is both smaller and faster.
    Image.fromarray(pixels).save(stream, "PNG", compress_level=1, compress_type=2)
    return stream.getvalue()


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
        pictures.append(_png(picture))
        masks.append(_png(labels))
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
    if workers is None:
        workers = min(_cores(), len(tasks) // 4)
    if workers <= 1:
        yield from ((task[1], paint_piece(*task)) for task in tasks)
        return
    # Spawned, since forking a process that runs threads (torch's) may hang.
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        waiting: list[tuple[str, Future[Piece]]] = []
        ahead = iter(tasks)
        try:
            for task in ahead:
                waiting.append((task[1], pool.submit(paint_piece, *task)))
                if len(waiting) > 2 * workers:  # so that finished pieces do not pile up
                    split, future = waiting.pop(0)
                    yield split, future.result()
            for split, future in waiting:
                yield split, future.result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1

"""The objects of a scene as CLEVR's form describes them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from scanpath.data.clevr_writing import SceneObject
from scanpath.data.scenes.options import SIZES, SceneOptions
from scanpath.data.scenes.world import Thing


def boxes(labels: npt.NDArray[np.uint8], count: int) -> list[list[int]]:
    """Return the box around each object's pixels in a label map, from edge to edge: x1, y1, x2, y2."""
    found = []
    for number in range(1, count + 1):
        mask = labels == number
        columns, rows = np.flatnonzero(mask.any(axis=0)), np.flatnonzero(mask.any(axis=1))
        found.append([int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1])
    return found


def scene_objects(
    things: Sequence[Thing], outlines: Sequence[Sequence[int]], options: SceneOptions
) -> list[SceneObject]:
    """Describe the objects of one scene, whose boxes are ``outlines``."""
    return [
        SceneObject(
            shape=options.shapes[thing.shape],
            color=options.colors[thing.color],
            size=SIZES[thing.size],
            x=thing.x / 2,
            y=thing.y / 2,
            bbox=box,
        )
        for thing, box in zip(things, outlines, strict=True)
    ]

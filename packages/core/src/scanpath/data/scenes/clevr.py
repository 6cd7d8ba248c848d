"""Scenes in the form of CLEVR 1.0: objects with attributes, places and relations.

Source: https://github.com/facebookresearch/clevr-dataset-gen (the format). The world is flat: ``front`` is below in
the picture and ``behind`` above, ``3d_coords`` are pixels with a depth of 0, every material is ``flat``. Added to the
form are ``image_id``, ``image_size`` (height, width) and each object's ``bbox`` (x1, y1, x2, y2 in pixels).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from scanpath.data.scenes.options import SIZES, SceneOptions
from scanpath.data.scenes.world import Thing

_DIRECTIONS = {
    "left": [-1.0, 0.0, 0.0],
    "right": [1.0, 0.0, 0.0],
    "front": [0.0, 1.0, 0.0],
    "behind": [0.0, -1.0, 0.0],
    "above": [0.0, 0.0, 1.0],
    "below": [0.0, 0.0, -1.0],
}


def boxes(labels: npt.NDArray[np.uint8], count: int) -> list[list[int]]:
    """Return the box around each object's pixels in a label map, from edge to edge: x1, y1, x2, y2."""
    found = []
    for number in range(1, count + 1):
        mask = labels == number
        columns, rows = np.flatnonzero(mask.any(axis=0)), np.flatnonzero(mask.any(axis=1))
        found.append([int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1])
    return found


def clevr_scene(
    things: Sequence[Thing], outlines: Sequence[Sequence[int]], place: tuple[str, int, int, str], options: SceneOptions
) -> dict[str, Any]:
    """Describe one scene.

    Args:
        things: its objects.
        outlines: their boxes.
        place: split, index in the split, image id and file name.
        options: tells the names of the attributes and the size.
    """
    split, index, image_id, name = place
    numbers = range(len(things))
    return {
        "split": split,
        "image_index": index,
        "image_filename": name,
        "image_id": image_id,
        "image_size": [options.image_size, options.image_size],
        "objects": [
            {
                "shape": options.shapes[thing.shape],
                "color": options.colors[thing.color],
                "size": SIZES[thing.size],
                "material": "flat",
                "3d_coords": [thing.x / 2, thing.y / 2, 0.0],
                "rotation": 0.0,
                "pixel_coords": [thing.x / 2, thing.y / 2, 0.0],
                "bbox": list(box),
            }
            for thing, box in zip(things, outlines, strict=True)
        ],
        "relationships": {
            "left": [[j for j in numbers if things[j].x < things[i].x] for i in numbers],
            "right": [[j for j in numbers if things[j].x > things[i].x] for i in numbers],
            "front": [[j for j in numbers if things[j].y > things[i].y] for i in numbers],
            "behind": [[j for j in numbers if things[j].y < things[i].y] for i in numbers],
        },
        "directions": _DIRECTIONS,
    }

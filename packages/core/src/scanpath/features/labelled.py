"""Pictures of Scenes with every pixel's object and every object's attributes: what pre-training learns from."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Literal, NamedTuple

import numpy as np
import torch
from torch import Tensor

from scanpath.data.scenes.drawing import draw_picture
from scanpath.data.scenes.options import SceneOptions
from scanpath.data.scenes.world import Scenes, draw_scene, scene_draws
from scanpath.progress import track


class LabelledPictures(NamedTuple):
    """Pictures of which every pixel's object and every object's attributes are known."""

    pictures: Tensor
    """uint8 (N, 3, H, W)."""
    labels: Tensor
    """uint8 (N, H, W): 0 ground, i + 1 object i."""
    attributes: Mapping[str, Tensor]
    """Name of an attribute -> class of each object, int64 (N, objects); -1 where there is no object."""

    def checksum(self) -> str:
        """Return the SHA-256 of pictures and labels, in hexadecimal."""
        digest = hashlib.sha256(self.pictures.contiguous().numpy().data)
        digest.update(self.labels.contiguous().numpy().data)
        return digest.hexdigest()


def draw_labelled(
    count: int, *, seed: int, split: Literal["train", "test"], world: Literal["easy", "hard"] = "hard"
) -> LabelledPictures:
    """Draw the first ``count`` pictures of a split of the world of ``seed``, as the data set of that seed has them."""
    options = SceneOptions(images=count, seed=seed, world=world)
    pictures, labels, scenes = [], [], []
    for index in track(range(count), f"drawing {split} pictures"):
        draws = scene_draws(options, split, index)
        scenes.append(draw_scene(draws, options))
        picture, label = draw_picture(scenes[-1], draws, options.image_size, options.shapes, options.colors)
        pictures.append(picture)
        labels.append(label)
    columns = Scenes.of(scenes)
    return LabelledPictures(
        pictures=torch.from_numpy(np.stack(pictures).transpose(0, 3, 1, 2).copy()),
        labels=torch.from_numpy(np.stack(labels)),
        attributes={
            name: torch.from_numpy(column.astype(np.int64))
            for name, column in (("shape", columns.shape), ("color", columns.color), ("size", columns.size))
        },
    )

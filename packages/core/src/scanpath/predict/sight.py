"""What a model sees of a picture: features of the backbone it was trained with, the pixels, or what it is handed."""

from __future__ import annotations

import functools
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from scanpath.errors import ConfigError, DataError, RunError, ShapeError
from scanpath.features.backbones import extractor_of
from scanpath.features.frozen import Extractor
from scanpath.features.preprocessing import resize
from scanpath.predict.pictures import Picture
from scanpath.tasks.vqa.model import ModelSection

Array = npt.NDArray[Any]


class Seen(NamedTuple):
    """One picture as a model takes it."""

    images: Tensor
    """Features (1, *S, D), or the picture, uint8 (1, 3, H, W)."""
    boxes: Tensor | None = None
    """(1, K, 4) as x1, y1, x2, y2 in [0, 1]."""


class Sight:
    """Turns pictures into what a model was trained on.

    Args:
        section: what built the model.
        origin: what to call the model in an error.
        device: where the backbone runs.
    """

    def __init__(self, section: ModelSection, *, origin: str, device: str) -> None:
        self.section = section
        self.origin = origin
        self.device = device

    def see(self, picture: Picture) -> Seen:
        """Look at a picture, uint8 (H, W, 3).

        Raises:
            ConfigError: the features cannot be computed from a picture.
            RunError: the backbone is not the one that the model was trained with.
        """
        if self.section.region_shape is None:
            size = self.section.picture_size
            fitting = picture if size is None else resize(picture, size[0], size[1])
            pixels = np.ascontiguousarray(fitting.transpose(2, 0, 1))
            return Seen(torch.from_numpy(pixels)[None].to(self.device))
        found = self._backbone.describe([self._backbone.prepare(picture)])
        features = found.features[0].half().unsqueeze(0)  # as stores keep them
        form, wanted = list(features.shape[1:]), self.section.region_shape
        if form != wanted if found.boxes is None else (len(form), form[-1]) != (len(wanted), wanted[-1]):
            raise ShapeError(
                f"the backbone gives features {tuple(features.shape[1:])}, {self.origin} was trained on "
                f"{tuple(self.section.region_shape)}: train again with this version."
            )
        return Seen(features, None if found.boxes is None else found.boxes[0].unsqueeze(0).to(self.device))

    def given(self, features: Array, boxes: Array | None) -> Seen:
        """Take a picture's features (*S, D), and the boxes (K, 4) of its regions, from other software.

        Raises:
            ShapeError: features of another form than the model was trained on, or boxes that are not theirs.
            DataError: numbers that cannot be.
        """
        wanted = self.section.region_shape
        regions = np.asarray(features)
        if wanted is None or regions.ndim != len(wanted) or regions.shape[-1] != wanted[-1]:
            raise ShapeError(
                f"features {regions.shape} were given, {self.origin} expects "
                f"{'none: it sees the picture itself' if wanted is None else tuple(wanted)}."
            )
        if boxes is not None and np.shape(boxes) != (len(regions), 4):
            raise ShapeError(f"boxes {np.shape(boxes)} were given for {len(regions)} regions, expected (K, 4).")
        if not np.isfinite(regions).all():
            raise DataError("the features that were given hold NaN or infinite numbers: compute them again.")
        if boxes is not None and not ((np.asarray(boxes) >= 0) & (np.asarray(boxes) <= 1)).all():
            raise DataError("boxes beyond [0, 1] were given: divide x by the picture's width and y by its height.")
        images = torch.from_numpy(regions.astype(np.float16 if regions.dtype == np.float16 else np.float32))
        places = None if boxes is None else torch.from_numpy(np.array(boxes, dtype=np.float32))[None].to(self.device)
        return Seen(images[None].to(self.device), places)

    @functools.cached_property
    def _backbone(self) -> Extractor:
        """The backbone that made the features, seen to be the same one."""
        facts = self.section.backbone
        if not facts or "name" not in facts:
            raise ConfigError(
                f"{self.origin} was trained on features of unknown origin, which cannot be computed from a picture: "
                "give the picture's features too, or train on a backbone of scanpath, such as scenes_cnn."
            )
        backbone = extractor_of(facts)
        if backbone.facts.get("sha256") != facts.get("sha256"):
            raise RunError(
                f"{self.origin} was trained on features of {facts['name']!r} with other weights than the installed "
                "ones: its answers would mean nothing; install the version it was trained with, or train again."
            )
        backbone.to(self.device)
        return backbone

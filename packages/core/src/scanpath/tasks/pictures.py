"""Where a split's pictures come from: a feature store, extracted where it is missing, or the picture files."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt
import torch

from scanpath.data.names import Names
from scanpath.errors import DataError
from scanpath.features.backbones import create_extractor
from scanpath.features.extraction import store_key
from scanpath.features.finding import SERVED_BY
from scanpath.features.frozen import Extractor
from scanpath.features.pictures import Pictures
from scanpath.features.preprocessing import resize
from scanpath.features.store import INDEX, FeatureStore, Regions
from scanpath.files import sha256
from scanpath.tasks.features import backbone_of, is_folder, preprocessing_of

Ints = npt.NDArray[np.int64]

MEMORY = 256 * 2**20
"""Pictures of a split that fit in so many bytes are decoded once and kept."""


class ImageRows(Protocol):
    """What pictures are read from: stored features, or the pictures themselves."""

    def rows(self, image_ids: Ints) -> Ints:
        """Find the rows of pictures."""
        ...

    def gather(self, rows: Ints) -> Regions:
        """Read rows: features (n, *S, D) with boxes and mask, or pictures uint8 (n, 3, H, W)."""
        ...


class SplitWithPictures(Pictures, Protocol):
    """A split of any task, as pictures."""

    @property
    def name(self) -> str:
        """What it is called in errors."""
        ...


class NamesFeatures(Protocol):
    """Settings of any task that name features."""

    @property
    def features(self) -> str | None:
        """A backbone's name, a folder of stores, or None for the pictures."""
        ...


class PictureRows:
    """The pictures of a split end to end, all of one size; a row is a picture's place among the sorted ids.

    Args:
        split: the opened split.
        side: pixels that pictures of any size are stretched to in height and width; None takes them as they are.
    """

    def __init__(self, split: SplitWithPictures, side: int | None = None) -> None:
        if split.images is None:
            raise DataError(f"{split.name} has no pictures, and no features are named: give it one of them.")
        self._source = split.images
        self._ids = np.unique(split.image_ids)
        self._names = Names.of(split.image_names).take(self._ids).texts
        self._side = side
        self._size: tuple[int, ...] = self._source.read(self._names[0]).shape if side is None else (side, side, 3)
        self._kept: dict[int, npt.NDArray[np.uint8]] | None = {} if self._bytes() <= MEMORY else None

    def _bytes(self) -> int:
        return len(self._ids) * int(np.prod(self._size))

    @property
    def shape(self) -> tuple[int, int, int]:
        """Shape of one picture, (3, H, W)."""
        height, width, _ = self._size
        return 3, height, width

    def __getstate__(self) -> dict[str, Any]:
        """Leave decoded pictures behind: another process decodes its own."""
        return {**self.__dict__, "_kept": None if self._kept is None else {}}

    def rows(self, image_ids: Ints) -> Ints:
        """Find the rows of pictures."""
        return np.searchsorted(self._ids, image_ids)

    def read(self, rows: Ints) -> npt.NDArray[np.uint8]:
        """Decode pictures: uint8 (n, 3, H, W)."""
        return np.stack([self._picture(row) for row in rows.tolist()])

    def gather(self, rows: Ints) -> Regions:
        """Decode pictures as a batch has them."""
        return Regions(torch.from_numpy(self.read(rows)))

    def _picture(self, row: int) -> npt.NDArray[np.uint8]:
        if self._kept is not None and row in self._kept:
            return self._kept[row]
        name = self._names[row]
        pixels = self._source.read(name)
        if self._side is not None:
            pixels = resize(pixels, self._side, self._side)
        if pixels.shape != self._size:
            raise DataError(
                f"the picture {name} is {pixels.shape[1]}x{pixels.shape[0]} pixels, where {self._names[0]} is "
                f"{self._size[1]}x{self._size[0]}: training end to end needs one size; stretch them to it, as "
                "task.model.picture_side=320 does, or name features instead."
            )
        channels_first = np.ascontiguousarray(pixels.transpose(2, 0, 1))
        if self._kept is not None:
            self._kept[row] = channels_first
        return channels_first


class Extracts(Protocol):
    """Finds or makes what a backbone makes of a split's pictures."""

    def __call__(self, backbone: Extractor, *, device: str) -> FeatureStore:
        """Return the store, made on ``device`` where it is missing."""
        ...


class RowsOfSplit(NamedTuple):
    """Where a split's pictures are read from, and what a model must know of them."""

    images: ImageRows
    region_shape: list[int] | None
    """Shape of one picture's features, [*S, D]; None for pictures."""
    backbone: dict[str, Any] | None
    """What made the features."""


class LearntFrom(Protocol):
    """What a model of any task knows of the features that it learnt from."""

    @property
    def region_shape(self) -> list[int] | None:
        """Shape of one picture's features, [*S, D]; None for pictures."""
        ...

    @property
    def backbone(self) -> dict[str, Any] | None:
        """What made them, where it was told."""
        ...


def open_rows(
    features: str | None,
    split: SplitWithPictures,
    name: str,
    extract: Extracts,
    learnt: LearntFrom | None = None,
    *,
    side: int | None = None,
) -> RowsOfSplit:
    """Open the features of any task's split, or its pictures.

    Args:
        features: a backbone's name, a folder of stores, or None for the pictures.
        split: the opened split.
        name: its name, ``"train"``.
        extract: finds or makes what a backbone makes of the split's pictures, on a device.
        learnt: what the model learnt from, where that is known; others are refused, a backbone's before hours are spent
            on extracting them.
        side: pixels that pictures are stretched to, see :class:`PictureRows`.

    Raises:
        DataError: no features of the split, or of another kind than ``learnt``.
    """
    if features is None:
        found = RowsOfSplit(PictureRows(split, side), None, None)
    elif is_folder(features):
        store = FeatureStore.open(_folder_of(Path(features), name))
        found = RowsOfSplit(store, list(store.shape), store.index.backbone or None)
    else:
        backbone = _backbone(features)
        if learnt is not None:
            _refuse_other_making(learnt, name, backbone.facts)
        store = extract(backbone, device="cuda" if torch.cuda.is_available() else "cpu")
        found = RowsOfSplit(store, list(store.shape), store.index.backbone or None)
    if learnt is not None:
        _refuse_other_form(learnt, name, found.region_shape)
        _refuse_other_making(learnt, name, found.backbone)
    return found


def _refuse_other_form(learnt: LearntFrom, split: str, shape: list[int] | None) -> None:
    """Compare all but the number of regions, which no model minds."""
    wanted = learnt.region_shape
    if (wanted and (len(wanted), wanted[-1])) != (shape and (len(shape), shape[-1])):
        raise DataError(
            f"the model learns from {_named(wanted)}, those of {split} are {_named(shape)}: "
            "name features of the same kind."
        )


def _refuse_other_making(learnt: LearntFrom, split: str, made: Mapping[str, Any] | None) -> None:
    """Compare what made the features of a split with what made those that the model learns from, if both are told."""
    wanted, found = learnt.backbone or {}, made or {}
    if "sha256" not in wanted or "sha256" not in found:
        return
    differing = sorted(fact for fact in wanted.keys() | found.keys() if wanted.get(fact) != found.get(fact))
    if differing:
        raise DataError(
            f"the features of {split} are made otherwise than those that the model learns from "
            f"({', '.join(differing)} differ): its answers would mean nothing; extract them alike."
        )


def _named(shape: list[int] | None) -> str:
    return "pictures" if shape is None else f"features {tuple(shape)}"


def _folder_of(folder: Path, split: str) -> Path:
    """Find a split's store: the folder itself if it is one store of all pictures, else the split's folder in it."""
    if (folder / INDEX).exists():
        return folder
    own = folder / split
    served = (folder / name for name in SERVED_BY.get(split, ()))
    return own if own.exists() else next((one for one in served if one.exists()), own)


@functools.cache
def _backbone(features: str) -> Extractor:
    name, size = backbone_of(features)
    return create_extractor(name, size=size, preprocessing=preprocessing_of(features))


def features_key(settings: NamesFeatures, checksum: str) -> str:
    """Return a checksum of what the features depend on beside the data: the backbone, or a folder's indices."""
    if settings.features is None:
        return ""
    if is_folder(settings.features):
        folder = Path(settings.features)
        indices = sorted([*folder.glob(INDEX), *folder.glob(f"*/{INDEX}")])
        return hashlib.sha256("".join(map(sha256, indices)).encode()).hexdigest()[:12]
    return store_key(_backbone(settings.features), checksum)

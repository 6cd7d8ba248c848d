"""The set of objects as the catalogue has it: made here, read by the reader of CIFAR-100."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

import numpy as np

from scanpath.data.cifar import CifarForm, read_cifar
from scanpath.data.cifar_writing import write_cifar, write_class_names
from scanpath.data.labelled import LabelledSplit, hold_out
from scanpath.data.making import Progress, in_order, make_once
from scanpath.data.manifest import damaged_files, read_manifest, write_manifest
from scanpath.data.options import options_of
from scanpath.data.scenes.randomness import Draws
from scanpath_attention_rnn.data.scene_objects.drawing import CLASSES, GROUPS, Pixels, draw_object, group_of
from scanpath_attention_rnn.data.scene_objects.options import NAME, VERSION, ObjectsOptions

FORM = CifarForm(
    NAME, {"fine": len(CLASSES), "coarse": len(GROUPS)}, f"delete its folder and run scanpath data make {NAME}", None
)
SPLITS = ("train", "test")
_FOLDER = "cifar-100-python"
_PIECE = 500


class Piece(NamedTuple):
    """Some pictures of a split, drawn by one process."""

    seed: int
    split: int
    first: int
    end: int

    @property
    def classes(self) -> list[int]:
        """The classes of its pictures, by turns."""
        return [number % len(CLASSES) for number in range(self.first, self.end)]

    def draw(self) -> Pixels:
        """Draw them, (N, 3, 32, 32); each has a stream of its own."""
        pictures = [
            draw_object(number, Draws(self.seed, self.split, index))
            for index, number in enumerate(self.classes, start=self.first)
        ]
        return np.stack(pictures).transpose(0, 3, 1, 2)


class SceneObjects:
    """``scene-objects`` (a :class:`scanpath.data.labelled.LabelledData`), which is made.

    ``fit`` and ``val`` together are ``train``, as of CIFAR-100.
    """

    summary: ClassVar[str] = "32x32 pictures of 20 classes, a shape in a colour, drawn in CIFAR-100's form"
    splits: ClassVar[tuple[str, ...]] = (*SPLITS, "fit", "val")

    def __init__(self, root: Path) -> None:
        self.folder = root / NAME

    def open(self, split: str) -> LabelledSplit:
        """Open a split; its pictures are (3, 32, 32)."""
        read_manifest(self.folder, NAME)
        if split in SPLITS:
            return read_cifar(self.folder / _FOLDER, split, FORM)
        return hold_out(read_cifar(self.folder / _FOLDER, "train", FORM), split, "fine")

    def make(self, *, workers: int | None = None, progress: Progress | None = None, **options: Any) -> Path:
        """Make it; options are the fields of :class:`ObjectsOptions`."""
        chosen = options_of(ObjectsOptions, options, NAME)
        plain = {**chosen.sizes, "seed": chosen.seed}
        return make_once(
            self.folder, NAME, lambda part: _fill(part, chosen, workers, progress), version=VERSION, options=plain
        )

    def counts(self) -> Mapping[str, int]:
        """Count the pictures by split."""
        return {split: count for split, (count, _) in read_manifest(self.folder, NAME).counts[NAME].items()}

    def checksum(self) -> str:
        """Return the checksum of all pixels and classes."""
        return read_manifest(self.folder, NAME).content

    def damaged(self) -> list[str]:
        """Name the files that differ from their checksums."""
        return damaged_files(self.folder, NAME)


def _fill(folder: Path, options: ObjectsOptions, workers: int | None, progress: Progress | None) -> None:
    plain = {**options.sizes, "seed": options.seed}
    content = hashlib.sha256(repr((VERSION, sorted(plain.items()), CLASSES)).encode())
    write_class_names(folder / _FOLDER, CLASSES, GROUPS)
    for number, (split, count) in enumerate(options.sizes.items()):
        pieces = [Piece(options.seed, number, first, min(first + _PIECE, count)) for first in range(0, count, _PIECE)]
        drawn = []
        for pictures in in_order(Piece.draw, pieces, workers):
            drawn.append(pictures)
            content.update(pictures.tobytes())
            if progress is not None:
                progress(f"drawing {split}", sum(map(len, drawn)), count)
        classes = [one for piece in pieces for one in piece.classes]
        write_cifar(folder / _FOLDER, split, np.concatenate(drawn), classes, [group_of(one) for one in classes])
    counts = {NAME: {split: (count, 0) for split, count in options.sizes.items()}}
    write_manifest(folder, version=VERSION, options=plain, content=content.hexdigest(), counts=counts)

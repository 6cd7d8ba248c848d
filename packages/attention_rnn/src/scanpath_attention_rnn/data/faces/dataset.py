"""The drawn faces, as the catalogue has them; and what each pixel of them shows."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from scanpath.data import celeba
from scanpath.data.images import decode, open_images
from scanpath.data.labelled import LabelledSplit
from scanpath.data.making import Progress
from scanpath.data.manifest import damaged_files, read_manifest
from scanpath.data.options import options_of
from scanpath_attention_rnn.data.faces.drawing import PARTS
from scanpath_attention_rnn.data.faces.generation import MASKS, NAME, PICTURES, make_faces
from scanpath_attention_rnn.data.faces.options import FacesOptions


class Faces:
    """``faces`` (a :class:`scanpath.data.labelled.LabelledData`): CelebA's lists, and label maps beside them.

    Attributes:
        parts: what the numbers of a label map mean.
    """

    summary: ClassVar[str] = "drawn faces in CelebA's form: hair colour, gender and smile; 64x64, with the hair's mask"
    splits: ClassVar[tuple[str, ...]] = ("train", "val", "test")
    parts: ClassVar[tuple[str, ...]] = PARTS

    def __init__(self, root: Path) -> None:
        self.folder = root / NAME

    def make(self, *, workers: int | None = None, progress: Progress | None = None, **options: Any) -> Path:
        """Make it; options are the fields of :class:`FacesOptions`."""
        chosen = options_of(FacesOptions, options, NAME)
        return make_faces(self.folder, chosen, workers=workers, progress=progress)

    def open(self, split: str) -> LabelledSplit:
        """Open a split; a picture is (3, side, side), its labels are CelebA's attributes."""
        self.checksum()  # says so where it is not there or not whole
        found = celeba.read_attributes(self.folder / "list_attr_celeba.txt")
        parts, _ = celeba.read_partition(self.folder / "list_eval_partition.txt", found.files)
        rows = np.flatnonzero(parts == celeba.PARTS[split])
        return celeba.with_attributes(f"{NAME}/{split}", found, rows, self.folder / PICTURES)

    def label_maps(self) -> LabelMaps:
        """Open what each pixel shows, of all splits."""
        self.checksum()
        return LabelMaps(self.folder / MASKS)

    def counts(self) -> Mapping[str, int]:
        """Count the pictures by split."""
        return {split: pictures for split, (pictures, _) in read_manifest(self.folder, NAME).counts[NAME].items()}

    def checksum(self) -> str:
        """Return the checksum of all pixels and attributes."""
        return read_manifest(self.folder, NAME).content

    def damaged(self) -> list[str]:
        """Name the files that differ from their checksums."""
        return damaged_files(self.folder, NAME)


class LabelMaps:
    """What each pixel of a picture shows, by the picture's key; safe to use in other processes."""

    def __init__(self, path: Path) -> None:
        """Index an archive."""
        self._source = open_images(path)

    def __getitem__(self, key: str) -> npt.NDArray[np.uint8]:
        """Return a map (H, W) of places in :attr:`Faces.parts`."""
        return decode(self._source.read_bytes(key), f"the label map {key}", "L")

"""Sort-of-CLEVR as a data set of the catalogue."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from scanpath.data.clevr import read_clevr_split
from scanpath.data.dataset import Counts
from scanpath.data.grounding import Grounding, GroundingFiles
from scanpath.data.images import open_images
from scanpath.data.making import Progress
from scanpath.data.manifest import damaged_files, read_manifest
from scanpath.data.options import options_of
from scanpath.data.split import VQASplit
from scanpath_han.data.sort_of_clevr.generation import files_in, make_sort_of_clevr
from scanpath_han.data.sort_of_clevr.options import NAME, SortOfCLEVROptions
from scanpath_han.data.sort_of_clevr.questions import ANSWERS, question_type


class SortOfCLEVR:
    """``sort-of-clevr`` (a :class:`scanpath.data.dataset.Dataset`).

    Types of questions are ``relational`` and ``non-relational``.
    """

    summary = "six coloured shapes a picture, half of the questions about pairs of them (Santoro et al., 2017)"

    def __init__(self, root: Path) -> None:
        self.folder = root / NAME

    def open(self, split: str) -> VQASplit:
        """Open a split."""
        count = self.counts()[split][1]
        files = files_in(self.folder)
        found = read_clevr_split(
            files.questions(split),
            open_images(files.images(split)),
            name=f"{NAME}/{split}",
            question_type=question_type,
            answers=ANSWERS,
            functions=None,
            count=count,
        )
        known = GroundingFiles(files.grounding(split), files.scenes(split), files.masks(split))
        return replace(found, grounding=Grounding([known]))

    def make(self, *, workers: int | None = None, progress: Progress | None = None, **options: Any) -> Path:
        """Make it; options are the fields of :class:`scanpath_han.data.sort_of_clevr.SortOfCLEVROptions`."""
        chosen = options_of(SortOfCLEVROptions, options, NAME)
        return make_sort_of_clevr(self.folder, chosen, workers=workers, progress=progress)

    def checksum(self) -> str:
        """Return the checksum of all pixels and texts."""
        return read_manifest(self.folder, NAME).content

    def counts(self) -> Counts:
        """Count pictures and questions by split."""
        return read_manifest(self.folder, NAME).counts[NAME]

    def damaged(self) -> list[str] | None:
        """Name the files that differ from their checksums."""
        return damaged_files(self.folder, NAME)

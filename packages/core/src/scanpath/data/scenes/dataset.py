"""The generated world as data sets of the catalogue: its balanced questions, and those with changing priors."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from scanpath.data.captions import CaptionSplit
from scanpath.data.dataset import Counts
from scanpath.data.making import Progress
from scanpath.data.manifest import damaged_files, read_manifest
from scanpath.data.options import options_of
from scanpath.data.pairs import Pairs, pairs_of
from scanpath.data.scenes.captions import CAPTIONS
from scanpath.data.scenes.generation import make_scenes
from scanpath.data.scenes.layout import CP_POOL, Layout
from scanpath.data.scenes.options import SceneOptions
from scanpath.data.scenes.reading import open_scenes, open_scenes_captions, open_scenes_cp
from scanpath.data.split import VQASplit
from scanpath.data.vqa import read_split


class ScenesData:
    """``scenes`` (a :class:`scanpath.data.dataset.Dataset`)."""

    summary = "generated pictures of 6-8 shapes, questions of 11 types, balanced answers, masks, captions"

    def __init__(self, root: Path) -> None:
        self.folder = root / "scenes"

    def open(self, split: str) -> VQASplit:
        """Open a split of the balanced questions."""
        return open_scenes(self.folder, split)

    def complementary_pairs(self, split: str) -> Pairs:
        """Read the pairs of a split of the balanced questions."""
        layout = Layout(self.folder)
        return pairs_of(layout.pairs(split), read_split(layout.questions(split), name=f"scenes/{split}"))

    def answered_files(self) -> list[tuple[Path, Path]]:
        """Return the questions and annotations of train and of val, to be dealt out again."""
        read_manifest(self.folder, "scenes")
        layout = Layout(self.folder)
        return [(layout.questions(split), layout.annotations(split)) for split in CP_POOL]

    def make(self, *, workers: int | None = None, progress: Progress | None = None, **options: Any) -> Path:
        """Make both data sets; options are the fields of :class:`scanpath.data.scenes.SceneOptions`."""
        chosen = options_of(SceneOptions, options, "scenes")
        return make_scenes(self.folder, chosen, workers=workers, progress=progress)

    def checksum(self) -> str:
        """Return the checksum of all pixels and texts."""
        return read_manifest(self.folder, "scenes").content

    def counts(self) -> Counts:
        """Count pictures and questions by split."""
        return read_manifest(self.folder, "scenes").counts["scenes"]

    def damaged(self) -> list[str] | None:
        """Name the files that differ from their checksums."""
        return damaged_files(self.folder, "scenes")


class ChangingPriors:
    """``scenes-cp``: lists beside the pictures of scenes (a :class:`scanpath.data.dataset.Dataset`)."""

    summary = "the questions of scenes dealt out so that answers differ between train and test (as VQA-CP)"

    def __init__(self, root: Path) -> None:
        self._scenes = ScenesData(root)
        self.folder = self._scenes.folder

    def open(self, split: str) -> VQASplit:
        """Open a split of the questions with changing priors."""
        return open_scenes_cp(self.folder, split)

    def make(self, *, workers: int | None = None, progress: Progress | None = None, **options: Any) -> Path:
        """Make both data sets."""
        return self._scenes.make(workers=workers, progress=progress, **options)

    def checksum(self) -> str:
        """Return the checksum of all pixels and texts."""
        return self._scenes.checksum()

    def counts(self) -> Counts:
        """Count pictures and questions by split."""
        return read_manifest(self.folder, "scenes").counts["scenes-cp"]

    def damaged(self) -> list[str] | None:
        """Leave the files to ``scenes``, whose they are."""
        return None


class ScenesCaptions:
    """``scenes-captions``: captions of scenes' pictures (a :class:`scanpath.data.caption_catalogue.CaptionData`)."""

    summary: ClassVar[str] = "the pictures of scenes with five captions each, in COCO's form"
    splits: ClassVar[tuple[str, ...]] = ("train", "val", "test")
    pictures: ClassVar[str | None] = "scenes"

    def __init__(self, root: Path) -> None:
        self.folder = root / "scenes"

    def open(self, split: str) -> CaptionSplit:
        """Open the captions of a split."""
        return open_scenes_captions(self.folder, split)

    def checksum(self) -> str:
        """Return the checksum of all pixels and texts."""
        return read_manifest(self.folder, "scenes").content

    def counts(self) -> Counts:
        """Count pictures and captions by split."""
        counts = read_manifest(self.folder, "scenes").counts["scenes"]
        return {split: (pictures, CAPTIONS * pictures) for split, (pictures, _) in counts.items()}

    def damaged(self) -> list[str] | None:
        """Leave the files to ``scenes``, whose they are."""
        return None

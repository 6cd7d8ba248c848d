"""VQA with Visual Genome's questions to train on besides: data sets by name, and nothing of it in val or test.

The answers that a model chooses from are those of VQA (``VQASplit.extra`` marks the rest); a genome answer that VQA's
training questions do not have is left out, and so is one that is not a single word that says something (MCB's filter).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from scanpath.data.columns import Coded
from scanpath.data.digests import joint_checksum
from scanpath.data.images import JoinedImages
from scanpath.data.names import Names
from scanpath.data.split import VQASplit, joined
from scanpath.data.tables import kept
from scanpath.data.visual_genome import FIRST_IMAGE, read_coco_ids, read_genome, seen_in
from scanpath.data.visual_genome_pictures import genome_pictures, name_empty
from scanpath.data.vqa import check_images, read_questions
from scanpath.data.vqa_official import OfficialVQA, TrainAndVal
from scanpath.errors import DataError

ADDRESS = "https://homes.cs.washington.edu/~ranjay/visualgenome/api.html"


class WithGenome(OfficialVQA):
    """A version whose train has the genome's questions behind its own; use a version's class.

    Its files lie in ``visual-genome``, the pictures in ``VG_100K`` and ``VG_100K_2`` there, or in the archives.
    :meth:`counts` are those of VQA alone.
    """

    apart = False
    """Whether pictures that val asks about are left out of train."""

    def open(self, split: str) -> VQASplit:
        """Open a split; train has the genome's questions at its end."""
        found = super().open(split)
        if split != "train":
            return found
        images, empty = genome_pictures(self._genome)
        questions = self._genome_file("question_answers.json")
        both = kept(
            lambda: self._both(replace(found, images=None), questions, empty),
            [*self.there(), questions, *self._coco_ids()],
            reader="genome-2",
            options={"data": found.name, "apart": self.apart, "empty": empty},
        )
        if images is not None:
            own = Names.of(both.image_names)
            check_images(own.take(own.ids[own.ids >= FIRST_IMAGE]), images, questions)
        sources = [one for one in (found.images, images) if one is not None]
        return replace(both, images=JoinedImages(sources) if len(sources) > 1 else None)

    def _both(self, found: VQASplit, questions: Path, empty: list[int]) -> VQASplit:
        """Put the genome's questions behind those of VQA, without pictures."""
        files = self._coco_ids()
        coco_ids = read_coco_ids(files[0]) if files else None
        seen, remarks = self._seen(coco_ids)
        known = [] if found.annotations is None else Coded.of(found.annotations.modal).packed().texts
        without = {*empty, *(seen if self.apart else ())}
        genome = read_genome(questions, known=known, without=without, listed=coco_ids)
        both = joined(f"{found.name} and visual-genome", [found, genome])
        return replace(
            both,
            extra=np.arange(len(both)) >= len(found),
            remarks=(*both.remarks, *([name_empty(empty)] if empty else []), *remarks),
        )

    def checksum(self) -> str:
        """Return a checksum of VQA's and of the genome's texts."""
        files = [path for two in self.answered_files() for path in two]
        return joint_checksum([*files, self._genome_file("question_answers.json"), *self._coco_ids()])

    @property
    def _genome(self) -> Path:
        return self._root / "visual-genome"

    def _genome_file(self, name: str) -> Path:
        path = self._genome / name
        if not path.is_file():
            raise DataError(
                f"there is no {name} in {self._genome}: run scanpath data fetch visual-genome, or unpack {name}.zip "
                f"from {ADDRESS} there."
            )
        return path

    def _coco_ids(self) -> list[Path]:
        """Name the file that lists the pictures and says which are COCO's; it may lack where none is left out by it."""
        path = self._genome / "image_data.json"
        return [self._genome_file(path.name)] if self.apart or path.is_file() else []

    def _seen(self, coco_ids: Mapping[int, int | None] | None) -> tuple[list[int], list[str]]:
        """Tell which of the genome's pictures val asks about, and say it."""
        if "val" not in self.splits:
            return [], []
        if coco_ids is None:
            return [], ["there is no image_data.json, so which pictures of Visual Genome are VQA's val is not known."]
        asked = read_questions(self._need(self._question_names("val"))).image_ids
        seen = seen_in(coco_ids, asked)
        done = "left out" if self.apart else f"trained on: the data set vqa{self.version}-genome-apart leaves them out"
        return seen, [f"{len(seen):,} pictures of Visual Genome are ones that VQA's val asks about; they are {done}."]


class Genome1(WithGenome):
    """``vqa1-genome``."""

    summary = "VQA v1, with Visual Genome's questions to learn from (MCB's filter)"
    version = 1


class Genome2(WithGenome):
    """``vqa2-genome``."""

    summary = "VQA v2, with Visual Genome's questions to learn from (MCB's filter)"
    version = 2


class GenomeApart1(Genome1):
    """``vqa1-genome-apart``."""

    summary = "as vqa1-genome, without the pictures that val asks about"
    apart = True


class GenomeApart2(Genome2):
    """``vqa2-genome-apart``."""

    summary = "as vqa2-genome, without the pictures that val asks about"
    apart = True


class TrainValGenome1(WithGenome, TrainAndVal):
    """``vqa1-trainval-genome``."""

    summary = "VQA v1 with train, val and Visual Genome's questions to learn from, for its test server"
    version = 1


class TrainValGenome2(WithGenome, TrainAndVal):
    """``vqa2-trainval-genome``."""

    summary = "VQA v2 with train, val and Visual Genome's questions to learn from, for its test server"
    version = 2

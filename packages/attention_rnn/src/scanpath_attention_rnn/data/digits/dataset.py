"""The data sets of digits, as the catalogue has them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

from scanpath.data.clevr import read_clevr_split
from scanpath.data.dataset import Counts
from scanpath.data.grounding import Grounding, GroundingFiles
from scanpath.data.images import open_images
from scanpath.data.making import Progress
from scanpath.data.manifest import damaged_files, read_manifest
from scanpath.data.options import options_of
from scanpath.data.split import VQASplit
from scanpath_attention_rnn.data.digits import digits, photographs
from scanpath_attention_rnn.data.digits.generation import DigitsFiles, make_digits
from scanpath_attention_rnn.data.digits.options import VARIANTS
from scanpath_attention_rnn.data.digits.questions import ANSWERS, question_type


class MREF:
    """``mref`` (a :class:`scanpath.data.dataset.Dataset`); the others differ in what they draw alone.

    Types of questions are the intervals of the asked digit's scale, ``0.5-1.0`` to ``2.5-3.0``.
    """

    summary: ClassVar[str] = "coloured digits of MNIST on black: what colour is the 7? (Seo et al., 2018)"
    name: ClassVar[str] = "mref"

    def __init__(self, root: Path) -> None:
        self.folder = root / self.name

    def open(self, split: str) -> VQASplit:
        """Open a split."""
        count = self.counts()[split][1]
        files = DigitsFiles(self.folder, VARIANTS[self.name].prefix)
        found = read_clevr_split(
            files.questions(split),
            open_images(files.images(split)),
            name=f"{self.name}/{split}",
            question_type=question_type,
            answers=ANSWERS,
            functions=None,
            count=count,
        )
        known = GroundingFiles(files.grounding(split), files.scenes(split), files.masks(split))
        return replace(found, grounding=Grounding([known]), remarks=self.made_of)

    def make(self, *, workers: int | None = None, progress: Progress | None = None, **options: Any) -> Path:
        """Make it; options are the fields of its class in :mod:`scanpath_attention_rnn.data.digits`."""
        variant = VARIANTS[self.name]
        chosen = options_of(variant.options, options, self.name)
        return make_digits(self.folder, variant, chosen, workers=workers, progress=progress)

    @property
    def made_of(self) -> tuple[str, ...]:
        """Say of what it was made, where that is what happened to be at hand."""
        made = {name: str(told) for name, told in read_manifest(self.folder, self.name).options.items()}
        found = []
        if digits.SHIPPED_SOURCE in made["digits"]:
            found.append(
                f"Its digits are {digits.SHIPPED * digits.LABELS:,} of MNIST's: for all 70,000 run scanpath data fetch "
                f"mnist first, then make {self.name} in a fresh folder."
            )
        if photographs.SHIPPED_SOURCE in made.get("photographs", ""):
            found.append(
                f"Its grounds are crops of {len(photographs.SHIPPED)} photographs, the same ones in every split: "
                "photographs=FOLDER takes those of a folder."
            )
        return tuple(found)

    def checksum(self) -> str:
        """Return the checksum of all pixels and texts."""
        return read_manifest(self.folder, self.name).content

    def counts(self) -> Counts:
        """Count pictures and questions by split."""
        return read_manifest(self.folder, self.name).counts[self.name]

    def damaged(self) -> list[str] | None:
        """Name the files that differ from their checksums."""
        return damaged_files(self.folder, self.name)


class MREFInverse(MREF):
    """``mref-inverse``, from which a small training of ``mbg-inverse`` begins."""

    summary = "mref the other way round: which digit is green?"
    name = "mref-inverse"


class MDIST(MREF):
    """``mdist``."""

    summary = "mref's digits among scraps of others, or in noise (Seo et al., 2018)"
    name = "mdist"


class MBG(MREF):
    """``mbg``."""

    summary = "mref's digits on photographs (Seo et al., 2018)"
    name = "mbg"


class MBGInverse(MREF):
    """``mbg-inverse``."""

    summary = "mbg the other way round: which digit is green? (Khandelwal and Sigal, 2019)"
    name = "mbg-inverse"


class MBGBig(MREF):
    """``mbg-big``."""

    summary = "mbg in pictures of 224x224 (Khandelwal and Sigal, 2019)"
    name = "mbg-big"

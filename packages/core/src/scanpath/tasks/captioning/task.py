"""Captioning as a task: captions of a split, the model with its loss, and the official scores."""

from __future__ import annotations

import functools
import importlib.util
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Self

import numpy as np

from scanpath.data.caption_catalogue import find_captions, open_captions
from scanpath.data.captions import END, START, CaptionSplit
from scanpath.data.grouping import ImageGroupedSampler
from scanpath.data.length_buckets import LengthSampler
from scanpath.data.vocabulary import PADDING, UNKNOWN
from scanpath.errors import DataError, missing_extra
from scanpath.features.finding import captioned_features
from scanpath.metrics.captions import NAMES, CaptionScores, score_sets
from scanpath.metrics.java import EXTRA, INSTALL, PURPOSE, java
from scanpath.tasks.captioning.batch import CaptionBatch
from scanpath.tasks.captioning.copying import Copier
from scanpath.tasks.captioning.dataset import CaptionColumns, CaptionDataset, PictureDataset, only
from scanpath.tasks.captioning.model import CaptionerSection
from scanpath.tasks.captioning.objective import CaptionObjective
from scanpath.tasks.captioning.records import captions_of, make_records, mean_surprise, official_results, prefix
from scanpath.tasks.captioning.refusing import refuse_leak, refuse_other
from scanpath.tasks.captioning.settings import CaptionSettings
from scanpath.tasks.captioning.words import Words
from scanpath.tasks.pictures import PictureRows, RowsOfSplit, features_key, open_rows
from scanpath.types import Batches, Record

TRAIN = "train"
LOSS = "loss"
"""The measure of how much a word of people surprises the model, -log p, in nats."""


class CaptioningTask:
    """Pictures in words (a :class:`scanpath.types.Task`); data are opened when they are first needed.

    Items are captions where the model learns, and pictures where it is measured: each is described once.

    Args:
        settings: as :class:`CaptionSettings`, or the mapping that makes one.
        kept: the folder that :meth:`save` wrote: words and the model's form come from there, not from data.
        say: is told, in a sentence, before something large is written.
    """

    Settings = CaptionSettings
    name = "captioning"
    headline = "BLEU-4"
    higher_is_better = True

    def __init__(
        self,
        settings: CaptionSettings | Mapping[str, Any] | None = None,
        *,
        kept: Path | None = None,
        say: Callable[[str], None] | None = None,
    ) -> None:
        self.settings = settings if isinstance(settings, CaptionSettings) else CaptionSettings.parse(settings or {})
        self._kept = kept
        self.say = say
        self._splits: dict[str, CaptionSplit] = {}
        self._rows: dict[str, RowsOfSplit] = {}
        self._columns: dict[str, CaptionColumns] = {}

    @classmethod
    def load(cls, settings: CaptionSettings | Mapping[str, Any], folder: Path) -> Self:
        """Build the task of a run from its folder, without its data."""
        return cls(settings, kept=folder)

    def save(self, folder: Path) -> None:
        """Write what the weights need to be read again: ``vocabulary.json`` and ``model.json``."""
        self.words.save(folder)
        self.section.save(folder)

    @functools.cached_property
    def words(self) -> Words:
        """The words that the model knows."""
        if self._kept is not None:
            return Words.load(self._kept)
        chosen = self.settings
        return Words.build(self.split(TRAIN), of=chosen.words, minimum=chosen.word_minimum, length=chosen.length)

    @functools.cached_property
    def section(self) -> CaptionerSection:
        """What builds the model: names, options and widths."""
        if self._kept is not None:
            section = CaptionerSection.load(self._kept)
            refuse_other(self.words, section, self._kept)
            return section
        rows = self.rows(TRAIN)
        return CaptionerSection(
            model=self.settings.model,
            vocabulary_size=len(self.words.vocabulary),
            region_shape=rows.region_shape,
            backbone=rows.backbone,
            picture_size=list(rows.images.shape[1:]) if isinstance(rows.images, PictureRows) else None,
        )

    def split(self, name: str) -> CaptionSplit:
        """Open a split, once.

        Raises:
            UnknownNameError: no such split.
            DataError: the data are missing or broken, or share pictures with the training split.
        """
        if name not in self._splits:
            found = open_captions(self.settings.data, name, self.settings.root)
            for known, other in self._splits.items():
                if known == TRAIN:
                    refuse_leak(other, found)
                elif name == TRAIN:
                    refuse_leak(found, other)
            self._splits[name] = found
        return self._splits[name]

    def rows(self, split: str) -> RowsOfSplit:
        """Open a split's features or pictures, once; features of a backbone are extracted where they are missing."""
        if split not in self._rows:
            chosen = self.settings
            extract = functools.partial(captioned_features, chosen.data, split, root=chosen.root, say=self.say)
            known = self._kept is not None or TRAIN in self._rows
            learnt = self.section if known else None
            self._rows[split] = open_rows(chosen.features, self.split(split), split, extract, learnt)
        return self._rows[split]

    def columns(self, split: str) -> CaptionColumns:
        """Return a split's captions as numbers, made once."""
        if split not in self._columns:
            found = self.split(split)
            self._columns[split] = CaptionColumns.of(found, self.rows(split).images, self.words.sentences(found))
        return self._columns[split]

    def fingerprint(self) -> dict[str, str]:
        """Return checksums of what a run depends on beside its settings: data and features."""
        data = find_captions(self.settings.data, self.settings.root).checksum()
        return {"data": data, "features": features_key(self.settings, data)}

    @functools.cached_property
    def copier(self) -> Copier | None:
        """What copies captions of training pictures, where the settings ask for that."""
        of = self.settings.copies
        return None if of is None else Copier(of, self.split(TRAIN), self.rows(TRAIN).images)

    def objective(self) -> CaptionObjective:
        """Build the model and its loss."""
        return CaptionObjective(self.section.build(), loss=self.settings.loss)

    def batches(self, split: str, *, size: int, seed: int | None = None, rank: int = 0, world: int = 1) -> Batches:
        """Give a split in batches of about ``size`` captions of one length, or, without a seed, ``size`` pictures.

        Captions of which no word is known are left out of training, and :meth:`remarks` counts them.

        Raises:
            DataError: no caption has a word that is known.
        """
        columns, images = self.columns(split), self.rows(split).images
        if seed is None:
            sampler = ImageGroupedSampler(columns.image_ids, size, None, rank, world)
            return Batches(PictureDataset(images, columns), sampler, only)
        rows = np.flatnonzero(columns.sentences.known())
        if not len(rows):
            raise DataError(
                f"no caption of {self.split(split).name} has one of the {len(self.words.vocabulary.words):,} words "
                "that are known: lower word_minimum, or train on another split."
            )
        lengths = columns.sentences.lengths[rows]
        return Batches(CaptionDataset(images, columns, rows), LengthSampler(lengths, size, seed, rank, world), only)

    def remarks(self, split: str) -> list[str]:
        """Say what is remarkable about a split, its words and its scores.

        Raises:
            MissingExtraError: captions cannot be scored here; better now than after an epoch.
        """
        found, sentences = self.split(split), self.columns(split).sentences
        counts = sentences.known()
        unknown = int((counts == 0).sum())
        known = (
            f"The vocabulary has {len(self.words.vocabulary.words):,} words, seen at least "
            f"{self.settings.word_minimum} times in training; they are "
            f"{100 * counts.sum() / max(1, len(sentences.numbers)):.1f} % of the words of {found.name}."
        )
        left_out = f"{unknown:,} of the {len(found):,} captions of {found.name} are left out: no word of them is known."
        return [*found.remarks, known, *([left_out] if unknown else []), *self._scoring()]

    def _scoring(self) -> list[str]:
        """Say how captions are scored on this machine, where METEOR is missing."""
        if importlib.util.find_spec("pycocoevalcap") is None:
            raise missing_extra("pycocoevalcap", purpose=PURPOSE, extra=EXTRA)
        if self.settings.tokeniser == "ptb":
            java()
        if self.tokeniser == "ptb":
            return []
        missing = f"there is no java on the PATH; {INSTALL}, for both"
        why = missing if self.settings.tokeniser is None else "the recipe says so"
        return [f"Captions are scored without METEOR, by words split without Java: {why}."]

    @property
    def tokeniser(self) -> str:
        """What scores split captions by."""
        return self.settings.tokeniser or ("plain" if shutil.which("java") is None else "ptb")

    def predict(self, objective: CaptionObjective, batch: CaptionBatch) -> Mapping[str, Record]:
        """Describe a batch: one record a picture (:func:`scanpath.tasks.captioning.records.make_records`)."""
        if self.copier is not None:
            return self.copier.records(batch)
        seen = objective.see(batch)
        found = {
            beam: objective.model.write(
                seen,
                start=START,
                end=END,
                length=self.settings.longest,
                beam=beam,
                never=(PADDING, UNKNOWN, START),
            )
            for beam in (self.settings.beam, *self.settings.beside)
        }
        return make_records(
            batch.image_ids,
            found,
            self.words.vocabulary,
            index=batch.image_index,
            surprise=objective.surprise(seen.rows(batch.image_index), batch.words).sum(dim=1),
            words=(batch.words[:, 1:] != PADDING).sum(dim=1),
        )

    def measures(self, records: Mapping[str, Record], split: str) -> dict[str, float]:
        """Return the official scores of a whole split, as fractions, by every beam, and the loss a word."""
        copied = self.settings.copies is not None
        sets = {"": captions_of(records)}
        if not copied:
            sets |= {prefix(beam): captions_of(records, beam) for beam in self.settings.beside}
        found = self._scored(sets, split)
        if copied:  # by whichever beam
            found |= dict.fromkeys(map(prefix, self.settings.beside), found[""])
        scores = {f"{beam}{name}": value for beam, one in found.items() for name, value in one.overall.items()}
        return scores if copied else {**scores, LOSS: mean_surprise(records)}

    def scores(self, records: Mapping[str, Record], split: str) -> CaptionScores:
        """Score the captions of a whole split, together and by picture; METEOR needs Java."""
        return self._scored({"": captions_of(records)}, split)[""]

    def _scored(self, sets: Mapping[str, Mapping[int, str]], split: str) -> dict[str, CaptionScores]:
        chosen = self.settings.meteor
        with_meteor = chosen is None or split in chosen
        references = self.split(split).references()
        return score_sets(references, sets, tokeniser=self.tokeniser, with_meteor=with_meteor)

    def measure_names(self, split: str) -> list[str]:  # noqa: ARG002 - the same for every split
        """Name what can be measured; METEOR stays away without Java, and of splits that settings leave out."""
        beams = ["", *map(prefix, self.settings.beside)]
        scored = [f"{beam}{name}" for beam in beams for name in NAMES]
        return scored if self.settings.copies is not None else [*scored, LOSS]

    def results(self, records: Mapping[str, Record]) -> list[dict[str, Any]]:
        """Write the captions in COCO's results format."""
        return official_results(records)

    def further_results(self, records: Mapping[str, Record]) -> dict[str, list[dict[str, Any]]]:
        """Write the captions by further beams in the same format, each for a file of its own: ``beam3``."""
        beams = [] if self.settings.copies is not None else self.settings.beside
        return {f"beam{beam}": official_results(records, beam) for beam in beams}

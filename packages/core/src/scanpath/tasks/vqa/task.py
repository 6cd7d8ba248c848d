"""Visual question answering as a task: data for a split, the model with its loss, and the VQA accuracy."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import torch

from scanpath.data.catalogue import dataset_checksum, open_split
from scanpath.data.grouping import ImageGroupedSampler
from scanpath.data.split import VQASplit
from scanpath.data.word_vectors import WordVectors, read_word_vectors
from scanpath.errors import ConfigError, DataError
from scanpath.features.finding import features_for
from scanpath.metrics.vqa import VQAScorer, VQAScores
from scanpath.tasks.features import foreign_features, is_folder
from scanpath.tasks.pictures import PictureRows, RowsOfSplit, features_key, open_rows
from scanpath.tasks.vqa.batch import NO_ANSWER, VQABatch
from scanpath.tasks.vqa.coverage import Coverage, coverage
from scanpath.tasks.vqa.dataset import VQAColumns, VQADataset, answer_numbers, only
from scanpath.tasks.vqa.groups import groups, truth_of
from scanpath.tasks.vqa.looking import LIKENESS, LOOKING, Looking, looking_measures
from scanpath.tasks.vqa.maps import region_maps, shares_kept
from scanpath.tasks.vqa.model import ModelSection
from scanpath.tasks.vqa.objective import VQAObjective
from scanpath.tasks.vqa.records import make_records, official_results, predictions
from scanpath.tasks.vqa.refusing import refuse_leak, refuse_other
from scanpath.tasks.vqa.settings import VQASettings
from scanpath.tasks.vqa.vectors import beside_width, put_vectors, vectors_key
from scanpath.tasks.vqa.vocabularies import Vocabularies
from scanpath.types import Batches, Record

TRAIN = "train"
KEPT = "kept"
"""The measure of how many of a picture's regions get any weight: less than all under hard attention."""


class VQATask:
    """Questions about pictures (a :class:`scanpath.types.Task`); data are opened when they are first needed.

    Args:
        settings: as :class:`VQASettings`, or the mapping that makes one.
        open_split: gives a split by name, for data that the catalogue does not know; None asks the catalogue.
        kept: the folder that :meth:`save` wrote: vocabularies and the model's form come from there, not from data.
        say: is told, in a sentence, before something large is written.
    """

    Settings = VQASettings
    name = "vqa"
    headline = "accuracy"
    higher_is_better = True

    def __init__(
        self,
        settings: VQASettings | Mapping[str, Any] | None = None,
        *,
        open_split: Callable[[str], VQASplit] | None = None,
        kept: Path | None = None,
        say: Callable[[str], None] | None = None,
    ) -> None:
        self.settings = settings if isinstance(settings, VQASettings) else VQASettings.parse(settings or {})
        self._open_split = open_split or self._from_catalogue
        self._own_data = open_split is not None
        self._kept = kept
        self.say = say
        self._splits: dict[str, VQASplit] = {}
        self._rows: dict[str, RowsOfSplit] = {}
        self._scorers: dict[tuple[str, str], VQAScorer] = {}
        self._columns: dict[str, VQAColumns] = {}
        self._looking = Looking(self._splits)

    @classmethod
    def load(cls, settings: VQASettings | Mapping[str, Any], folder: Path) -> Self:
        """Build the task of a run from its folder, without its data."""
        return cls(settings, kept=folder)

    def save(self, folder: Path) -> None:
        """Write what the weights need to be read again: ``vocabulary.json``, ``answers.json``, ``model.json``."""
        self.vocabularies.save(folder)
        self.model_section.save(folder)

    @functools.cached_property
    def vocabularies(self) -> Vocabularies:
        """The words and answers that the model knows."""
        if self._kept is not None:
            return Vocabularies.load(self._kept)
        return Vocabularies.build(self.split(TRAIN), self.settings)

    @functools.cached_property
    def word_vectors(self) -> WordVectors | None:
        """The given vectors of the words that the model knows.

        None without any, and for a task from a run's folder, whose weights hold them.
        """
        chosen = self.settings.word_vectors
        if chosen is None or self._kept is not None:
            return None
        if self.say is not None:
            self.say(f"reading word vectors from {chosen.path}")
        return read_word_vectors(Path(chosen.path), self.vocabularies.words.words, dim=chosen.dim)

    @functools.cached_property
    def model_section(self) -> ModelSection:
        """What builds the model: names, options and widths."""
        if self._kept is not None:
            section = ModelSection.load(self._kept)
            refuse_other(self.vocabularies, section, self._kept)
            return section
        rows = self.rows(TRAIN)
        return ModelSection(
            model=self.settings.model,
            answers=len(self.vocabularies.answers),
            vocabulary_size=len(self.vocabularies.words),
            beside_dim=beside_width(self.settings.word_vectors),
            region_shape=rows.region_shape,
            backbone=rows.backbone,
            picture_size=list(rows.images.shape[1:]) if isinstance(rows.images, PictureRows) else None,
        )

    def split(self, name: str) -> VQASplit:
        """Open a split, once.

        Raises:
            UnknownNameError: no such split.
            DataError: the data are missing or broken, or share questions with the training split.
        """
        if name not in self._splits:
            found = self._open_split(name)
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
            chosen, features = self.settings, self.settings.features
            if self._own_data and features is not None and not is_folder(features):
                raise ConfigError(
                    f"features = {features!r} was given for splits that the catalogue does not know: extract them with "
                    "scanpath.features.extraction.extract and name the folder, or give null for the pictures."
                )
            extract = functools.partial(features_for, chosen.data, split, root=chosen.root, say=self.say)
            known = self._kept is not None or TRAIN in self._rows or "model_section" in vars(self)
            learnt = self.model_section if known else None
            side = (chosen.model.model_extra or {}).get("picture_side")
            self._rows[split] = open_rows(features, self.split(split), split, extract, learnt, side=side)
        return self._rows[split]

    def fingerprint(self) -> dict[str, str]:
        """Return checksums of what a run depends on beside its settings: data, features, and word vectors."""
        if self._own_data:
            raise DataError("a task over splits of its own has no checksum of its data: train it without run().")
        data = dataset_checksum(self.settings.data, self.settings.root)
        vectors = self.settings.word_vectors
        words = {} if vectors is None else {"word_vectors": vectors_key(vectors, self.settings.model)}
        return {"data": data, "features": features_key(self.settings, data), **words}

    def objective(self) -> VQAObjective:
        """Build the model and its loss."""
        model = self.model_section.build()
        if self.word_vectors is not None and self.settings.word_vectors is not None:
            put_vectors(model, self.word_vectors, self.settings.word_vectors)
        return VQAObjective(model, loss=self.settings.loss)

    def batches(self, split: str, *, size: int, seed: int | None = None, rank: int = 0, world: int = 1) -> Batches:
        """Give a split in batches of about ``size`` questions, those of a picture together.

        In training (with a ``seed``) the settings may part a picture's questions; those without a known answer are left
        out, and :meth:`unanswerable` counts them.
        """
        columns = self.columns(split)
        image_ids = self.split(split).image_ids
        if seed is not None and self.unanswerable(split):
            chosen = np.flatnonzero((columns.answers >= 0).any(dim=1).numpy())
            if not len(chosen):
                raise DataError(
                    f"no question of {self.split(split).name} has an answer of the vocabulary of "
                    f"{len(self.vocabularies.answers)}: raise task.answers, or train on another split."
                )
            columns, image_ids = columns.take(chosen), image_ids[chosen]
        sampler = ImageGroupedSampler(image_ids, size, seed, rank, world, most=self.settings.questions_a_picture)
        return Batches(VQADataset(self.rows(split).images, columns), sampler, only)

    def unanswerable(self, split: str) -> int:
        """Count the questions of a split that none of the vocabulary's answers fits."""
        return int((self.columns(split).answers < 0).all(dim=1).sum())

    def remarks(self, split: str) -> list[str]:
        """Say what is remarkable about the files of a split, and what training on it leaves out, and why."""
        count, found = self.unanswerable(split), self.split(split)
        sentence = (
            f"{count:,} of the {len(found):,} questions of {found.name} are left out of training: none of the "
            f"{len(self.vocabularies.answers):,} answers of the vocabulary fits them."
        )
        vectors = [] if self.word_vectors is None else self.word_vectors.remarks()
        covered = self.coverage(split, *self._splits) if self.settings.answers else {}
        told = [one.sentence(len(self.vocabularies.answers), name) for name, one in covered.items()]
        foreign = foreign_features(self.settings.features, self.settings.data)
        return [*found.remarks, *([sentence] if count else []), *foreign, *told, *vectors]

    def coverage(self, *splits: str) -> dict[str, Coverage]:
        """Measure how much of some splits, as far as they have answers, the vocabulary fits: by their full names."""
        found = {self.split(name).name: coverage(self.columns(name).answers) for name in dict.fromkeys(splits)}
        return {name: one for name, one in found.items() if one is not None}

    def columns(self, name: str) -> VQAColumns:
        """Return a split's questions as numbers, made once."""
        if name not in self._columns:
            split = self.split(name)
            answers = np.full((len(split), 1), NO_ANSWER, dtype=np.int32)
            if split.annotations is not None:
                answers = answer_numbers(self.vocabularies.answers, split.annotations)
            self._columns[name] = VQAColumns(
                question_ids=torch.from_numpy(np.asarray(split.question_ids, dtype=np.int64)),
                image_rows=self.rows(name).images.rows(split.image_ids),
                tokens=torch.from_numpy(self.vocabularies.encode_split(split)),
                answers=torch.from_numpy(answers),
            )
        return self._columns[name]

    def predict(self, objective: VQAObjective, batch: VQABatch) -> Mapping[str, Record]:
        """Answer a batch: one record a question (:func:`scanpath.tasks.vqa.records.make_records`)."""
        output = objective.answer(batch)
        maps = region_maps(output, objective.model)
        real = None if batch.region_mask is None else batch.region_mask[batch.image_index]
        kept = torch.zeros(len(batch.tokens)) if maps is None else shares_kept(maps.weights, real)
        records = make_records(batch.question_ids, output.logits, self.vocabularies.answers, kept)
        for told in (self._looking.measured(batch, maps), self._looking.likeness(batch, maps)):
            for key, looked in told.items():
                records[key] |= looked
        return records

    def measures(self, records: Mapping[str, Record], split: str) -> dict[str, float]:
        """Return percentages: ``accuracy``, ``accuracy/<answer type>``, and where the model looked.

        ``kept`` is the part of the regions seen, ``correctness`` the weight on the object asked about where the data
        know it (:mod:`scanpath.tasks.vqa.looking`), and ``likeness`` how alike several glimpses are, from -100 to 100.
        Records of answers read from a file have none of them.
        """
        scores = self.scores(records, split)
        found = {self.headline: scores.overall} | {
            f"{self.headline}/{kind}": value for kind, value in scores.per_answer_type.items()
        }
        shares = [record["kept"] for record in records.values() if KEPT in record]
        kept = {KEPT: 100 * math.fsum(shares) / len(shares)} if len(shares) == len(records) else {}
        return found | looking_measures(records) | kept

    def measure_names(self, split: str) -> list[str]:
        """Name the measures that a table may show: accuracies of all questions and by type, and how a model looks."""
        looking = (LIKENESS,) if self.split(split).grounding is None else LOOKING
        return [*self.chosen(split), *looking, KEPT]

    def chosen(self, split: str) -> dict[str, npt.NDArray[np.bool_]]:
        """Tell which questions of a split each accuracy is about, (N,).

        Raises:
            DataError: the answers are not public.
        """
        truth = truth_of(self.split(split))
        everything = np.ones(len(truth), dtype=bool)
        return {self.headline: everything} | {f"{self.headline}/{name}": where for name, where in groups(truth)}

    def scores(self, records: Mapping[str, Record], split: str, *, metric: str | None = None) -> VQAScores:
        """Score the records of a whole split, by type, family and question.

        Args:
            records: of every question of the split.
            split: its name.
            metric: a version of the VQA metric; None takes the settings'.
        """
        return self.scorer(split, metric=metric).score(predictions(records))

    def scorer(self, split: str, *, metric: str | None = None) -> VQAScorer:
        """Return what scores answers to a split's questions, made once; arguments as for :meth:`scores`."""
        version = metric or self.settings.metric
        if (split, version) not in self._scorers:
            found = self.split(split)
            truth = truth_of(found)
            columns = (truth.answers, truth.question_types, truth.answer_types)
            self._scorers[split, version] = VQAScorer.from_columns(
                found.question_ids.tolist(), *columns, version, families=truth.families
            )
        return self._scorers[split, version]

    def results(self, records: Mapping[str, Record]) -> list[dict[str, Any]]:
        """Write the answers in the official results format."""
        return official_results(records)

    def _from_catalogue(self, split: str) -> VQASplit:
        return open_split(self.settings.data, split, self.settings.root)

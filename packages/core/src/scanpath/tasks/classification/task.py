"""Classification as a task: pictures of a split, the model with its loss, and the errors of its first guesses."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
import torch

from scanpath.data.grouping import ImageGroupedSampler
from scanpath.data.labelled import LabelledSplit, check_disjoint
from scanpath.data.labelled_catalogue import find_labelled
from scanpath.errors import DataError
from scanpath.features.preprocessing import HALF
from scanpath.metrics.classification import top_error
from scanpath.tasks.classification.batch import PictureBatch
from scanpath.tasks.classification.model import ClassifierSection
from scanpath.tasks.classification.objective import ClassificationObjective
from scanpath.tasks.classification.pictures import Form, PictureDataset
from scanpath.tasks.classification.records import make_records, read_ranks, results
from scanpath.tasks.classification.settings import ClassificationSettings
from scanpath.tasks.classification.splits import TRAIN, open_pictures, told
from scanpath.types import Batches, Record

GUESSES: Mapping[str, int] = {"error/top1": 1, "error/top5": 5}
"""Measures: how often, in percent, the true class is not among so many first guesses."""


class ClassificationTask:
    """Pictures and their classes (a :class:`scanpath.types.Task`); data are opened when they are first needed.

    Args:
        settings: as :class:`ClassificationSettings`, or the mapping that makes one.
        kept: the folder that :meth:`save` wrote: the model's form comes from there, not from data.
        say: is told, in a sentence, before something that takes long.
    """

    Settings = ClassificationSettings
    name = "classification"
    headline = "error/top1"
    higher_is_better = False

    def __init__(
        self,
        settings: ClassificationSettings | Mapping[str, Any] | None = None,
        *,
        kept: Path | None = None,
        say: Callable[[str], None] | None = None,
    ) -> None:
        if not isinstance(settings, ClassificationSettings):
            settings = ClassificationSettings.parse(settings or {})
        self.settings = settings
        self._kept = kept
        self.say = say
        self._splits: dict[str, LabelledSplit] = {}
        self._datasets: dict[str, PictureDataset] = {}

    @classmethod
    def load(cls, settings: ClassificationSettings | Mapping[str, Any], folder: Path) -> Self:
        """Build the task of a run from its folder, without its data."""
        return cls(settings, kept=folder)

    def save(self, folder: Path) -> None:
        """Write what the weights need to be read again: ``model.json``."""
        self.section.save(folder)

    @functools.cached_property
    def section(self) -> ClassifierSection:
        """What builds the model: names and options, classes, the statistics of the pictures that are learnt."""
        if self._kept is not None:
            return ClassifierSection.load(self._kept)
        train = self.split(TRAIN)
        label = told(train, self.settings.labels)
        pictures = self._pictures(TRAIN, label)
        statistics = HALF
        if self.settings.standardise:
            if self.say is not None:
                self.say(f"measuring the colours of {pictures.measured:,} pictures of {train.name}")
            statistics = pictures.statistics()
        return ClassifierSection(
            model=self.settings.model,
            labels=label,
            classes=train.labels[label].classes,
            mean=statistics.mean,
            deviation=statistics.deviation,
            picture_shape=pictures.shape,
        )

    def split(self, name: str) -> LabelledSplit:
        """Open a split, once.

        Raises:
            DataError: it shares pictures with the one that is learnt; or what opening raises.
        """
        if name not in self._splits:
            found = open_pictures(self.settings, name)
            if name != TRAIN:
                check_disjoint(self.split(TRAIN), found)
            self._splits[name] = found
        return self._splits[name]

    def dataset(self, name: str) -> PictureDataset:
        """Open the pictures of a split as the model takes them, once.

        Raises:
            DataError: they are of other classes or of another size than those that the model learnt.
        """
        if name not in self._datasets:
            section = self.section
            found = self._pictures(name, section.labels)
            classes = self.split(name).labels[section.labels].classes
            if classes != section.classes:
                raise DataError(
                    f"{self.split(name).name} has the {len(classes)} classes {', '.join(classes[:3])}, ..., and the "
                    f"model learnt {len(section.classes)}: {', '.join(section.classes[:3])}, ...: give the data that "
                    "it learnt from."
                )
            found.refuse_other_than(section.picture_shape)
            self._datasets[name] = found
        return self._datasets[name]

    def _pictures(self, name: str, label: str) -> PictureDataset:
        split = self.split(name)
        return PictureDataset(split, split.matrix(label)[:, 0], Form(self.settings.side, self.settings.fit))

    def fingerprint(self) -> dict[str, str]:
        """Return the checksum of the data."""
        return {"data": find_labelled(self.settings.data, self.settings.root).checksum()}

    def objective(self) -> ClassificationObjective:
        """Build the model and its loss."""
        return ClassificationObjective(self.section.build(), augmentation=self.settings.augmentation)

    def batches(self, split: str, *, size: int, seed: int | None = None, rank: int = 0, world: int = 1) -> Batches:
        """Give a split in batches of about ``size`` pictures."""
        dataset = self.dataset(split)
        sampler = ImageGroupedSampler(np.arange(len(dataset)), size, seed, rank, world)
        return Batches(dataset, sampler, PictureBatch.of)

    def remarks(self, split: str) -> Sequence[str]:
        """Say what is remarkable about the files of a split."""
        return self.split(split).remarks

    def predict(self, objective: ClassificationObjective, batch: PictureBatch) -> Mapping[str, Record]:
        """Class a batch: one record a picture (:func:`scanpath.tasks.classification.records.make_records`)."""
        return make_records(batch, objective.answer(batch).logits, self.section.classes)

    def measures(self, records: Mapping[str, Record], split: str) -> dict[str, float]:
        """Return the errors of the first guess and, where there are more classes, of the first five, in percent."""
        ranks = torch.tensor([record["rank"] for record in records.values()])
        return {name: top_error(ranks, GUESSES[name]) for name in self.measure_names(split)}

    def measure_names(self, split: str) -> list[str]:  # noqa: ARG002 - the same for every split
        """Name the errors that can be made: five guesses of five classes are never wrong."""
        return [name for name, guesses in GUESSES.items() if guesses < len(self.section.classes)]

    @classmethod
    def items(cls, predictions: Path, measure: str) -> dict[str, float] | None:
        """Read each picture's error in percent, by key, from what :meth:`results` made; None for no error of ours."""
        if measure not in GUESSES:
            return None
        return {key: 100.0 * (rank >= GUESSES[measure]) for key, rank in read_ranks(predictions).items()}

    def results(self, records: Mapping[str, Record]) -> list[dict[str, Any]]:
        """Write what was said of each picture, sorted by key."""
        return results(records)

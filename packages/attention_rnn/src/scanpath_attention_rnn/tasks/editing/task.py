"""Editing as a task: faces of a split, networks with their losses, and what judges see in the edits of a checkpoint."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Self

from scanpath.data.labelled import LabelledSplit, check_disjoint
from scanpath.data.labelled_catalogue import find_labelled, open_labelled
from scanpath.files import read_json
from scanpath.types import Batches, Record
from scanpath_attention_rnn.tasks.editing.attributes import with_values
from scanpath_attention_rnn.tasks.editing.batch import EditingBatch
from scanpath_attention_rnn.tasks.editing.judges import Judges
from scanpath_attention_rnn.tasks.editing.measures import CYCLE, MEAN_ERROR, items, measure, measure_names
from scanpath_attention_rnn.tasks.editing.model import EditorSection
from scanpath_attention_rnn.tasks.editing.objective import EditingObjective
from scanpath_attention_rnn.tasks.editing.pictures import EditingDataset, Visits
from scanpath_attention_rnn.tasks.editing.records import make_records, results
from scanpath_attention_rnn.tasks.editing.settings import EditingSettings

TRAIN = "train"


class EditingTask:
    """Faces and their edits (a :class:`scanpath.types.Task`); data are opened when they are first needed.

    Args:
        settings: as :class:`EditingSettings`, or the mapping that makes one.
        kept: the folder that :meth:`save` wrote: the networks' form comes from there.
        say: is told, in a sentence, before something that takes long.
    """

    Settings = EditingSettings
    name = "editing"
    higher_is_better = False

    def __init__(
        self,
        settings: EditingSettings | Mapping[str, Any] | None = None,
        *,
        kept: Path | None = None,
        say: Callable[[str], None] | None = None,
    ) -> None:
        if not isinstance(settings, EditingSettings):
            settings = EditingSettings.parse(settings or {})
        self.settings = settings
        self._kept = kept
        self.say = say
        self._splits: dict[str, LabelledSplit] = {}

    @property
    def headline(self) -> str:
        """What judges see; without any, how well pictures are reconstructed."""
        return MEAN_ERROR if self.settings.judges.folders() else CYCLE

    @classmethod
    def load(cls, settings: EditingSettings | Mapping[str, Any], folder: Path) -> Self:
        """Build the task of a run from its folder, without its data."""
        return cls(settings, kept=folder)

    def save(self, folder: Path) -> None:
        """Write what the weights need to be read again: ``model.json``."""
        self.section.save(folder)

    @functools.cached_property
    def section(self) -> EditorSection:
        """What builds the networks."""
        if self._kept is not None:
            return EditorSection.load(self._kept)
        return EditorSection(model=self.settings.model, side=self.settings.side)

    @functools.cached_property
    def judges(self) -> Judges:
        """The finished runs that judge, read when they are first needed: a table plans before they are done."""
        return Judges(self.settings.judges.folders(), self.section.side)

    @functools.cached_property
    def _data(self) -> Any:
        return find_labelled(self.settings.data, self.settings.root)

    @property
    def _hair(self) -> int | None:
        """The number of hair in the data set's label maps, where it has any."""
        return self._data.parts.index("hair") if hasattr(self._data, "label_maps") else None

    def split(self, name: str) -> LabelledSplit:
        """Open a split, once; pictures with none or several colours of hair are left out.

        Raises:
            DataError: it shares pictures with the one that is learnt; or what opening raises.
        """
        if name not in self._splits:
            found = with_values(open_labelled(self.settings.data, name, self.settings.root))
            if name != TRAIN:
                check_disjoint(self.split(TRAIN), found)
            self._splits[name] = found
        return self._splits[name]

    def fingerprint(self) -> dict[str, str]:
        """Return the checksum of the data."""
        return {"data": self._data.checksum()}

    def objective(self) -> EditingObjective:
        """Build the networks and their losses; wrong judges are refused now, not after hours of training.

        Raises:
            ConfigError: a judge is no judge of its attribute; those of a run that is read back are read when something
                is measured.
        """
        settings = self.settings
        network = self.section.build()
        if self._kept is None:
            _ = self.judges
        return EditingObjective(network, weights=settings.losses, critic_steps=settings.critic_steps)

    def batches(self, split: str, *, size: int, seed: int | None = None, rank: int = 0, world: int = 1) -> Batches:
        """Give a split in batches of about ``size`` pictures; what is drawn for each follows from the seed.

        Raises:
            DataError: what is known of each pixel is of another side; or what opening raises.
            ConfigError: a judge has learnt the split whose edits it would judge.
        """
        if seed is None:
            self.judges.check_held_out(self.settings.data, split)
        parts = self._data.label_maps() if seed is None and self._hair is not None else None
        dataset = EditingDataset(
            self.split(split), side=self.section.side, seed=seed, flip=self.settings.flip, parts=parts
        )
        if parts is not None:
            _ = dataset[0]  # says so before anything is trained
        return Batches(dataset, Visits(len(dataset), size, seed, rank, world), EditingBatch.of)

    def remarks(self, split: str) -> Sequence[str]:
        """Say what is remarkable about the files of a split."""
        return self.split(split).remarks

    def predict(self, objective: EditingObjective, batch: EditingBatch) -> Mapping[str, Record]:
        """Edit a batch: one record a picture (:func:`scanpath_attention_rnn.tasks.editing.records.make_records`)."""
        return make_records(objective.network, batch, self.judges, self._hair)

    def measures(self, records: Mapping[str, Record], split: str) -> dict[str, float]:  # noqa: ARG002 - as of all
        """Return what :func:`scanpath_attention_rnn.tasks.editing.measures.measure_names` says."""
        return measure(records, [*self.settings.judges.folders()], hair=self._hair is not None)

    def measure_names(self, split: str) -> list[str]:  # noqa: ARG002 - the same for every split
        """Name what can be measured."""
        return measure_names(self.settings.judges.folders(), hair=self._hair is not None)

    @classmethod
    def items(cls, predictions: Path, measure: str) -> dict[str, float] | None:
        """Read what each picture has of a measure, by key, from what :meth:`results` made; None: nothing."""
        return items({entry["picture"]: entry for entry in read_json(predictions)}, measure)

    def results(self, records: Mapping[str, Record]) -> list[dict[str, Any]]:
        """Write what came of each picture, sorted by key."""
        return results(records)

    def describe(self, run: Any, split: str) -> Any:
        """Return what the page of a run shows (:class:`scanpath.experiments.vqa_reporting.TaskPart`)."""
        from scanpath_attention_rnn.tasks.editing.page import describe_editing  # what draws is imported for pages alone

        return describe_editing(run, self, split)

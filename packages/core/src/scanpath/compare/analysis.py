"""One trained row under test: its answers, where its maps lie, and whether what it attends to matters.

Faithfulness: the regions of largest weight in the row's best map are deleted (masked), and as many random ones; an
attention that points at what the answer comes from loses more by the first. Random regions are drawn from a fixed
seed, the same for every row. A row that sees pictures end to end has no stored regions to delete and is not tested.

A hard map (0 or 1) says what was kept and not what was looked at most. Its area is the share that it keeps, all of it
and not 90 %. Where one region is to be pointed at, or fewer deleted than it keeps, those of highest presence come
first, if the mechanism says what it saw before it chose. Equals that nothing tells apart are deleted in the order of
the same draw as the random ones, never by their place in the picture: a map that says nothing loses what chance loses.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor

from scanpath.compare.answered import MEASURES, Answered
from scanpath.compare.settings import AnalysisSettings
from scanpath.data.split import VQASplit
from scanpath.errors import DataError
from scanpath.metrics.looking import attended_area, chance_mass, entropy, mass_on_object, pointing_game, ranked
from scanpath.metrics.vqa import VQAScorer
from scanpath.tasks.vqa import VQATask
from scanpath.tasks.vqa.batch import VQABatch
from scanpath.tasks.vqa.groups import truth_of
from scanpath.tasks.vqa.maps import Maps, region_maps
from scanpath.tasks.vqa.objective import VQAObjective
from scanpath.tasks.vqa.records import make_records
from scanpath.tasks.vqa.targets import Targets
from scanpath.types import Record


def analyse(
    task: VQATask, objective: VQAObjective, settings: AnalysisSettings, *, looks: bool, device: str = "cpu"
) -> Answered:
    """Answer every question of the split and measure the maps.

    Args:
        task: whose data.
        objective: its trained objective.
        settings: of the analysis.
        looks: whether the row's maps mean anything; the rungs' are not measured.
        device: where to compute.
    """
    split = task.split(settings.split)
    targets = Targets(split)
    blank = _Columns(split, _scorer(split, task), targets)
    objective = objective.to(device).eval()
    with torch.no_grad():
        for rows, batch in _batches(task, settings, device):
            output = objective.answer(batch)
            blank.answer(rows, make_records(batch.question_ids, output.logits, task.vocabularies.answers))
            maps = region_maps(output, objective.model) if looks else None
            if maps is not None:
                blank.look(rows, maps, batch, _presence(objective, maps, batch))
        if blank.measured and task.settings.features is not None:
            _delete(task, objective, settings, blank, device)
    return blank.finish()


def _scorer(split: VQASplit, task: VQATask) -> VQAScorer:
    if split.annotations is None:
        raise DataError(f"{split.name} has no annotations: rows cannot be compared on it.")
    truth = split.annotations
    return VQAScorer.from_columns(
        split.question_ids, truth.answers, truth.question_types, truth.answer_types, task.settings.metric
    )


def _batches(task: VQATask, settings: AnalysisSettings, device: str) -> Iterator[tuple[list[int], VQABatch]]:
    """Give the split in order, with the rows of each batch's questions."""
    place = {key: row for row, key in enumerate(task.split(settings.split).question_ids.tolist())}
    batches = task.batches(settings.split, size=settings.batch_size)
    for numbers in batches.sampler:
        batch = batches.collate(batches.dataset.__getitems__(numbers))
        yield [place[key] for key in batch.question_ids.tolist()], batch.to(device)


def _presence(objective: VQAObjective, maps: Maps, batch: VQABatch) -> Tensor | None:
    """Return what tells a hard map's regions apart, (B, *S): soft maps do so themselves."""
    return objective.presence(batch) if maps.kind == "hard" else None


class _Columns:
    """The columns of :class:`Answered` while they fill."""

    def __init__(self, split: VQASplit, scorer: VQAScorer, targets: Targets) -> None:
        self.split = split
        self.scorer = scorer
        self.targets = targets
        self.predictions = [""] * len(split)
        self.names: tuple[str, ...] = ()
        self.numbers = {
            name: np.full(len(split), np.nan)
            for name in ("probability", "score", "score_without_attended", "score_without_random")
        }
        self.numbers["chance"] = targets.area.copy()
        self.tables: dict[str, np.ndarray[Any, Any]] = {}

    @property
    def measured(self) -> bool:
        """Whether the model has maps."""
        return bool(self.names)

    def score(self, row: int, record: Record) -> float:
        """Score one answer."""
        return self.scorer.accuracy(int(self.split.question_ids[row]), record["answer"])

    def answer(self, rows: list[int], records: Mapping[str, Record]) -> None:
        """Take a batch's answers."""
        for row in rows:
            record = records[str(int(self.split.question_ids[row]))]
            self.predictions[row] = record["answer"]
            self.numbers["probability"][row] = record["probability"]
            self.numbers["score"][row] = self.score(row, record)

    def look(self, rows: list[int], maps: Maps, batch: VQABatch, presence: Tensor | None) -> None:
        """Measure a batch's maps: entropy and area everywhere, mass and pointing where one object is meant."""
        if not self.names:
            self.names = maps.names
            self.tables = {name: np.full((len(self.split), len(maps.names)), np.nan) for name in MEASURES}
        weights = maps.weights.cpu()
        real = None if batch.region_mask is None else batch.region_mask.cpu()[batch.image_index.cpu()]  # (B, *S)
        self.tables["entropy"][rows] = entropy(weights, real, normalised=True).numpy()
        self.tables["area"][rows] = attended_area(weights, 1.0 if maps.kind == "hard" else 0.9, real).numpy()
        about = [number for number, row in enumerate(rows) if self.targets.object[row] >= 0]
        if not about:
            return
        chosen = [rows[number] for number in about]
        boxes = None if batch.boxes is None else batch.boxes.cpu()[batch.image_index.cpu()[about]]
        cover = self.targets.cover(chosen, weights.shape[2:], boxes)  # (n, *S)
        self.tables["mass"][chosen] = mass_on_object(weights[about], cover).numpy()
        ties = None if presence is None else presence.cpu()[about]
        self.tables["pointing"][chosen] = pointing_game(weights[about], cover, ties).numpy()
        self.numbers["chance"][chosen] = chance_mass(cover, None if real is None else real[about]).numpy()

    def finish(self) -> Answered:
        """Put everything together."""
        truth = truth_of(self.split)
        empty = np.empty((len(self.split), 0))
        return Answered(
            question_ids=np.asarray(self.split.question_ids, dtype=np.int64),
            image_ids=np.asarray(self.split.image_ids, dtype=np.int64),
            question=list(self.split.questions),
            question_type=list(truth.question_types),
            answer_type=list(truth.answer_types),
            prediction=self.predictions,
            maps=self.names,
            **self.numbers,
            **{name: self.tables.get(name, empty) for name in MEASURES},
        )


def _delete(task: VQATask, objective: VQAObjective, settings: AnalysisSettings, columns: _Columns, device: str) -> None:
    """Answer the first questions again without the attended regions, and without random ones."""
    best = columns.finish().headline or 0
    left = settings.deleted_questions
    generator = torch.Generator().manual_seed(0)
    for rows, whole in _batches(task, settings, device):
        batch = _one_picture_each(whole)
        maps = region_maps(objective.answer(batch), objective.model)
        assert maps is not None  # noqa: S101 - they were measured
        weights = maps.weights[:, best].flatten(1)  # (B, K)
        real = torch.ones_like(weights, dtype=torch.bool)
        if batch.region_mask is not None:  # nothing is lost with a region that is not there
            real = batch.region_mask.flatten(1)
        counts = (settings.deleted_share * real.sum(1, keepdim=True)).round().clamp_min(1)  # (B, 1)
        kept = torch.arange(weights.shape[1], device=weights.device) >= counts  # (B, K), by rank
        drawn = torch.rand(weights.shape, generator=generator).to(device).masked_fill(~real, -1)
        attended = weights.masked_fill(~real, -1)
        presence = _presence(objective, maps, batch)
        keys = (attended, drawn) if presence is None else (attended, presence.flatten(1), drawn)
        for name, ranks in (("score_without_attended", keys), ("score_without_random", (drawn,))):
            mask = torch.ones_like(real).scatter(1, ranked(*ranks), kept)
            mask = mask.view(maps.weights.shape[0], *maps.weights.shape[2:])
            if batch.region_mask is not None:
                mask &= batch.region_mask
            logits = objective.answer(batch._replace(region_mask=mask)).logits
            records = make_records(batch.question_ids, logits, task.vocabularies.answers)
            for row in rows:
                record = records[str(int(columns.split.question_ids[row]))]
                columns.numbers[name][row] = columns.score(row, record)
        left -= len(rows)
        if left <= 0:
            return


def _one_picture_each(batch: VQABatch) -> VQABatch:
    """Repeat the pictures so that each question has its own row, whose regions can be deleted for it alone."""
    return batch._replace(
        images=batch.images[batch.image_index],
        boxes=None if batch.boxes is None else batch.boxes[batch.image_index],
        region_mask=None if batch.region_mask is None else batch.region_mask[batch.image_index],
        image_index=torch.arange(len(batch.image_index), device=batch.image_index.device),
    )

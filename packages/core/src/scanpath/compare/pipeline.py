"""What all rows share, made ready once: data, features, the jobs, the rung without a model, costs, the ceiling."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch

from scanpath.attention.creation import create_attention, create_co_attention
from scanpath.bench.cost import measure_costs
from scanpath.compare.answered import MEASURES, Answered, write_answered
from scanpath.compare.jobs import FORM, Job
from scanpath.compare.settings import PRIOR, CompareSettings, RowSettings
from scanpath.data.catalogue import dataset_checksum, make_dataset
from scanpath.environment import hardware
from scanpath.errors import ConfigError, DataError, ScanpathError
from scanpath.experiments.running import RunConfig, load_run
from scanpath.files import read_json, write_json
from scanpath.layers.options import named
from scanpath.metrics.vqa import VQAScorer
from scanpath.progress import Say
from scanpath.report.content import RowCost
from scanpath.tasks.vqa import VQATask, prior_records
from scanpath.tasks.vqa.batch import VQABatch
from scanpath.tasks.vqa.groups import truth_of
from scanpath.tasks.vqa.targets import Targets

TRIAL_WIDTH = 960
"""A width that nearly every number of heads divides, so that a trial refuses nothing that the real width allows."""


def try_to_build(row: RowSettings) -> None:
    """Build a row's mechanism at some size, so that an impossible option is not met after hours.

    Raises:
        ConfigError: it cannot be built, with the reason.
    """
    try:
        if row.attention is not None:
            name, options = named(row.attention, "attention")
            create_attention(name, region_dim=TRIAL_WIDTH, query_dim=TRIAL_WIDTH, **options)
        elif row.co_attention is not None:
            name, options = named(row.co_attention, "co_attention")
            create_co_attention(name, region_dim=TRIAL_WIDTH, token_dim=TRIAL_WIDTH, query_dim=TRIAL_WIDTH, **options)
    except ScanpathError as error:
        raise ConfigError(f"the row {row.id!r} cannot be built: {error}") from None
    except Exception as error:  # whatever a mechanism says to a value that it did not expect
        reason = f"{type(error).__name__}: {error}"
        raise ConfigError(f"the row {row.id!r} cannot be built ({reason}): check its options.") from error


class Pipeline:
    """The frozen part of a comparison.

    Args:
        settings: of the comparison.
        folder: where it lies.
        root: of the data sets; None takes the user's.
        say: is told what takes time.
    """

    def __init__(self, settings: CompareSettings, folder: Path, root: Path | None, say: Say) -> None:
        self.settings = settings
        self.folder = folder
        self.root = folder / "data" if settings.private_data else root
        for row in settings.rows():
            if row.id != PRIOR:
                self.config(row, settings.seeds[0])  # a mistake in an option is found before data are made
                try_to_build(row)
        say(f"data: {settings.data}")
        options: dict[str, Any] = dict(settings.data_options)
        make_dataset(settings.data, self.root, progress=_told_once(say), **options)
        self.checksum = dataset_checksum(settings.data, self.root)
        look = next(row for row in settings.rows() if row.looks)
        self.task = VQATask(self.config(look, settings.seeds[0]).task, say=say)
        training = self.config(look, settings.seeds[0]).training
        for split in dict.fromkeys((training.split, training.evaluation_split, settings.analysis.split)):
            self.task.rows(split)  # extracts features, once, before several processes want them

    def config(self, row: RowSettings, seed: int) -> RunConfig:
        """Resolve the run of a row."""
        return RunConfig.parse(self._values(row, seed), source="the comparison's settings")

    def _values(self, row: RowSettings, seed: int) -> dict[str, Any]:
        task = self.settings.task_of(row)
        if self.root is not None:
            task["root"] = str(self.root)
        return {"task": task, "training": self.settings.training, "seed": seed}

    def job(self, row: RowSettings, seed: int, *, rung: bool) -> Job:
        """Describe the work of a row under a seed."""
        return Job(
            row=row.id,
            seed=seed,
            config=self._values(row, seed),
            key=self.config(row, seed).key(),
            looks=row.looks and not rung,
            analysis=self.settings.analysis.plain(),
            folder=self.folder,
        )

    def scorer(self, version: str | None = None) -> VQAScorer:
        """Build the scorer of the analysed split."""
        split = self.task.split(self.settings.analysis.split)
        if split.annotations is None:
            raise DataError(f"{split.name} has no annotations: rows cannot be compared on it.")
        truth = split.annotations
        return VQAScorer.from_columns(
            split.question_ids,
            truth.answers,
            truth.question_types,
            truth.answer_types,
            version or self.task.settings.metric,
        )

    def ceiling(self) -> float:
        """Score each question's most common answer, as it stands: what the noise of the answers allows, percent."""
        split = self.task.split(self.settings.analysis.split)
        assert split.annotations is not None  # noqa: S101 - the scorer was made of them
        modal = dict(zip(split.question_ids.tolist(), split.annotations.modal, strict=True))
        return self.scorer().score(modal).overall

    def answer_by_prior(self, row: RowSettings) -> None:
        """Write the answers of the rung that knows the question's type only."""
        key, analysis = f"{PRIOR}-{self.checksum}", self.settings.analysis.plain()
        job = Job(row.id, 0, {}, key, looks=False, analysis=analysis, folder=self.folder)
        if job.done:
            return
        training = self.config(row, 0).training
        split = self.task.split(self.settings.analysis.split)
        truth, scorer = truth_of(split), self.scorer()
        records = prior_records(self.task.split(training.split), split)
        keys = split.question_ids.tolist()
        given = [records[str(key)] for key in keys]
        nothing, empty = np.full(len(split), np.nan), np.empty((len(split), 0))
        answered = Answered(
            question_ids=np.asarray(split.question_ids),
            image_ids=np.asarray(split.image_ids),
            question=list(split.questions),
            question_type=list(truth.question_types),
            answer_type=list(truth.answer_types),
            prediction=[record["answer"] for record in given],
            probability=np.asarray([record["probability"] for record in given]),
            score=np.asarray([scorer.accuracy(key, record["answer"]) for key, record in zip(keys, given, strict=True)]),
            chance=Targets(split).area,
            score_without_attended=nothing,
            score_without_random=nothing,
            maps=(),
            **dict.fromkeys(MEASURES, empty),
        )
        write_answered(job.answers_path, answered)
        write_json(job.facts_path, {"identity": {**job.identity(), "form": FORM}, "parameters": 0}, indent=1)

    def costs(self, jobs: Mapping[str, Job]) -> dict[str, dict[str, Any]]:
        """Measure one forward and backward pass of each row, interleaved; kept while rows, machine and code stay.

        Args:
            jobs: one finished job a row.
        """
        path = self.folder / "cost.json"
        identity = {"keys": {row: job.key for row, job in jobs.items()}, "hardware": hardware()}
        known = read_json(path) if path.exists() else {}
        if {key: known.get(key) for key in identity} == identity:
            return dict(known["rows"])
        inputs = self._inputs()
        models = {
            row: load_run(job.folder / read_json(job.facts_path)["folder"]).objective.model for row, job in jobs.items()
        }
        if torch.cuda.is_available():
            inputs = tuple(None if tensor is None else tensor.cuda() for tensor in inputs)
            models = {row: model.cuda() for row, model in models.items()}
        measured = measure_costs({row: (model.train(), inputs) for row, model in models.items()}, repeats=11)
        rows = {
            row: {"milliseconds": cost.milliseconds, "flops": cost.flops, "peak_bytes": cost.peak_bytes}
            for row, cost in measured.items()
        }
        write_json(path, {**identity, "questions": len(inputs[1]), "rows": rows}, indent=1)
        return rows

    def _inputs(self) -> tuple[Any, ...]:
        training = self.config(next(row for row in self.settings.rows() if row.looks), 0).training
        batches = self.task.batches(training.split, size=training.batch_size, seed=0)
        batches.sampler.set_epoch(0)
        batch: VQABatch = batches.collate(batches.dataset.__getitems__(next(iter(batches.sampler))))
        images = batch.images.float() if batch.images.is_floating_point() else batch.images
        return images, batch.tokens, batch.image_index, batch.region_mask, batch.boxes


def _told_once(say: Say) -> Callable[[str, int, int], None]:
    """Tell each stage of making data when it begins."""
    told: set[str] = set()

    def progress(what: str, done: int, total: int) -> None:  # noqa: ARG001 - the form that making data calls
        if what not in told:
            told.add(what)
            say(f"  {what}")

    return progress


def row_cost(settings: CompareSettings, row: RowSettings, facts: list[Any], measured: Mapping[str, Any]) -> RowCost:
    """Put together what a row costs."""
    seconds = [one["seconds"] for one in facts if "seconds" in one]
    return RowCost(
        parameters=facts[0]["parameters"],
        depth=settings.depth(row),
        flops=measured.get("flops"),
        milliseconds=measured.get("milliseconds"),
        peak_bytes=measured.get("peak_bytes"),
        seconds=sum(seconds) / len(seconds) if seconds else None,
    )

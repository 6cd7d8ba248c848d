"""The work of a comparison: one job trains and analyses one row under one seed; several run at once.

A finished job leaves two files; it is not done again while they fit what is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scanpath.compare.analysis import analyse
from scanpath.compare.answered import write_answered
from scanpath.compare.settings import AnalysisSettings
from scanpath.environment import accelerator
from scanpath.errors import DataError
from scanpath.experiments import crew
from scanpath.experiments.running import RunConfig, load_run, run
from scanpath.files import read_json, write_json

FORM = 3
"""Raised when the analysis changes its meaning, so that older ones are made again."""


@dataclass(frozen=True)
class Job:
    """One row under one seed; plain values, ready for another process."""

    row: str
    seed: int
    config: Mapping[str, Any]
    """Of the run: task, training, seed."""
    key: str
    """The run's key."""
    looks: bool
    """Whether its maps are measured."""
    analysis: Mapping[str, Any]
    folder: Path
    """The comparison's."""

    @property
    def title(self) -> str:
        """What an error calls it."""
        return f"the row {self.row!r} under seed {self.seed}"

    @property
    def answers_path(self) -> Path:
        """The CSV of its answers."""
        return self.folder / "rows" / self.row / f"seed{self.seed}.csv"

    @property
    def facts_path(self) -> Path:
        """The JSON of everything else."""
        return self.answers_path.with_suffix(".json")

    def identity(self) -> dict[str, Any]:
        """Return what the files were made of."""
        return {"form": FORM, "run": self.key, "looks": self.looks, "analysis": dict(self.analysis)}

    @property
    def done(self) -> bool:
        """Whether the files are there and fit."""
        if not (self.facts_path.exists() and self.answers_path.exists()):
            return False
        try:
            return bool(read_json(self.facts_path).get("identity") == self.identity())
        except DataError:
            return False


def do(job: Job) -> None:
    """Train (or take up, or reuse) the run of a job, analyse it, and write its files; the JSON comes last."""
    result = run(RunConfig.parse(job.config), job.folder / "runs")
    loaded = load_run(result.folder)
    device = "cuda" if accelerator() and loaded.config.training.device == "auto" and crew.has_cuda() else "cpu"
    settings = AnalysisSettings.parse(job.analysis)
    answered = analyse(loaded.task, loaded.objective, settings, looks=job.looks, device=device)  # type: ignore[arg-type]  # compare runs the VQA task
    job.facts_path.unlink(missing_ok=True)  # older facts must not vouch for newer answers, should a kill come between
    write_answered(job.answers_path, answered)
    split = loaded.config.training.evaluation_split
    curve = [record for record in loaded.folder.metrics() if record["split"] == split]
    write_json(
        job.facts_path,
        {
            "identity": job.identity(),
            "folder": str(result.folder.relative_to(job.folder)),
            "seconds": result.seconds,
            "samples": result.samples,
            "parameters": sum(parameter.numel() for parameter in loaded.objective.parameters()),
            "curve": {
                "samples": [record["samples"] for record in curve],
                "seconds": [record["seconds"] for record in curve],
                "accuracy": [record[loaded.task.headline] for record in curve],
            },
        },
        indent=1,
    )


Progress = Callable[[Job], None]


def do_all(jobs: Sequence[Job], *, workers: int | None = None, progress: Progress) -> None:
    """Do those jobs of one comparison that are not done yet; as :func:`scanpath.experiments.crew.do_all`."""
    crew.do_all(jobs, do, log=jobs[0].folder / "workers.log", workers=workers, progress=progress)

"""The data of a table: which are missing, how they come, and making what can be made."""

from __future__ import annotations

from pathlib import Path

from scanpath.data.catalogue import describe
from scanpath.data.labelled_catalogue import describe_any, make_any
from scanpath.experiments.config import RunConfig
from scanpath.experiments.tables.loading import Table
from scanpath.experiments.tables.planning import TableRun
from scanpath.experiments.tables.resolving import places
from scanpath.experiments.tables.settings import ScaleName
from scanpath.progress import Say
from scanpath.tasks.vqa import VQATask


def data_root(method: str, table: Table, scale: ScaleName, runs: Path, root: Path | None) -> Path | None:
    """Return the folder of the data sets: a private world has one of its own in it, or with the runs."""
    if table.settings.scale(scale).private_data:
        return (root or runs / "data") / f"{method}.{table.name}.{scale}"
    return root


def missing_data(table: Table, scale: ScaleName, root: Path | None) -> list[str]:
    """Say which data sets of the catalogue are missing, and how they come.

    A task of another kind says so itself, when its data are first needed.
    """
    configs = [place.config.task for place in places(table.settings, scale, 1, root=None)]
    names = dict.fromkeys(task.data for task in configs if task.name == VQATask.name)
    return [known.missing for name in names if (known := describe(name, root)).missing]


def make_data(table: Table, scale: ScaleName, root: Path | None, say: Say) -> None:
    """Make the data that the table says can be made, where they are missing."""
    for name, options in table.settings.scale(scale).data.items():
        if describe_any(name, root).missing:
            say(f"making {name}")
        make_any(name, root, **options)


def open_data(jobs: list[TableRun], say: Say) -> None:
    """Open the data of runs once, before several processes want them: what is derived of them is written now."""
    opened: set[str] = set()
    for job in jobs:
        config = RunConfig.parse(job.config)
        task = config.create_task()
        task.say = say
        splits = (config.training.split, config.training.evaluation_split, *job.splits)
        for split in dict.fromkeys(splits):
            name = f"{config.task.name} {sorted(task.fingerprint().items())} {split}"
            if name not in opened:
                opened.add(name)
                task.batches(split, size=1)

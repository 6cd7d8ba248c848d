"""Finished runs of the twin stream: by what they carry and by seed, and what they see of a split."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from scanpath.errors import ConfigError
from scanpath.experiments.loading import LoadedRun, load_run
from scanpath.hosts import VQAModel
from scanpath.tasks.vqa import VQATask
from scanpath.tasks.vqa.batch import VQABatch
from scanpath.tasks.vqa.objective import VQAObjective
from scanpath_sla.twin_stream import TwinStream

LATENT, TRADITIONAL = "SLA", "traditional"
"""The two kinds that Figs. 5 and 6 compare."""


class Trained(NamedTuple):
    """One run, its best checkpoint, in eval mode."""

    name: str
    """The folder's."""
    seed: int
    task: VQATask
    objective: VQAObjective
    twin: TwinStream

    @property
    def model(self) -> VQAModel:
        """What answers."""
        return self.objective.model

    @property
    def layers(self) -> int:
        """T."""
        return len(self.twin.regions.scores)

    def batches(self, split: str, *, size: int, questions: int) -> Iterator[VQABatch]:
        """Read the first ``questions`` questions of a split, ``size`` or so at a time."""
        given = self.task.batches(split, size=size)
        given.sampler.set_epoch(0)
        seen = 0
        for numbers in given.sampler:
            if seen >= questions:
                return
            seen += len(numbers)
            yield given.collate(given.dataset.__getitems__(numbers))


def load(folder: Path) -> Trained:
    """Load a run.

    Raises:
        ConfigError: It holds no twin stream.
        RunError: There is no run, or it is not finished.
    """
    run: LoadedRun = load_run(folder)
    model = getattr(run.objective, "model", None)
    twin = getattr(model, "co_attention", None)
    if not isinstance(run.task, VQATask) or not isinstance(twin, TwinStream):
        raise ConfigError(f"{folder} holds no twin_stream: name runs of the tables figure4 and table2 of sla.")
    return Trained(folder.resolve().name, run.config.seed, run.task, run.objective, twin)


def load_both(folders: Sequence[Path]) -> Mapping[str, list[Trained]]:
    """Load runs of both kinds, each in the order of seeds.

    Raises:
        ConfigError: One kind is missing, depths differ, or seeds do.
    """
    found: dict[str, list[Trained]] = {TRADITIONAL: [], LATENT: []}
    for one in map(load, folders):
        found[LATENT if one.twin.regions.latent else TRADITIONAL].append(one)
    for runs in found.values():
        runs.sort(key=lambda one: one.seed)
    lacking = [kind for kind, runs in found.items() if not runs]
    if lacking:
        raise ConfigError(f"no run of the kind {lacking[0]} was given, expected both: name rows s3 and t3 of figure4.")
    depths = sorted({one.layers for runs in found.values() for one in runs})
    if len(depths) > 1:
        raise ConfigError(f"runs of {' and '.join(map(str, depths))} layers were given, expected the same number.")
    seeds = {kind: [one.seed for one in runs] for kind, runs in found.items()}
    if seeds[LATENT] != seeds[TRADITIONAL]:
        raise ConfigError(
            f"seeds {seeds[TRADITIONAL]} of traditional stacks and {seeds[LATENT]} of SLA were given, expected the "
            "same of both."
        )
    return found

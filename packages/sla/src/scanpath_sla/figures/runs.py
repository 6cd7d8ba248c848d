"""Finished runs of the twin stream: by what they carry and by seed, and what they see of a split."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from scanpath.errors import ConfigError
from scanpath.experiments.loading import LoadedRun, load_run
from scanpath.hosts import VQAModel
from scanpath.layers.options import named
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

    @property
    def learnt(self) -> dict[str, Any]:
        """Data, features and model, option by option, but for what the stack carries."""
        section = self.task.settings.plain()
        model = section.pop("model")
        _, twin = named(model.pop("co_attention"), "co_attention")
        del section["root"]
        return {**section, **model, **{key: value for key, value in twin.items() if key != "latent"}}

    def batches(self, split: str, *, size: int, questions: int) -> Iterator[VQABatch]:
        """Read the first ``questions`` questions of a split, ``size`` or so at a time."""
        given = self.task.batches(split, size=size)
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


def by_seed(given: Iterable[Trained]) -> list[Trained]:
    """Bring runs that differ in their seeds alone into the order of these.

    Raises:
        ConfigError: A seed is there twice, or something else differs.
    """
    runs = sorted(given, key=lambda one: one.seed)
    for before, after in itertools.pairwise(runs):
        if before.seed == after.seed:
            raise ConfigError(f"{before.name} and {after.name} have the same seed {after.seed}: name each seed once.")
        check_alike(before, after)
    return runs


def load_both(folders: Sequence[Path]) -> Mapping[str, list[Trained]]:
    """Load runs of both kinds, each in the order of seeds.

    Raises:
        ConfigError: One kind is missing, seeds differ or are there twice, or more than the kind and the seed differs.
    """
    kinds: dict[str, list[Trained]] = {TRADITIONAL: [], LATENT: []}
    for one in map(load, folders):
        kinds[LATENT if one.twin.regions.latent else TRADITIONAL].append(one)
    lacking = [kind for kind, runs in kinds.items() if not runs]
    if lacking:
        raise ConfigError(f"no run of the kind {lacking[0]} was given, expected both: name rows s3 and t3 of figure4.")
    found = {kind: by_seed(runs) for kind, runs in kinds.items()}
    check_alike(found[TRADITIONAL][0], found[LATENT][0])
    seeds = {kind: [one.seed for one in runs] for kind, runs in found.items()}
    if seeds[LATENT] != seeds[TRADITIONAL]:
        raise ConfigError(
            f"seeds {seeds[TRADITIONAL]} of traditional stacks and {seeds[LATENT]} of SLA were given, expected the "
            "same of both."
        )
    return found


def check_alike(one: Trained, other: Trained) -> None:
    """Check that two runs have learnt the same data with the same model, but for what a stack carries.

    Raises:
        ConfigError: The first option that differs.
    """
    mine, theirs = one.learnt, other.learnt
    for key in [*mine, *theirs]:
        if mine.get(key) != theirs.get(key):
            raise ConfigError(
                f"{one.name} has {key} {mine.get(key)!r} and {other.name} {theirs.get(key)!r}: name runs that are "
                "alike but for the stack and the seed."
            )

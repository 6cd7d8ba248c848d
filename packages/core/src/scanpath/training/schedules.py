"""Learning rates over time: pure functions of the step, so that a resumed run needs to remember nothing.

The one exception, a rate that drops when the headline measure stands still, remembers three numbers.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Annotated, Any, Literal, Self

from pydantic import Field, NonNegativeInt, model_validator

from scanpath.settings import Settings
from scanpath.training.fields import ByName, NonNegative, Positive, Share


class _Schedule(Settings):
    """What all schedules have: their unit and a linear warm-up, which multiplies what follows."""

    unit: Literal["steps", "epochs"] = "steps"
    """What every length of the schedule counts."""
    warmup: NonNegative = 0.0
    """Length of the linear rise to the full rate; step ``s`` of ``w`` runs at ``(s + 1) / w``."""

    def multiplier(self, step: int, *, total: int, per_epoch: int) -> float:
        """Return what the learning rate of one training step is multiplied by.

        Args:
            step: the training step, from 0.
            total: the steps of the run.
            per_epoch: the steps of an epoch.
        """
        scale = 1 if self.unit == "steps" else per_epoch
        rise = min(1.0, (step + 1) / (self.warmup * scale)) if self.warmup else 1.0
        return rise * self._decay(step / scale, total / scale)

    def _decay(self, place: float, total: float) -> float:  # noqa: ARG002 - the signature that all decays share
        return 1.0


class Constant(_Schedule):
    """The same rate all along."""

    name: Literal["constant"] = "constant"


class Halving(_Schedule):
    """Half the rate after every ``every``."""

    name: Literal["halving"]
    every: Positive

    def _decay(self, place: float, total: float) -> float:  # noqa: ARG002 - as above
        return 0.5 ** math.floor(place / self.every)


class Step(_Schedule):
    """``factor`` times the rate after every ``every``, or at each of the ``milestones``."""

    name: Literal["step"]
    factor: Positive = 0.1
    every: Positive | None = None
    milestones: Annotated[tuple[Positive, ...], Field(strict=False)] = ()

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.every is None) == (not self.milestones):
            raise ValueError("a step schedule takes either 'every' or 'milestones'")
        if any(later <= earlier for earlier, later in pairwise(self.milestones)):
            raise ValueError("the milestones must rise")
        return self

    def _decay(self, place: float, total: float) -> float:  # noqa: ARG002 - as above
        if self.every is not None:
            return float(self.factor ** math.floor(place / self.every))
        return float(self.factor ** sum(place >= milestone for milestone in self.milestones))


class Exponential(_Schedule):
    """A smooth decay, ``factor`` times the rate over every ``every``; a half-life with a factor of 0.5."""

    name: Literal["exponential"]
    factor: Positive = 0.5
    every: Positive

    def _decay(self, place: float, total: float) -> float:  # noqa: ARG002 - as above
        return float(self.factor ** (place / self.every))


def _progress(place: float, start: float, end: float) -> float:
    """Return how far ``place`` lies between ``start`` and ``end``, within [0, 1]."""
    return min(1.0, max(0.0, (place - start) / (end - start))) if end > start else 0.0


class Cosine(_Schedule):
    """Half a cosine wave from the end of the warm-up to ``final`` times the rate at the end of the run."""

    name: Literal["cosine"]
    final: Share = 0.0

    def _decay(self, place: float, total: float) -> float:
        wave = (1 + math.cos(math.pi * _progress(place, self.warmup, total))) / 2
        return self.final + (1 - self.final) * wave


class Linear(_Schedule):
    """Constant until ``start``, then straight down to ``final`` times the rate at the end of the run."""

    name: Literal["linear"]
    start: NonNegative = 0.0
    final: Share = 0.0

    def _decay(self, place: float, total: float) -> float:
        return 1 - (1 - self.final) * _progress(place, max(self.start, self.warmup), total)


class Plateau(_Schedule):
    """``factor`` times the rate whenever ``patience`` evaluations have passed without a better headline."""

    name: Literal["plateau"]
    factor: Positive = 0.5
    patience: NonNegativeInt = 1
    floor: Share = 0.0
    """The multiplier goes no lower than this."""


Schedule = Annotated[
    Annotated[
        Constant | Halving | Step | Exponential | Cosine | Linear | Plateau,
        Field(discriminator="name"),
    ],
    ByName,
]


class Rate:
    """A schedule at work on one run: what the learning rate is multiplied by, step by step.

    Args:
        schedule: the settings.
        total: the steps of the run.
        per_epoch: the steps of an epoch.
    """

    def __init__(self, schedule: Schedule, *, total: int, per_epoch: int) -> None:
        self.schedule = schedule
        self.total = total
        self.per_epoch = per_epoch
        self.drops = 0
        self.standing = 0

    def at(self, step: int) -> float:
        """Return the multiplier of training step ``step``, from 0."""
        multiplier = self.schedule.multiplier(step, total=self.total, per_epoch=self.per_epoch)
        if isinstance(self.schedule, Plateau):
            multiplier *= max(self.schedule.floor, self.schedule.factor**self.drops)
        return multiplier

    def observe(self, *, improved: bool) -> None:
        """Learn whether an evaluation brought the best headline so far."""
        if not isinstance(self.schedule, Plateau):
            return
        self.standing = 0 if improved else self.standing + 1
        if self.standing > self.schedule.patience:
            self.drops, self.standing = self.drops + 1, 0

    def state_dict(self) -> dict[str, Any]:
        """Return what it learned from evaluations."""
        return {"drops": self.drops, "standing": self.standing}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from what :meth:`state_dict` returned."""
        self.drops, self.standing = state["drops"], state["standing"]

"""Everything a recipe says about training, checked key by key before the first step."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Annotated, Literal, Self

from pydantic import Field, NonNegativeInt, PositiveInt, model_validator

from scanpath.errors import ConfigError, near
from scanpath.settings import Settings
from scanpath.training.fields import Positive
from scanpath.training.optimisation import Adam, Optimiser
from scanpath.training.schedules import Constant, Schedule


class TurnSettings(Settings):
    """What one turn does in its own way; what it leaves out is as in the rest of the recipe."""

    lr: Positive | None = None
    """The learning rate alone; everything else of the optimiser stays."""
    optimiser: Optimiser | None = None
    schedule: Schedule | None = None
    clip_norm: Positive | None = None
    clip_value: Positive | None = None


class TrainingSettings(Settings):
    """A recipe: how long, in which batches, by which optimiser, and when to look at the result.

    Exactly one of ``steps``, ``epochs`` and ``samples`` says how long.
    """

    steps: PositiveInt | None = None
    epochs: Positive | None = None
    samples: PositiveInt | None = None
    """Items seen, the budget that compared runs share: as many steps as whole batches need to hold them.

    Batches that are a few items short, as grouping by picture makes them, leave the run as much below the budget.
    """
    batch_size: PositiveInt = 64
    """Items of one optimiser step, over all processes and accumulated parts: a recipe means the same everywhere."""
    accumulate: PositiveInt = 1
    """Parts that a process cuts its share of the batch into, to need less memory."""
    optimiser: Optimiser = Adam()
    schedule: Schedule = Constant()
    clip_norm: Positive | None = None
    """The gradient's largest norm, over all parameters of a turn."""
    clip_value: Positive | None = None
    """Each element of the gradient is clamped to this magnitude."""
    turns: dict[str, TurnSettings] = Field(default_factory=dict)
    """Turns that differ from the rest, by name."""
    precision: Literal["fp32", "bf16", "fp16"] = "fp32"
    device: Literal["auto", "cpu"] = "auto"
    """``auto`` takes a CUDA GPU where there is one."""
    workers: NonNegativeInt = 0
    """Processes that load data ahead; the batches are the same for any number."""
    deterministic: bool = False
    """Allow only operations that give the same bits every time (slower; on CPU they do so anyway)."""
    split: str = "train"
    evaluation_split: str = "val"
    evaluation_batch_size: PositiveInt | None = None
    """Items of a batch in one process during evaluation; None takes ``batch_size``."""
    evaluate_every: Annotated[PositiveInt | Literal["epoch", "end"], Field(union_mode="left_to_right")] = "epoch"
    """Steps between evaluations; the last step is always followed by one."""
    save_every: PositiveInt | None = None
    """Steps between checkpoints, beside the one that follows each evaluation."""
    patience: PositiveInt | None = None
    """Stop after so many evaluations in a row without a better headline measure."""
    log_every: PositiveInt = 50

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        given = [name for name in ("steps", "epochs", "samples") if getattr(self, name) is not None]
        if len(given) != 1:
            found = " and ".join(given) or "none"
            raise ValueError(f"exactly one of 'steps', 'epochs' and 'samples' must say how long, given {found}")
        if self.batch_size % self.accumulate:
            raise ValueError(f"a batch_size of {self.batch_size} cannot be cut into {self.accumulate} equal parts")
        return self

    def part_size(self, processes: int) -> int:
        """Return the items of one forward pass in each of ``processes``."""
        if self.batch_size % (self.accumulate * processes):
            raise ConfigError(
                f"a batch_size of {self.batch_size} cannot be shared equally by {processes} processes with "
                f"accumulate = {self.accumulate}: choose a multiple of {self.accumulate * processes}."
            )
        return self.batch_size // (self.accumulate * processes)

    def total_steps(self, batches_per_epoch: int) -> int:
        """Return the steps of the run, given how many batches an epoch has in each process."""
        if self.steps is not None:
            return self.steps
        if self.samples is not None:
            return math.ceil(self.samples / self.batch_size)
        assert self.epochs is not None  # noqa: S101 - the validator saw to it
        return math.ceil(self.epochs * batches_per_epoch / self.accumulate)

    def steps_per_epoch(self, batches_per_epoch: int) -> int:
        """Return the steps that an epoch is counted as, at least one."""
        return max(1, batches_per_epoch // self.accumulate)

    def for_turn(self, name: str) -> TurnSettings:
        """Return the settings of one turn, nothing left open but the clipping, which None turns off."""
        own = self.turns.get(name, TurnSettings())
        optimiser = own.optimiser or self.optimiser
        if own.lr is not None:
            optimiser = optimiser.model_copy(update={"lr": own.lr})
        return TurnSettings(
            lr=optimiser.lr,
            optimiser=optimiser,
            schedule=own.schedule or self.schedule,
            clip_norm=own.clip_norm or self.clip_norm,
            clip_value=own.clip_value or self.clip_value,
        )

    def check_turns(self, names: Iterable[str]) -> None:
        """Refuse settings for turns that the objective does not have."""
        known = sorted(names)
        for name in self.turns:
            if name not in known:
                hint = near(name, known) or f"; it has {', '.join(map(repr, known))}."
                raise ConfigError(f"the settings speak of a turn {name!r}, which the objective lacks{hint}")

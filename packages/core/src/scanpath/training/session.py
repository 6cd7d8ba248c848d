"""Everything that changes while a run goes on, and that a checkpoint therefore holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from torch import nn

from scanpath.errors import ConfigError, RunError
from scanpath.training import checkpoints, randomness
from scanpath.training.engine import Engine
from scanpath.training.loader import Stream
from scanpath.training.recorder import Recorder
from scanpath.training.schedules import Rate
from scanpath.training.settings import TrainingSettings
from scanpath.training.turns import Turn, Turns, parameters_by_turn
from scanpath.types import Task


@dataclass
class Best:
    """The best evaluation so far."""

    step: int = 0
    headline: float | None = None
    measures: dict[str, float] = field(default_factory=dict)
    standing: int = 0
    """Evaluations in a row that were no better."""

    def judge(self, measures: Mapping[str, float], step: int, *, headline: str, higher_is_better: bool) -> bool:
        """Take an evaluation into account; tell whether it is the best."""
        if headline not in measures:
            known = ", ".join(map(repr, measures)) or "none"
            raise ConfigError(f"the task's headline {headline!r} is not among its measures ({known}).")
        value = measures[headline]
        old = self.headline
        better = value == value and (old is None or (value > old if higher_is_better else value < old))
        if better:
            self.step, self.headline, self.measures, self.standing = step, value, dict(measures), 0
        else:
            self.standing += 1
        return better


class Session:
    """The moving parts of one run in one process.

    Attributes:
        objective: the task's, with its weights.
        model: the same, wrapped for precision and processes.
        step: steps done.
        total: steps of the whole run.
        finished: why the run has ended; None before.
        seconds: spent in training steps, over all sessions of the run.
        evaluation_seconds: spent in evaluations, likewise.
    """

    def __init__(self, task: Task, settings: TrainingSettings, engine: Engine, seed: int) -> None:
        self.settings = settings
        self.engine = engine
        self.seed = seed
        randomness.seed_everything(seed)
        self.objective: Any = task.objective()
        if not isinstance(self.objective, nn.Module):
            raise ConfigError(f"the objective of {task.name!r} is a {type(self.objective).__name__}, not an nn.Module.")
        self.stream = self._open_stream(task)
        self.total = settings.total_steps(self.stream.batches_per_epoch)
        self.per_epoch = settings.steps_per_epoch(self.stream.batches_per_epoch)
        self.names = {parameter: name for name, parameter in self.objective.named_parameters()}
        by_turn = parameters_by_turn(self.objective, self.names)
        settings.check_turns(by_turn)
        self.model = engine.prepare(self.objective)
        self.turns = Turns({name: self._turn(name, by_turn) for name in by_turn})
        self.recorder = Recorder(engine)
        self.best = Best()
        self.step = 0
        self.finished: str | None = None
        self.seconds = self.evaluation_seconds = 0.0
        if engine.rank:  # processes share their first weights, not their dropout
            randomness.seed_everything(randomness.mix(seed, engine.rank))

    def _open_stream(self, task: Task) -> Stream:
        engine, settings = self.engine, self.settings
        size = settings.part_size(engine.world)
        batches = task.batches(settings.split, size=size, seed=self.seed, rank=engine.rank, world=engine.world)
        return Stream(
            batches,
            seed=randomness.mix(self.seed, engine.rank),
            workers=settings.workers,
            pin=engine.device.type == "cuda",
        )

    def _turn(self, name: str, by_turn: Mapping[str, list[nn.Parameter]]) -> Turn:
        settings = self.settings.for_turn(name)
        rate = Rate(settings.schedule or self.settings.schedule, total=self.total, per_epoch=self.per_epoch)
        prefix = f"{name}/" if len(by_turn) > 1 else ""
        return Turn(name, by_turn[name], settings, rate, self.engine, prefix=prefix)

    def train_step(self) -> None:
        """Train on the next batch: every turn of the step once."""
        loaded = [next(self.stream) for _ in range(self.settings.accumulate)]
        batches = [self.engine.place(part.batch) for part in loaded]
        values = {}
        for name in self.objective.turns(self.step):
            values.update(self.turns.train(name, self.model, batches, self.step))
        self.step += 1
        self.recorder.add(self.step, values, sum(part.items for part in loaded))

    def save(self, folder: Path) -> None:
        """Write a checkpoint from which the run goes on bit for bit; every process must come here."""
        state = {
            "step": self.step,
            "total": self.total,
            "finished": self.finished,
            "seed": self.seed,
            "processes": self.engine.world,
            "seconds": self.seconds,
            "evaluation_seconds": self.evaluation_seconds,
            "waited": self.stream.waited,
            "best": asdict(self.best),
            "stream": self.stream.state_dict(),
            "recorder": self.recorder.state_dict(),
            "turns": {name: turn.state_dict(self.names) for name, turn in self.turns.items()},
            "scaler": self.engine.scaler.state_dict() if self.engine.scaler else None,
            "random": self.engine.gather(randomness.capture(self.engine.device)),
        }
        if self.engine.is_main:
            checkpoints.save(folder, self.objective.state_dict(), state)
        self.engine.wait()

    def save_weights(self, folder: Path) -> None:
        """Write a checkpoint of the weights and of how good they are."""
        if self.engine.is_main:
            checkpoints.save(folder, self.objective.state_dict(), {"step": self.step, "measures": self.best.measures})

    def load(self, folder: Path) -> None:
        """Go on from a checkpoint.

        Raises:
            RunError: if it is damaged, or of another model, optimiser or number of processes.
        """
        weights, state = checkpoints.load(folder)
        if state["processes"] != self.engine.world:
            raise RunError(
                f"{folder} was written by {state['processes']} processes, this run has {self.engine.world}: "
                "resume it with as many as before."
            )
        checkpoints.put_weights(self.objective, weights, folder)
        for name, turn in self.turns.items():
            if name not in state["turns"]:
                raise RunError(f"{folder} knows no turn {name!r}: it is another objective's checkpoint.")
            turn.load_state_dict(state["turns"][name], self.names)
        self.step, self.finished = state["step"], state["finished"]
        self.seconds, self.evaluation_seconds = state["seconds"], state["evaluation_seconds"]
        self.best = Best(**state["best"])
        self.stream.load_state_dict(state["stream"])
        self.stream.waited = state["waited"]
        self.recorder.load_state_dict(state["recorder"])
        if self.engine.scaler and state["scaler"]:
            self.engine.scaler.load_state_dict(state["scaler"])
        randomness.restore(state["random"][self.engine.rank], self.engine.device)  # last: all above may draw

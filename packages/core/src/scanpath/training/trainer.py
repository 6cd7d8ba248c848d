"""The trainer: from a task and a recipe to a run folder, through any number of interruptions."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from scanpath.environment import hardware
from scanpath.errors import ConfigError
from scanpath.training.checkpoints import read_state
from scanpath.training.engine import Engine, determinism, quiet_about_unused_parameters
from scanpath.training.interruption import Interruption
from scanpath.training.journal import Journal
from scanpath.training.loop import Loop
from scanpath.training.randomness import Seeded
from scanpath.training.run_folder import RunFolder
from scanpath.training.session import Session
from scanpath.training.settings import TrainingSettings
from scanpath.types import Task


@dataclass(frozen=True)
class FitResult:
    """What came of a run."""

    steps: int
    samples: int
    best: int
    """The step of the best checkpoint."""
    measures: dict[str, float]
    """The measures of the best checkpoint."""
    seconds: float
    """Time in training steps, data included, over all sessions."""
    evaluation_seconds: float
    waiting: float
    """Share of ``seconds`` spent in waiting for data."""
    reason: str
    """Why it ended: ``"budget"`` or ``"patience"``."""


class Trainer:
    """Trains a task in a folder, from the beginning or from where the folder's run stands.

    Args:
        task: data, objective and measures.
        settings: the recipe.
        folder: a run's folder, created or opened.
        seed: of weights, order of batches, and everything else that is drawn.
        config: if given, must be the folder's own configuration.
        begin: changes the objective's first weights; a run that goes on is left as it is.

    Raises:
        ConfigError: if the folder's run has another configuration.
    """

    def __init__(
        self,
        task: Task,
        settings: TrainingSettings,
        folder: RunFolder,
        *,
        seed: int = 0,
        config: Mapping[str, Any] | None = None,
        begin: Callable[[Any], None] | None = None,
    ) -> None:
        self.task = task
        self.settings = settings
        self.folder = folder
        self.seed = seed
        self.begin = begin
        if config is not None:
            _compare(dict(config), folder)

    def fit(self) -> FitResult:
        """Train to the end; a run that has ended is only read.

        Raises:
            Interrupted: after Ctrl-C or SIGTERM, when the run has been saved.
            RunError: if the loss is not finite, memory runs out, or the folder's checkpoint cannot be used.
        """
        if self.folder.finished:
            return _result(read_state(self.folder.checkpoint("last")))
        with contextlib.ExitStack() as stack:
            interruption = stack.enter_context(Interruption())
            stack.enter_context(determinism(wanted=self.settings.deterministic))
            engine = Engine(self.settings)
            if engine.world > 1:
                stack.enter_context(quiet_about_unused_parameters())
            if engine.is_main:
                self.folder.lock()
                stack.callback(self.folder.unlock)
            engine.wait()
            session = Session(self.task, self.settings, engine, self.seed)
            stack.callback(session.stream.close)
            self._resume(session)
            with Seeded(self.seed):  # what it imports may draw random numbers, and only in its first run
                journal = Journal(self.folder, step=session.step, total=session.total, main=engine.is_main)
            stack.enter_context(journal)
            Loop(self.task, session, self.folder, journal, interruption).run()
        return _result(read_state(self.folder.checkpoint("last")))

    def _resume(self, session: Session) -> None:
        if self.folder.has_checkpoint("last"):
            session.load(self.folder.checkpoint("last"))
        elif self.begin is not None:
            self.begin(session.objective)
        if session.engine.is_main:
            self.folder.keep_metrics_until(session.step)
            verb = f"goes on from step {session.step}" if session.step else "begins"
            self.folder.log(f"{self.task.name} {verb}; {session.total} steps on {session.engine.device}")
            now, then = hardware(), self.folder.environment
            for name in now:
                if session.step and now[name] != then.get(name):
                    self.folder.log(f"{name} was {then.get(name)} when the run began, and is {now[name]}")
        session.engine.wait()


def _compare(config: dict[str, Any], folder: RunFolder) -> None:
    own = folder.config
    for key in [*own, *config]:
        if own.get(key) != config.get(key):
            raise ConfigError(
                f"{folder.path} holds a run whose {key!r} is {own.get(key)!r}, asked for is {config.get(key)!r}: "
                "resume it as it was, or name another folder."
            )


def _result(state: Mapping[str, Any]) -> FitResult:
    best = state["best"]
    return FitResult(
        steps=state["step"],
        samples=state["recorder"]["samples"],
        best=best["step"],
        measures=best["measures"],
        seconds=state["seconds"],
        evaluation_seconds=state["evaluation_seconds"],
        waiting=state["waited"] / state["seconds"] if state["seconds"] else math.nan,
        reason=state["finished"],
    )

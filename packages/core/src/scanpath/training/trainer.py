"""The trainer: from a task and a recipe to a run folder, through any number of interruptions."""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scanpath.environment import hardware
from scanpath.errors import ConfigError, Interrupted
from scanpath.training.checkpoints import read_state
from scanpath.training.engine import Engine, determinism, quiet_about_unused_parameters
from scanpath.training.evaluation import evaluate
from scanpath.training.failures import explain
from scanpath.training.interruption import Interruption
from scanpath.training.journal import Journal
from scanpath.training.randomness import Seeded
from scanpath.training.run_folder import RunFolder
from scanpath.training.session import Session
from scanpath.training.settings import TrainingSettings
from scanpath.types import Task

STARVED = 0.2
"""A run that waits for data longer than this share of its time is told so, once,"""
PATIENT_SECONDS = 10.0
"""after this many seconds of training: the first batches are always slow."""


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
    ) -> None:
        self.task = task
        self.settings = settings
        self.folder = folder
        self.seed = seed
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
            _Loop(self, session, journal, interruption).run()
        return _result(read_state(self.folder.checkpoint("last")))

    def _resume(self, session: Session) -> None:
        if self.folder.has_checkpoint("last"):
            session.load(self.folder.checkpoint("last"))
        if session.engine.is_main:
            self.folder.keep_metrics_until(session.step)
            verb = f"goes on from step {session.step}" if session.step else "begins"
            self.folder.log(f"{self.task.name} {verb}; {session.total} steps on {session.engine.device}")
            now, then = hardware(), self.folder.environment
            for name in now:
                if session.step and now[name] != then.get(name):
                    self.folder.log(f"{name} was {then.get(name)} when the run began, and is {now[name]}")
        session.engine.wait()


class _Loop:
    """One session's loop: steps, and what is due between them."""

    def __init__(self, trainer: Trainer, session: Session, journal: Journal, interruption: Interruption) -> None:
        self.task, self.settings, self.folder = trainer.task, trainer.settings, trainer.folder
        self.session, self.journal, self.interruption = session, journal, interruption
        self.saved = session.step
        self.mark = time.perf_counter()
        self.window_began = session.seconds, session.stream.waited
        self.starved = False

    def run(self) -> None:
        """Train until the budget or the patience ends."""
        session = self.session
        alone = session.engine.world == 1
        every = self.settings.log_every
        while session.finished is None:
            try:
                session.train_step()
            except (RuntimeError, MemoryError) as error:
                known = explain(error, self.settings, step=session.step, saved=self.saved)
                if known is None:
                    raise
                raise known from error
            step = session.step
            due = self._due(step)
            stop = False
            if due or step % every == 0 or (alone and self.interruption.signal):
                stop = session.recorder.collect(stop=bool(self.interruption.signal))
            now = time.perf_counter()
            if step % every == 0 or step == session.total:
                self._record(now)
            self.journal.show(step, now)
            if due == "evaluate":
                self._evaluate()
            if due or stop:
                self._save()
            if stop:
                self._leave()
        if self.interruption.signal:  # it came while the run was ending
            self._leave()

    def _due(self, step: int) -> str | None:
        """Say what follows this step: ``"evaluate"`` (and save), ``"save"`` or None."""
        session, settings = self.session, self.settings
        every = settings.evaluate_every
        if step == session.total or (isinstance(every, int) and step % every == 0):
            return "evaluate"
        if every == "epoch" and step % session.per_epoch == 0:
            return "evaluate"
        return "save" if settings.save_every and step % settings.save_every == 0 else None

    def _clock(self, now: float) -> None:
        """Count the time since the last mark as training."""
        self.session.seconds += now - self.mark
        self.mark = now

    def _record(self, now: float) -> None:
        self._clock(now)
        session = self.session
        rates = {f"learning_rate/{name}": turn.learning_rate for name, turn in session.turns.items()}
        if len(rates) == 1:
            rates = {"learning_rate": next(iter(rates.values()))}
        seconds, waited = session.seconds - self.window_began[0], session.stream.waited - self.window_began[1]
        self.window_began = session.seconds, session.stream.waited
        waiting = waited / seconds if seconds > 0 else 0.0
        self.journal.write(
            "train",
            session.step,
            {**session.recorder.means(), **rates},
            epoch=session.stream.epoch,
            samples=session.recorder.samples,
            seconds=round(session.seconds, 3),
            waiting=round(waiting, 4),
        )
        if waiting > STARVED and session.seconds > PATIENT_SECONDS and not self.starved:
            self.starved = True
            self.journal.say(
                f"the loop waits for data {waiting:.0%} of its time (workers: {self.settings.workers}): "
                "more workers or a faster store would help",
                aloud=True,
            )

    def _evaluate(self) -> None:
        self._clock(time.perf_counter())
        session, settings = self.session, self.settings
        evaluation = evaluate(
            self.task,
            session.objective,
            settings.evaluation_split,
            size=settings.evaluation_batch_size or settings.batch_size,
            accelerator=session.engine.accelerator,
            workers=settings.workers,
        )
        better = session.best.judge(
            evaluation.measures,
            session.step,
            headline=self.task.headline,
            higher_is_better=self.task.higher_is_better,
        )
        for turn in session.turns.values():
            turn.rate.observe(improved=better)
        session.evaluation_seconds += time.perf_counter() - self.mark
        self.mark = time.perf_counter()
        self.journal.write(
            settings.evaluation_split,
            session.step,
            evaluation.measures,
            epoch=session.stream.epoch,
            samples=session.recorder.samples,
            seconds=round(session.seconds, 3),
        )
        headline = evaluation.measures[self.task.headline]
        self.journal.say(f"step {session.step}: {self.task.headline} {headline:.6g}{' (best)' if better else ''}")
        if session.step >= session.total:
            session.finished = "budget"
        elif settings.patience is not None and session.best.standing >= settings.patience:
            session.finished = "patience"
        if better:
            session.save_weights(self.folder.checkpoint_target("best"))

    def _save(self) -> None:
        self._clock(time.perf_counter())
        self.session.save(self.folder.checkpoint_target("last"))
        self.saved = self.session.step
        self.mark = time.perf_counter()
        if self.session.finished is not None:
            self.journal.say(f"ended at step {self.session.step} by its {self.session.finished}")

    def _leave(self) -> None:
        session = self.session
        sentence = f"stopped by {self.interruption.name} after step {session.step} of {session.total}"
        self.journal.say(sentence)
        raise Interrupted(
            f"{sentence}; saved in {self.folder.path}: the same command goes on from there.",
            signal=self.interruption.signal or 15,
        )


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

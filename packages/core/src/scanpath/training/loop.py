"""The loop of a run: steps, and what is due between them."""

from __future__ import annotations

import time

from scanpath.errors import Interrupted
from scanpath.training.evaluation import evaluate
from scanpath.training.failures import explain
from scanpath.training.interruption import Interruption
from scanpath.training.journal import Journal
from scanpath.training.run_folder import RunFolder
from scanpath.training.session import Session
from scanpath.types import Task

STARVED = 0.2
"""A run that waits for data longer than this share of its time is told so, once,"""
PATIENT_SECONDS = 10.0
"""after this many seconds of training: the first batches are always slow."""


class Loop:
    """One session's loop.

    Args:
        task: for evaluations.
        session: what is trained, possibly resumed.
        folder: where checkpoints go.
        journal: is told how it goes.
        interruption: says when to stop.
    """

    def __init__(
        self, task: Task, session: Session, folder: RunFolder, journal: Journal, interruption: Interruption
    ) -> None:
        self.task, self.settings, self.folder = task, session.settings, folder
        self.session, self.journal, self.interruption = session, journal, interruption
        self.saved = session.step
        self.mark = time.perf_counter()
        self.window_began = session.seconds, session.stream.waited
        self.starved = False

    def run(self) -> None:
        """Train until the budget or the patience ends; put known failures in a sentence."""
        try:
            while self.session.finished is None:
                self._advance()
        except (RuntimeError, MemoryError) as error:
            known = explain(error, self.settings, step=self.session.step, saved=self.saved)
            if known is None:
                raise
            raise known from error
        if self.interruption.signal:  # it came while the run was ending
            self._leave()

    def _advance(self) -> None:
        """Take one step and do what is due after it."""
        session, interruption = self.session, self.interruption
        session.train_step()
        step = session.step
        due, logging = self._due(step), step % self.settings.log_every == 0 or step == session.total
        stop = False
        # Several processes agree on stopping where they meet anyway.
        if due or logging or (interruption.signal and session.engine.world == 1):
            stop = session.recorder.collect(stop=bool(interruption.signal))
        now = time.perf_counter()
        if logging:
            self._record(now)
        self.journal.show(step, now)
        if due == "evaluate":
            self._evaluate()
        if due or stop:
            self._save()
        if stop:
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

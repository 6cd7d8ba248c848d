"""The work of a comparison: one job trains and analyses one row under one seed; several run at once.

Small models gain little from a second thread, so on a machine without a GPU each core takes a job of its own, in a
process with one thread. A finished job leaves two files; it is not done again while they fit what is asked for.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scanpath.compare.analysis import analyse
from scanpath.compare.answered import write_answered
from scanpath.compare.settings import AnalysisSettings
from scanpath.environment import accelerator
from scanpath.errors import DataError, Interrupted, RunError, ScanpathError
from scanpath.experiments.running import RunConfig, load_run, run
from scanpath.files import read_json, write_json

FORM = 2
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
    device = "cuda" if accelerator() and loaded.config.training.device == "auto" and _cuda() else "cpu"
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


def _cuda() -> bool:
    import torch

    return torch.cuda.is_available()


def workers_for(jobs: Sequence[Job], wanted: int | None) -> int:
    """Choose how many jobs run at once: as many as cores, or one where a GPU does the work."""
    if wanted is None:
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        wanted = 1 if _cuda() else cores
    return max(1, min(wanted, len(jobs)))


Progress = Callable[[Job], None]


def do_all(jobs: Sequence[Job], *, workers: int | None = None, progress: Progress) -> None:
    """Do the jobs, several at once.

    Args:
        jobs: those that are not done yet.
        workers: processes; None chooses.
        progress: told each job that has ended.

    Raises:
        RunError: a job that failed, named; the others stop, and go on at the next call.
        Interrupted: by Ctrl-C or SIGTERM, after every job in hand was saved.
    """
    count = workers_for(jobs, workers)
    if count == 1:
        for job in jobs:
            do(job)
            progress(job)
        return
    _Crew(count, jobs[0].folder).work(jobs, progress)


class _Crew:
    """Worker processes that take jobs from one queue."""

    def __init__(self, count: int, folder: Path) -> None:
        context = multiprocessing.get_context("spawn")
        self._todo: Any = context.Queue()
        self._done: Any = context.Queue()
        self._processes = [
            context.Process(target=_work, args=(self._todo, self._done, folder / "workers.log"), daemon=False)
            for _ in range(count)
        ]

    def work(self, jobs: Sequence[Job], progress: Progress) -> None:
        threads = os.environ.get("OMP_NUM_THREADS")
        before = signal.signal(signal.SIGTERM, _leave)
        os.environ["OMP_NUM_THREADS"] = "1"  # read by a process when it starts
        try:
            for process in self._processes:
                process.start()
            for job in jobs:
                self._todo.put(job)
            for _ in self._processes:
                self._todo.put(None)
            for _ in jobs:
                self._take(progress)
        except BaseException as error:
            self._stop()
            if isinstance(error, KeyboardInterrupt):
                raise Interrupted("stopped; every run was saved: the same command goes on.", signal=2) from None
            raise
        finally:
            signal.signal(signal.SIGTERM, before)
            os.environ.pop("OMP_NUM_THREADS")
            if threads is not None:
                os.environ["OMP_NUM_THREADS"] = threads
        for process in self._processes:
            process.join()

    def _take(self, progress: Progress) -> None:
        from queue import Empty

        while True:
            try:
                job, error, interrupted = self._done.get(timeout=1)
                break
            except Empty:
                if any(process.exitcode not in (None, 0) for process in self._processes):
                    raise RunError(
                        "a worker process ended without a word; was it killed for want of memory? The same command "
                        "goes on; --workers 1 needs least memory."
                    ) from None
        if interrupted:
            raise Interrupted(error, signal=interrupted)
        if error:
            raise RunError(f"the row {job.row!r} under seed {job.seed} failed: {error}")
        progress(job)

    def _stop(self) -> None:
        for process in self._processes:
            if process.is_alive():
                process.terminate()  # the trainer saves its run on SIGTERM
        for process in self._processes:
            process.join(timeout=60)
        self._todo.cancel_join_thread()
        self._done.cancel_join_thread()


def _leave(number: int, frame: Any) -> None:  # noqa: ARG001 - the form of a handler
    raise KeyboardInterrupt


def _leave_with_parent() -> None:
    """Save and leave when the first process is gone, killed maybe, so that its successor finds the runs free."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)


def _work(todo: Any, done: Any, log: Path) -> None:
    """Live in a process of its own: one thread, its own log, until there is nothing left to do."""
    import torch

    torch.set_num_threads(1)
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    sys.stderr = log.open("a", encoding="utf-8", buffering=1)  # bars of several workers cannot share a terminal
    for job in iter(todo.get, None):
        try:
            do(job)
        except ScanpathError as error:
            done.put((job, str(error), error.signal if isinstance(error, Interrupted) else 0))
            return
        except KeyboardInterrupt:  # between two runs; the first process may not have got the signal itself
            done.put((job, "stopped; every run was saved: the same command goes on.", int(signal.SIGINT)))
            return
        except Exception as error:  # noqa: BLE001 - the first process tells it, and the log holds the traceback
            import traceback

            traceback.print_exc()
            done.put((job, f"{type(error).__name__}: {error} (the traceback is in {log})", 0))
            return
        done.put((job, "", 0))

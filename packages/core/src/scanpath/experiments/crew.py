"""Several runs at once: worker processes get one job after the other, and save what is in hand when told to stop.

Small models gain little from a second thread, so on a machine without a GPU each core takes a job of its own, in a
process with one thread.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any, Protocol, TypeVar

from scanpath.errors import Interrupted, RunError, ScanpathError


class Job(Protocol):
    """Something to do that another process can be told of: plain values."""

    @property
    def title(self) -> str:
        """What an error calls it, such as ``the row 'dot' under seed 3``."""
        ...


AnyJob = TypeVar("AnyJob", bound=Job)

Told = tuple[str, int]
"""How a job ended: an error's sentence, if there was one, and the signal, if one stopped it."""
DONE: Told = ("", 0)
STOPPED = "stopped; every run was saved: the same command goes on."


def has_cuda() -> bool:
    """Tell whether a GPU does the work."""
    import torch

    return torch.cuda.is_available()


def workers_for(jobs: int, wanted: int | None) -> int:
    """Choose how many of ``jobs`` run at once: as many as cores, or one where a GPU does the work."""
    if wanted is None:
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        wanted = 1 if has_cuda() else cores
    return max(1, min(wanted, jobs))


def do_all(
    jobs: Sequence[AnyJob],
    do: Callable[[AnyJob], None],
    *,
    log: Path,
    workers: int | None = None,
    progress: Callable[[AnyJob], None],
) -> None:
    """Do the jobs, several at once.

    Args:
        jobs: those that are not done yet.
        do: does one; a function of a module, so that other processes find it.
        log: the file that worker processes write their bars and tracebacks to.
        workers: processes; None chooses.
        progress: told each job that has ended.

    Raises:
        RunError: a job that failed, named; the others stop, and go on at the next call.
        Interrupted: by Ctrl-C or SIGTERM, after every job in hand was saved.
    """
    count = workers_for(len(jobs), workers)
    if count == 1:
        for job in jobs:
            do(job)
            progress(job)
        return
    log.parent.mkdir(parents=True, exist_ok=True)
    _Crew(count, do, log).work(jobs, progress)


class _Crew:
    """Worker processes, each with a pipe of its own: a lock that they shared would be lost with one that is ended."""

    def __init__(self, count: int, do: Callable[[Any], None], log: Path) -> None:
        context = multiprocessing.get_context("spawn")
        pipes = [context.Pipe() for _ in range(count)]
        self._ends = [far for _, far in pipes]
        self._workers: dict[Connection, Any] = {
            near: context.Process(target=_work, args=(far, do, log), daemon=False) for near, far in pipes
        }

    def work(self, jobs: Sequence[Any], progress: Callable[[Any], None]) -> None:
        threads = os.environ.get("OMP_NUM_THREADS")
        before = signal.signal(signal.SIGTERM, leave)
        os.environ["OMP_NUM_THREADS"] = "1"  # torch reads it in each of them, once its job imports it
        try:
            for process in self._workers.values():
                process.start()
            for end in self._ends:
                end.close()  # the workers' own are left, so a pipe ends with its worker
            self._hand_out(iter(jobs), progress)
        except BaseException as error:
            self._stop()
            if isinstance(error, KeyboardInterrupt):
                raise Interrupted(STOPPED, signal=2) from None
            raise
        finally:
            signal.signal(signal.SIGTERM, before)
            os.environ.pop("OMP_NUM_THREADS")
            if threads is not None:
                os.environ["OMP_NUM_THREADS"] = threads
        for process in self._workers.values():
            process.join()

    def _hand_out(self, jobs: Iterator[Any], progress: Callable[[Any], None]) -> None:
        busy = {pipe: self._send(pipe, next(jobs, None)) for pipe in self._workers}
        while any(job is not None for job in busy.values()):
            for pipe in wait([pipe for pipe, job in busy.items() if job is not None]):
                assert isinstance(pipe, Connection)  # noqa: S101 - nothing else was waited for
                job = busy[pipe]
                self._take(pipe, job)
                progress(job)
                busy[pipe] = self._send(pipe, next(jobs, None))

    @staticmethod
    def _send(pipe: Connection, job: Any) -> Any:
        """Give a worker its next job; None lets it go."""
        with contextlib.suppress(BrokenPipeError):  # it has ended: the next word from it tells
            pipe.send(job)
        return job

    @staticmethod
    def _take(pipe: Connection, job: Any) -> None:
        """Hear how a job has ended."""
        try:
            told = pipe.recv()
        except (EOFError, ConnectionResetError):
            raise RunError(
                "a worker process ended without a word; was it killed for want of memory? The same command goes on; "
                "--workers 1 needs least memory."
            ) from None
        heed(job, told)

    def _stop(self) -> None:
        started = [process for process in self._workers.values() if process.pid is not None]
        for process in started:
            process.terminate()  # the trainer saves its run on SIGTERM
        for process in started:
            process.join(timeout=60)
            process.kill()


def attempt(do: Callable[[Any], None], job: Any, log: Path) -> Told:
    """Do a job in a process of its own, and say how it ended in plain values; ``log`` gets the traceback."""
    try:
        do(job)
    except ScanpathError as error:
        return str(error), error.signal if isinstance(error, Interrupted) else 0
    except KeyboardInterrupt:  # between two runs; the first process may not have got the signal itself
        return STOPPED, int(signal.SIGINT)
    except Exception as error:  # noqa: BLE001 - the first process tells it, and the log holds the traceback
        import traceback

        with log.open("a", encoding="utf-8") as stream:
            traceback.print_exc(file=stream)
        return f"{type(error).__name__}: {error} (the traceback is in {log})", 0
    return DONE


def heed(job: Job, told: Told) -> None:
    """Raise what another process said of a job that it could not end."""
    error, interrupted = told
    if interrupted:
        raise Interrupted(error, signal=interrupted)
    if error:
        raise RunError(f"{job.title} failed: {error}")


def leave(number: int, frame: Any) -> None:  # noqa: ARG001 - the form of a handler
    """Take SIGTERM as a Ctrl-C."""
    raise KeyboardInterrupt


def _leave_with_parent() -> None:
    """Save and leave when the first process is gone, killed maybe, so that its successor finds the runs free."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)


def _work(pipe: Connection, do: Callable[[Any], None], log: Path) -> None:
    """Live in a process of its own, with its own log, until there is nothing left to do."""
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    sys.stderr = log.open("a", encoding="utf-8", buffering=1)  # bars of several workers cannot share a terminal
    for job in iter(pipe.recv, None):
        told = attempt(do, job, log)
        pipe.send(told)
        if told != DONE:
            return

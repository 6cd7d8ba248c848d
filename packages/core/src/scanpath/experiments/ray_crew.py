"""The crew on a Ray cluster: jobs are spread over its nodes, and one whose process or node dies is tried again.

A job travels as plain values, and what it makes lies in a folder that all nodes see: a run goes on from its last
checkpoint wherever it is tried next.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import signal
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from scanpath.errors import BusyError, ConfigError, Interrupted, RunError, missing_extra
from scanpath.experiments.crew import STOPPED, AnyJob, Told, attempt, heed, leave
from scanpath.files import data_home

ATTEMPTS = 4
"""Processes that may die over one job."""
PATIENCE = 60
"""Seconds in which the jobs in hand save what they have, or in which a process that is given up leaves its run."""


def check_ray() -> None:
    """Refuse at once what would fail later.

    Raises:
        MissingExtraError: Ray is not installed.
    """
    _ray()


def do_all(
    jobs: Sequence[AnyJob],
    do: Callable[[AnyJob], None],
    *,
    log: Path,
    workers: int | None = None,
    progress: Callable[[AnyJob], None],
    address: str | None = None,
    gpus: float | None = None,
) -> None:
    """Do the jobs as :func:`scanpath.experiments.crew.do_all`, on the nodes of a Ray cluster.

    Args:
        jobs: those that are not done yet; their paths are absolute, and the same on every node.
        do: does one; a function of a module that is installed on every node.
        log: the file that worker processes write their bars and tracebacks to.
        workers: jobs at once; None has no bound but the cluster's.
        progress: told each job that has ended.
        address: of a running cluster; None takes ``$RAY_ADDRESS``, else starts one on this machine for the time.
        gpus: of one job, at most 1; None gives each a whole one where a node has any.

    Raises:
        ConfigError: a cluster that cannot be reached, or has no such share of a GPU.
        RunError: a job that failed or whose process died too often, named; the others stop, and go on at the next call.
        Interrupted: by Ctrl-C or SIGTERM, after every job in hand was saved.
    """
    ray = _ray()
    log.parent.mkdir(parents=True, exist_ok=True)
    with _connected(ray, address, workers):
        remote = ray.remote(_attempt).options(num_cpus=1, num_gpus=_gpus(ray, gpus), max_retries=0)
        spread = _Spread(ray, lambda job: remote.remote(do, job, log, str(data_home().absolute())), log)
        spread.work(jobs, workers or len(jobs), progress)


class _Spread:
    """Jobs on a cluster: so many at once, each tried again when its process or its node has died."""

    def __init__(self, ray: Any, start: Callable[[Any], Any], log: Path) -> None:
        self._ray, self._start, self._log = ray, start, log
        self._running: dict[Any, tuple[Any, int]] = {}

    def work(self, jobs: Sequence[Any], most: int, progress: Callable[[Any], None]) -> None:
        before = signal.signal(signal.SIGTERM, leave)
        try:
            self._hand_out(deque((job, 1) for job in jobs), most, progress)
        except BaseException as error:
            self._stop()
            if isinstance(error, KeyboardInterrupt):
                raise Interrupted(STOPPED, signal=2) from None
            raise
        finally:
            signal.signal(signal.SIGTERM, before)

    def _hand_out(self, waiting: deque[tuple[Any, int]], most: int, progress: Callable[[Any], None]) -> None:
        while waiting or self._running:
            while waiting and len(self._running) < most:
                job, tried = waiting.popleft()
                self._running[self._start(job)] = job, tried
            for ended in self._ray.wait(list(self._running), num_returns=1)[0]:
                job, tried = self._running.pop(ended)
                lost = self._take(ended, job)
                if lost:
                    self._count(job, tried, lost)
                    waiting.appendleft((job, tried + 1))
                else:
                    progress(job)

    def _take(self, ended: Any, job: Any) -> str:
        """Hear how a job has ended: why it must be tried again, or nothing."""
        known = self._ray.exceptions
        try:
            told: Told = self._ray.get(ended)
        except (known.WorkerCrashedError, known.NodeDiedError, known.OutOfMemoryError, known.ObjectLostError) as error:
            return type(error).__name__
        except known.RayError as error:  # the job has not begun, for want of the package on a node maybe
            raise RunError(f"{job.title} failed on its node: {str(error).strip().splitlines()[-1]}") from None
        if told[1]:  # nobody stopped it from here: its node is being shut down
            return told[0]
        heed(job, told)
        return ""

    def _count(self, job: Any, tried: int, lost: str) -> None:
        if tried == ATTEMPTS:
            raise RunError(
                f"{job.title} was lost {tried} times with its process or node ({lost}); was it killed for want of "
                "memory? The same command goes on from its last checkpoint; --workers bounds how many run at once."
            )
        with self._log.open("a", encoding="utf-8") as stream:
            stream.write(f"{job.title} was lost ({lost}): it is tried again, {tried + 1} of {ATTEMPTS}\n")

    def _stop(self) -> None:
        running = list(self._running)
        for one in running:
            self._ray.cancel(one)  # as a Ctrl-C there: the trainer saves its run
        if running:
            self._ray.wait(running, num_returns=len(running), timeout=PATIENCE)


def _attempt(do: Callable[[Any], None], job: Any, log: Path, data: str) -> Told:
    """Do a job in a process of the cluster: one thread, the data sets of who asked for it."""
    import torch

    torch.set_num_threads(1)
    os.environ["SCANPATH_DATA"] = data
    with log.open("a", encoding="utf-8", buffering=1) as stream, contextlib.redirect_stderr(stream):
        return attempt(lambda job: _when_free(do, job), job, log)


def _when_free(do: Callable[[Any], None], job: Any) -> None:
    """Do a job as soon as a process that is given up, but not gone yet, has left its run."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            return do(job)
        except BusyError:
            if time.monotonic() > end:
                raise
            time.sleep(1)


@contextlib.contextmanager
def _connected(ray: Any, address: str | None, workers: int | None) -> Iterator[None]:
    """Be connected to a cluster, one of two hundred megabytes on this machine if there is no other."""
    address = address or os.environ.get("RAY_ADDRESS")
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nothing is told to the outside
    own = {"num_cpus": workers, "include_dashboard": False, "object_store_memory": 200 * 2**20}
    options: dict[str, Any] = {} if address else own
    try:
        ray.init(address or "local", log_to_driver=False, logging_level="error", **options)
    except Exception as error:  # noqa: BLE001 - Ray raises it bare where its processes do not start in time
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
        raise ConfigError(
            f"no Ray cluster could be used at {address or 'this machine'} ({reason}): "
            "check --address and ray status, or leave it away to start one here."
        ) from None
    try:
        yield
    finally:
        ray.shutdown()


def _gpus(ray: Any, wanted: float | None) -> float:
    """Choose the share of a GPU that a job takes."""
    most = max((node["Resources"].get("GPU", 0) for node in ray.nodes() if node["Alive"]), default=0)
    if wanted is None:
        return min(most, 1)
    if wanted > most:
        raise ConfigError(f"a row wants {wanted:g} of a GPU and no node has that: ask for less, or start such a node.")
    return wanted


def _ray() -> Any:
    try:
        return importlib.import_module("ray")
    except ImportError:
        raise missing_extra("ray", purpose="--executor ray", extra="ray") from None

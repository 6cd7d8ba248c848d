"""Several jobs at once: how many, in which order, and what is said of one that fails."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from types import SimpleNamespace

import pytest

from scanpath.errors import RunError
from scanpath.experiments import crew
from scanpath.experiments.crew import do_all, workers_for


@dataclass(frozen=True)
class Errand:
    title: str


def test_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew, "has_cuda", lambda: True)
    assert workers_for(5, None) == 1
    monkeypatch.setattr(crew, "has_cuda", lambda: False)
    assert workers_for(1, None) == 1
    assert workers_for(5, 3) == 3
    assert workers_for(2, 3) == 2


def test_one_at_a_time(tmp_path: Path) -> None:
    seen: list[str] = []
    do_all(
        [Errand("one"), Errand("two")],
        lambda job: seen.append(f"do {job.title}"),
        log=tmp_path / "log",
        workers=1,
        progress=lambda job: seen.append(f"done {job.title}"),
    )
    assert seen == ["do one", "done one", "do two", "done two"]


def test_jobs_in_other_processes_are_told_or_named(tmp_path: Path) -> None:
    """To read an attribute stands for the work: a fresh process can import what does it, and it can fail."""
    jobs = [SimpleNamespace(title=f"job {number}", size=number) for number in range(3)]
    told: list[str] = []
    threads = os.environ.get("OMP_NUM_THREADS")
    log = tmp_path / "logs" / "log"
    do_all(jobs, attrgetter("size"), log=log, workers=2, progress=lambda job: told.append(job.title))
    assert sorted(told) == ["job 0", "job 1", "job 2"]
    assert os.environ.get("OMP_NUM_THREADS") == threads
    with pytest.raises(RunError, match=r"job \d failed: AttributeError: .*traceback is in .*log"):
        do_all(jobs, attrgetter("length"), log=log, workers=2, progress=lambda job: None)
    assert "Traceback" in log.read_text()


def test_a_worker_that_vanishes_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="ended without a word"):
        do_all([7, 7, 7], os._exit, log=tmp_path / "log", workers=2, progress=lambda job: None)  # type: ignore[type-var]


def test_workers_that_fail_together_hinder_nobody_from_leaving(tmp_path: Path) -> None:
    """Ending a worker while it spoke once left the other waiting for a lock for ever."""
    jobs = [SimpleNamespace(title=f"job {number}") for number in range(4)]
    began = time.monotonic()
    with pytest.raises(RunError, match="failed: AttributeError"):
        do_all(jobs, attrgetter("size"), log=tmp_path / "log", workers=4, progress=lambda job: None)
    assert time.monotonic() - began < 55, "nobody was waited for until the last patience ended"

"""Jobs: what counts as done, and what a failing one says."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from scanpath.compare import jobs as module
from scanpath.compare.jobs import Job, do_all
from scanpath.errors import RunError


@pytest.fixture
def job(tmp_path: Path) -> Job:
    return Job("dot", 3, {"seed": 3}, "abc", looks=True, analysis={"split": "test"}, folder=tmp_path)


def _finish(job: Job) -> None:
    job.answers_path.parent.mkdir(parents=True, exist_ok=True)
    job.answers_path.write_text("question_id\n")
    job.facts_path.write_text(json.dumps({"identity": job.identity()}))


def test_a_job_is_done_while_its_files_fit(job: Job) -> None:
    assert job.answers_path == job.folder / "rows" / "dot" / "seed3.csv"
    assert not job.done
    _finish(job)
    assert job.done
    assert not dataclasses.replace(job, key="other").done
    assert not dataclasses.replace(job, analysis={"split": "val"}).done
    assert not dataclasses.replace(job, looks=False).done
    job.facts_path.write_text("{broken")
    assert not job.done
    _finish(job)
    job.answers_path.unlink()
    assert not job.done


def test_a_kill_between_its_two_files_leaves_a_job_undone(
    job: Job, make_answered: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or else older facts, whose settings may be asked for again, would vouch for answers made under other ones."""
    _finish(job)
    other = dataclasses.replace(job, key="other", analysis={"split": "val"})
    run = SimpleNamespace(folder=job.folder / "runs" / "other", seconds=1.0, samples=1)
    training = SimpleNamespace(device="cpu", evaluation_split="val")
    loaded = SimpleNamespace(
        task=None,
        objective=SimpleNamespace(parameters=list),
        config=SimpleNamespace(training=training),
        folder=SimpleNamespace(metrics=list),
    )
    monkeypatch.setattr(module, "RunConfig", SimpleNamespace(parse=lambda config: config))
    monkeypatch.setattr(module, "run", lambda *_: run)
    monkeypatch.setattr(module, "load_run", lambda *_: loaded)
    monkeypatch.setattr(module, "analyse", lambda *_, **__: make_answered([1.0, 0.0]))

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "write_json", killed)
    with pytest.raises(KeyboardInterrupt):
        module.do(other)
    assert job.answers_path.read_text() != "question_id\n", "the answers are the new ones"
    assert not other.done
    assert not job.done


def test_one_at_a_time(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    monkeypatch.setattr(module, "do", lambda one: seen.append(f"do {one.seed}"))
    other = dataclasses.replace(job, seed=5)
    do_all([job, other], workers=1, progress=lambda one: seen.append(f"done {one.seed}"))
    assert seen == ["do 3", "done 3", "do 5", "done 5"]


def test_a_failing_job_in_another_process_is_named(job: Job) -> None:
    broken = dataclasses.replace(job, config={"task": {"name": "vqa"}, "training": {"sampels": 3}, "seed": 0})
    with pytest.raises(RunError, match=r"the row 'dot' under seed 3 failed: .*did you mean 'samples'"):
        do_all([broken, broken], workers=2, progress=lambda one: None)

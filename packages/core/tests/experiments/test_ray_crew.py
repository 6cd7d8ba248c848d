"""Jobs on a Ray cluster: what is tried again, what is named, what stops; on a stand-in, and on real processes."""

from __future__ import annotations

import functools
import importlib.util
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from operator import attrgetter
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from scanpath.errors import BusyError, ConfigError, Interrupted, MissingExtraError, RunError
from scanpath.experiments import ray_crew
from scanpath.experiments.ray_crew import ATTEMPTS, check_ray, do_all
from scanpath.experiments.tables.loading import load_table
from scanpath.experiments.tables.planning import Plan, TableRun, make_plan
from scanpath.experiments.tables.reproducing import reproduce

needs_ray = pytest.mark.skipif(importlib.util.find_spec("ray") is None, reason="needs scanpath[ray]: nox -s ray")


class StandIn(ModuleType):
    """As much of Ray as the crew calls; jobs are done when they are asked after, unless they are to be lost."""

    def __init__(self, *, gpus: float = 0, fails: dict[str, list[Exception]] | None = None, error: Any = None) -> None:
        super().__init__("ray")
        names = ("WorkerCrashedError", "NodeDiedError", "OutOfMemoryError", "ObjectLostError", "RayError")
        self.exceptions = SimpleNamespace(**{name: type(name, (Exception,), {}) for name in names})
        self.gpus, self.error = gpus, error
        self.losses: dict[str, list[str]] = {}
        self.told: list[Any] = []
        self.options: dict[str, Any] = {}

    def init(self, address: str, **options: Any) -> None:
        if self.error:
            raise self.error
        self.told.append(("init", address, options.get("num_cpus")))

    def shutdown(self) -> None:
        self.told.append("shutdown")

    def nodes(self) -> list[dict[str, Any]]:
        return [
            {"Alive": True, "Resources": {"GPU": self.gpus}},
            {"Alive": True, "Resources": {}},
            {"Alive": False, "Resources": {"GPU": 97}},
        ]

    def remote(self, function: Callable[..., Any]) -> Any:
        def options(**given: Any) -> Any:
            self.options = given
            return SimpleNamespace(remote=lambda *arguments: functools.partial(function, *arguments))

        return SimpleNamespace(options=options)

    def wait(self, running: list[Any], num_returns: int, timeout: float | None = None) -> tuple[list[Any], list[Any]]:
        self.told.append(("wait", len(running), num_returns))
        return running[:1], running[1:]

    def get(self, job: functools.partial) -> Any:
        losses = self.losses.get(job.args[1].title)
        if losses:
            name = losses.pop(0)
            if name == "Ctrl-C":
                raise KeyboardInterrupt
            if name == "SIGTERM there":
                return "it was saved", 15
            raise getattr(self.exceptions, name)("first line\nlast line")
        return job()

    def cancel(self, job: functools.partial) -> None:
        self.told.append(("cancel", job.args[1].title))


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> Callable[..., StandIn]:
    monkeypatch.delenv("RAY_ADDRESS", raising=False)
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    monkeypatch.setenv("SCANPATH_DATA", os.environ.get("SCANPATH_DATA", "data"))

    def make(**options: Any) -> StandIn:
        fake = StandIn(**options)
        monkeypatch.setitem(sys.modules, "ray", fake)
        return fake

    return make


@pytest.fixture
def three() -> list[SimpleNamespace]:
    return [SimpleNamespace(title=f"job {number}", size=number) for number in range(3)]


def silent(*_: object) -> None:
    pass


def test_without_ray_the_extra_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(MissingExtraError, match=r"--executor ray needs 'ray'.*pip install 'scanpath\[ray\]'"):
        check_ray()
    with pytest.raises(MissingExtraError):
        do_all([], silent, log=tmp_path / "log", progress=silent)


def test_lost_jobs_are_tried_again(stand_in, three, tmp_path: Path) -> None:
    ray = stand_in()
    ray.losses = {"job 0": ["WorkerCrashedError", "SIGTERM there"], "job 2": ["NodeDiedError", "OutOfMemoryError"]}
    told: list[str] = []
    log = tmp_path / "logs" / "log"
    do_all(three, attrgetter("size"), log=log, workers=2, progress=lambda job: told.append(job.title))
    assert sorted(told) == ["job 0", "job 1", "job 2"]
    assert log.read_text().splitlines() == [
        "job 0 was lost (WorkerCrashedError): it is tried again, 2 of 4",
        "job 0 was lost (it was saved): it is tried again, 3 of 4",
        "job 2 was lost (NodeDiedError): it is tried again, 2 of 4",
        "job 2 was lost (OutOfMemoryError): it is tried again, 3 of 4",
    ]
    assert ray.told[0] == ("init", "local", 2)
    assert ray.told[-1] == "shutdown"
    assert max(step[1] for step in ray.told if step[0] == "wait") == 2
    assert ray.options == {"num_cpus": 1, "num_gpus": 0, "max_retries": 0}


def test_a_job_that_is_always_lost_is_named_and_the_others_stop(stand_in, three, tmp_path: Path) -> None:
    ray = stand_in()
    ray.losses = {job.title: ["WorkerCrashedError"] * ATTEMPTS for job in three}
    with pytest.raises(RunError, match=r"job 0 was lost 4 times .*\(WorkerCrashedError\).*same command goes on"):
        do_all(three, attrgetter("size"), log=tmp_path / "log", progress=silent)
    assert ray.told[-4:] == [("cancel", "job 1"), ("cancel", "job 2"), ("wait", 2, 2), "shutdown"]


def test_a_job_that_fails_is_named(stand_in, three, tmp_path: Path) -> None:
    ray = stand_in()
    with pytest.raises(RunError, match=r"job 0 failed: AttributeError: .*traceback is in"):
        do_all(three, attrgetter("length"), log=tmp_path / "log", progress=silent)
    assert "Traceback" in (tmp_path / "log").read_text()
    ray.losses = {"job 0": ["RayError"]}
    with pytest.raises(RunError, match="job 0 failed on its node: last line"):
        do_all(three, attrgetter("size"), log=tmp_path / "log", progress=silent)


def test_a_wish_to_stop_is_handed_on(stand_in, three, tmp_path: Path) -> None:
    ray = stand_in()
    ray.losses = {"job 0": ["Ctrl-C"]}
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(Interrupted, match="every run was saved: the same command goes on") as caught:
        do_all(three, attrgetter("size"), log=tmp_path / "log", progress=silent)
    assert caught.value.exit_code == 130
    assert ray.told[-4:] == [("cancel", "job 1"), ("cancel", "job 2"), ("wait", 2, 2), "shutdown"]
    assert signal.getsignal(signal.SIGTERM) == before


def test_a_run_that_is_not_free_yet_is_waited_for(
    stand_in, three, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in()
    monkeypatch.setattr(ray_crew, "PATIENCE", 0.5)
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    tried: list[str] = []

    def busy(job: Any) -> None:
        tried.append(job.title)
        if len(tried) < 3 or job.title == "job 2":
            raise BusyError(f"{job.title} is being written")

    do_all(three[:2], busy, log=tmp_path / "log", progress=silent)
    assert tried == ["job 0"] * 3 + ["job 1"]
    with pytest.raises(RunError, match="job 2 failed: job 2 is being written"):
        do_all(three[2:], busy, log=tmp_path / "log", progress=silent)


@pytest.mark.parametrize(("gpus", "wanted", "given"), [(0, None, 0), (8, None, 1), (2, 0.25, 0.25), (8, 0, 0)])
def test_a_share_of_a_gpu(stand_in, three, tmp_path: Path, gpus: float, wanted: float | None, given: float) -> None:
    ray = stand_in(gpus=gpus)
    do_all(three, attrgetter("size"), log=tmp_path / "log", progress=silent, gpus=wanted)
    assert ray.options["num_gpus"] == given


def test_a_cluster_that_cannot_be_used_is_named(
    stand_in, three, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ray = stand_in(error=Exception("no answer.\nlong story"))
    with pytest.raises(ConfigError, match=r"no Ray cluster could be used at 10.0.0.7:6379 \(no answer\): check --addr"):
        do_all(three, silent, log=tmp_path / "log", progress=silent, address="10.0.0.7:6379")
    ray.error = None
    monkeypatch.setenv("RAY_ADDRESS", "10.0.0.11:6379")
    with pytest.raises(ConfigError, match=r"a row wants 0.5 of a GPU and no node has that"):
        do_all(three, silent, log=tmp_path / "log", progress=silent, gpus=0.5)
    assert ray.told == [("init", "10.0.0.11:6379", None), "shutdown"]


TABLE = """\
caption: Two ways of looking
source: A paper, Table 1
task: vqa
measures:
  accuracy: {label: Accuracy, higher_is_better: true}
base:
  task: {model: {region_dim: 11, embedding_dim: 3, question_dim: 13, hidden_dim: 17}}
  training: {steps: 241, batch_size: 31, evaluate_every: 20, device: cpu}
scales:
  smoke: {seeds: 2}
  small: {missing: not here}
  paper: {missing: not here}
columns:
  - {id: all, label: All, measure: accuracy, split: test}
rows:
  - {id: mean, label: Mean, overrides: {task.model.attention: mean}}
  - {id: dot, label: Dot, overrides: {task.model.attention: dot}}
"""


@pytest.fixture(scope="module")
def plan_in(world: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], Plan]:
    """Plan a table of four runs, in a folder of runs of one's own."""
    path = tmp_path_factory.mktemp("tables") / "ways.yaml"
    path.write_text(TABLE)
    return lambda runs: make_plan(load_table(path), "smoke", seeds=None, rows=(), runs=runs, root=world)


@pytest.fixture(scope="module")
def undisturbed(plan_in: Callable[[Path], Plan], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("whole")
    return reproduce(plan_in(folder), "ways", out=folder, workers=1, say=silent, progress=silent).result


def numbers(result: dict[str, Any]) -> list[Any]:
    return [row["cells"] for row in result["rows"]] + [result["claims"], result["seeds"], result["data"]]


def holder(job: TableRun) -> int | None:
    """Return the process that writes a run at the moment, by its lock."""
    lock = job.folder / ".lock"
    if not lock.exists():
        return None
    inode = str(lock.stat().st_ino)
    lines = [line.split() for line in Path("/proc/locks").read_text().splitlines()]
    return next((int(line[4]) for line in lines if line[1] == "POSIX" and line[5].endswith(f":{inode}")), None)


def halfway(jobs: list[TableRun]) -> tuple[TableRun, int]:
    """Wait for a run that has a checkpoint and is not finished; tell which process has it."""
    end = time.monotonic() + 120
    while time.monotonic() < end:
        for job in jobs:
            if (job.folder / "checkpoints" / "last" / "state.json").exists() and not job.done:
                process = holder(job)
                if process is not None:
                    return job, process
        time.sleep(0.01)
    pytest.fail("no run came halfway")


def disturbed(plan: Plan, out: Path, disturb: Callable[[TableRun, int], None], **options: Any) -> tuple[Any, TableRun]:
    """Reproduce a table on Ray while something is done to the first run that is halfway."""
    hit: list[TableRun] = []

    def watch() -> None:
        job, process = halfway(list(plan.chosen))
        hit.append(job)
        disturb(job, process)

    watcher = threading.Thread(target=watch)
    watcher.start()
    crew = functools.partial(do_all, **options)
    try:
        found = reproduce(plan, "ways", out=out, workers=2, crew=crew, say=silent, progress=silent)
    finally:
        watcher.join()
    return found.result, hit[0]


def went_on(job: TableRun) -> bool:
    return "vqa goes on from step " in (job.folder / "log.txt").read_text()


@needs_ray
def test_a_killed_worker_loses_nothing(plan_in, undisturbed, tmp_path: Path) -> None:
    plan = plan_in(tmp_path)
    result, job = disturbed(plan, tmp_path, lambda job, process: os.kill(process, signal.SIGKILL))
    assert numbers(result) == numbers(undisturbed)
    assert went_on(job)
    assert (
        f"{job.title} was lost (WorkerCrashedError): it is tried again, 2 of 4"
        in (tmp_path / "workers.log").read_text()
    )


@needs_ray
def test_a_dead_node_of_a_running_cluster_loses_nothing(plan_in, undisturbed, tmp_path: Path) -> None:
    from ray.cluster_utils import Cluster

    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, "object_store_memory": 100 * 2**20})
    try:
        nodes = [cluster.add_node(num_cpus=1, object_store_memory=100 * 2**20) for _ in range(2)]
        raylets = {node.all_processes["raylet"][0].process.pid: node for node in nodes}

        def end_node(job: TableRun, process: int) -> None:
            parent = int(Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[1])
            cluster.remove_node(raylets[parent], allow_graceful=False)

        result, job = disturbed(plan_in(tmp_path), tmp_path, end_node, address=cluster.address)
    finally:
        cluster.shutdown()
    assert numbers(result) == numbers(undisturbed)
    assert went_on(job)


@needs_ray
def test_ctrl_c_saves_what_is_in_hand(plan_in, undisturbed, tmp_path: Path) -> None:
    plan = plan_in(tmp_path)
    with pytest.raises(Interrupted, match="the same command goes on"):
        disturbed(plan, tmp_path, lambda job, process: os.kill(os.getpid(), signal.SIGTERM))
    begun = [job for job in plan.chosen if (job.folder / "log.txt").exists()]
    assert any("by Ctrl-C" in (job.folder / "log.txt").read_text() for job in begun)
    result = reproduce(plan, "ways", out=tmp_path, workers=1, say=silent, progress=silent).result
    assert numbers(result) == numbers(undisturbed)

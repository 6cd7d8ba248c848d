"""A reproduction killed at ten random moments, or more, loses nothing that was finished; minutes: nox -s kills runs it.

Each kill is followed by the same command, which the next kill may hit; a table that came to its end before is begun
anew in a fresh folder. Moments are spread over the time that the undisturbed command takes, drawing its data included.
Most of them fall where nothing trains, so further kills wait for a run to train, until three have fallen within one.
"""

from __future__ import annotations

import importlib.util
import itertools
import json
import logging
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from scanpath.experiments.running import RESULT
from scanpath.training.run_folder import RunFolder

KILLS = 10
WITHIN = 3
"""At least so many of the kills fall while a run is training."""
MOST = 3 * KILLS
"""Kills after which it is said that too few do."""
WORDS = ["reproduce", "core", "core", "--scale", "smoke", "--rows", "mean", "--seeds", "3", "--workers", "2"]
log = logging.getLogger(__name__)

needs_ray = pytest.mark.skipif(importlib.util.find_spec("ray") is None, reason="needs scanpath[ray]")


@pytest.fixture(params=["local", pytest.param("ray", marks=needs_ray)])
def executor(request: pytest.FixtureRequest) -> Iterator[list[str]]:
    """Words that choose who does the runs: the crew of the command itself, or a cluster that outlives it."""
    if request.param == "local":
        yield ["--executor", "local"]
        return
    from ray.cluster_utils import Cluster

    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 2, "object_store_memory": 100 * 2**20})
    try:
        yield ["--executor", "ray", "--address", cluster.address]
    finally:
        cluster.shutdown()


def start(folder: Path, executor: list[str]) -> subprocess.Popen:
    """Begin the command, or go on with it, in a process group of its own."""
    folder.mkdir(exist_ok=True)
    with (folder / "said.txt").open("a") as said:
        command = [sys.executable, "-m", "scanpath", *WORDS, *executor]
        return subprocess.Popen(command, cwd=folder, stdout=said, stderr=said, start_new_session=True)


def is_finished(run: Path) -> bool:
    result = run / RESULT
    return result.exists() and "test" in json.loads(result.read_text())["measures"] and RunFolder.open(run).finished


def finished(folder: Path) -> dict[str, Any]:
    """Return the finished runs, and of each file that counts its hash and the time of its last change."""
    found = {}
    for run in (folder / "runs").glob("*/"):
        if RunFolder.holds_run(run) and is_finished(run):
            files = [run / RESULT, *run.glob("predictions*"), *sorted(run.glob("checkpoints/*/*"))]
            found[run.name] = [(str(f), f.stat().st_mtime_ns, sha256(f.read_bytes()).hexdigest()) for f in files]
    return found


def training(folder: Path, since: float) -> bool:
    """Tell whether a run that was begun or changed since a time has not come to the end of its training."""
    runs = [run.parent for run in (folder / "runs").glob("*/config.yaml") if not RunFolder.open(run.parent).finished]
    return any(file.stat().st_mtime > since for run in runs for file in (run, run / "config.yaml"))


def outlasts(process: subprocess.Popen, moment: float) -> bool:
    """Wait for a moment, in seconds from now; tell whether the command is still at work then."""
    try:
        process.wait(moment)
    except subprocess.TimeoutExpired:
        return True
    return False


def wait_for_training(process: subprocess.Popen, folder: Path, since: float) -> None:
    """Wait until a run trains, or the command has come to its end."""
    while process.poll() is None and not training(folder, since):
        time.sleep(0.05)


def numbers(folder: Path) -> dict[str, Any]:
    """Return all of the result that is no timing."""
    result = json.loads((folder / "results" / "core" / "core.smoke.json").read_text())
    timed = {column["id"] for column in result["columns"] if column["measure"].startswith("cost/")}
    for name in ("measured", "hardware", "costs"):
        result.pop(name, None)
    for row in result["rows"]:
        del row["seconds"]
        row["cells"] = {name: cell for name, cell in row["cells"].items() if name not in timed}
    result["claims"] = [claim for claim in result["claims"] if not any(f".{name}" in str(claim) for name in timed)]
    return result


def end(process: subprocess.Popen, folder: Path) -> None:
    assert process.wait(timeout=900) == 0, (folder / "said.txt").read_text()[-2000:]


@pytest.mark.timeout(3600)
def test_ten_kills(executor: list[str], tmp_path: Path) -> None:
    whole = tmp_path / "whole"
    begun = time.monotonic()
    end(start(whole, executor), whole)
    duration = time.monotonic() - begun
    expected = numbers(whole)
    assert sum("value" in row["cells"]["all"] for row in expected["rows"]) == 1
    luck = random.Random(7)
    shares = [(place + luck.random()) / KILLS for place in range(KILLS)]
    luck.shuffle(shares)
    folders = (tmp_path / f"killed{number}" for number in itertools.count())
    folder, kept, within, whole_tables = next(folders), {}, 0, 0
    kills = 0
    while kills < KILLS or (within < WITHIN and kills < MOST):
        aimed = kills >= KILLS
        moment = luck.random() / 4 if aimed else shares[kills] * duration
        while True:
            since = time.time()
            process = start(folder, executor)
            if aimed:
                wait_for_training(process, folder, since)
            if outlasts(process, moment):
                break
            end(process, folder)
            assert kept.items() <= finished(folder).items()
            assert numbers(folder) == expected
            folder, kept, whole_tables = next(folders), {}, whole_tables + 1
            if not aimed:
                moment = shares[kills] * (time.time() - since)  # less was left to do, or the machine is quicker now
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        inside = training(folder, since)
        now = finished(folder)
        assert kept.items() <= now.items(), "what was finished is untouched"
        log.info(
            "killed after %.1f s, %s a run; finished: %d", time.time() - since, "in" if inside else "outside", len(now)
        )
        kept, within, kills = now, within + inside, kills + 1
    end(start(folder, executor), folder)
    assert kept.items() <= finished(folder).items()
    assert len(finished(folder)) == 3
    assert numbers(folder) == expected
    log.info(
        "%s: %d kills within a run, %d before, between or after; the command takes %.1f s undisturbed; %d tables whole",
        *(executor[1], within, kills - within, duration, whole_tables + 1),
    )
    assert within >= WITHIN, f"only {within} of {kills} kills fell while a run was training: they come too late here"

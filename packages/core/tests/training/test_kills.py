"""SIGKILL in every place that matters: the resumed run ends with the same bytes as the uninterrupted one."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from scanpath.errors import Interrupted, RunError
from scanpath.training.run_folder import RunFolder
from scanpath.training.settings import TrainingSettings
from scanpath.training.trainer import Trainer

SEED = 3
SETTINGS = {
    "steps": 31,
    "batch_size": 5,
    "evaluate_every": 13,
    "save_every": 4,
    "log_every": 3,
    "clip_norm": 1.0,
    "schedule": {"name": "cosine", "warmup": 5},
}
TIMES = ("seconds", "waiting")

HOLD = "import fcntl, sys; lock = open(sys.argv[1], 'a'); fcntl.lockf(lock, fcntl.LOCK_EX); print(flush=True); input()"

KILLS = {
    "step-0": ("step", 11, 0),
    "step-2": ("step", 11, 2),
    "write-0": ("write", 6, 0),
    "write-2": ("write", 6, 2),
    "renames-0": ("renames", 3, 0),
    "reading-0": ("reading", 18, 0),
    "prefetch-2": ("prefetch", 8, 2),
}


@pytest.fixture(scope="module")
def killed(run_child, tmp_path_factory) -> tuple[Path, dict[str, list[int]], dict[str, int]]:
    root = tmp_path_factory.mktemp("killed")
    scenarios = [
        {
            "folder": str(root / name),
            "place": place,
            "at": at,
            "seed": SEED,
            "settings": {**SETTINGS, "workers": workers},
        }
        for name, (place, at, workers) in KILLS.items()
    ]
    ends = dict(zip(KILLS, run_child(root, scenarios), strict=True))
    steps = {name: max(record["step"] for record in RunFolder.open(root / name).metrics()) for name in KILLS}
    return root, ends, steps


@pytest.fixture(scope="module")
def whole(toy, tmp_path_factory) -> RunFolder:
    settings = TrainingSettings.parse(SETTINGS)
    folder = RunFolder.create(tmp_path_factory.mktemp("whole") / "run", settings.plain())
    Trainer(toy.ToyRegression(), settings, folder, seed=SEED).fit()
    return folder


def untimed(folder: RunFolder) -> list[dict]:
    return [{name: value for name, value in record.items() if name not in TIMES} for record in folder.metrics()]


def assert_equal_runs(folder: RunFolder, expected: RunFolder) -> None:
    for checkpoint in ("last", "best"):
        for file in ("model.safetensors", "training.safetensors"):
            ours, theirs = folder.checkpoint(checkpoint) / file, expected.checkpoint(checkpoint) / file
            assert ours.read_bytes() == theirs.read_bytes(), (checkpoint, file)
    assert untimed(folder) == untimed(expected)


def happened(root: Path, name: str) -> dict:
    """Read the mark that the killed process left; assert that it stood where it should."""
    mark = json.loads((root / f"{name}.marker").read_text())
    folder = root / name
    place, at, _ = KILLS[name]
    if place == "step":
        assert mark["calls"] == at
        assert json.loads((folder / "checkpoints/last/state.json").read_text())["state"]["step"] == 8
    elif place == "write":
        assert Path(mark["file"]).exists()
        assert ".last." in mark["file"]
    elif place == "renames":
        assert (mark["exists"], mark["old"]) == (False, True)
        assert not (folder / "checkpoints" / "last").exists()
    elif place == "prefetch":
        assert mark["pid"] != mark["trainer"]
    return mark


@pytest.mark.parametrize("name", KILLS)
def test_resumed_equals_uninterrupted(name, killed, whole, toy):
    root, ends, _ = killed
    assert ends[name] == [-signal.SIGKILL]
    happened(root, name)
    folder = RunFolder.open(root / name)
    assert not folder.finished
    settings = TrainingSettings.parse({**SETTINGS, "workers": KILLS[name][2]})
    result = Trainer(toy.ToyRegression(), settings, folder, seed=SEED).fit()
    assert result.steps == SETTINGS["steps"]
    assert not list((root / name / "checkpoints").glob(".*")), "what the kill left was not cleared away"
    assert_equal_runs(folder, whole)


def test_prefetch_was_ahead(killed, toy):
    """The batch in a worker's hands when the trainer died lies beyond the steps that were done."""
    root, _, steps = killed
    mark = happened(root, "prefetch-2")
    sampler = toy.ToySampler(toy.ITEMS["train"], SETTINGS["batch_size"], SEED, 0, 1)
    order = []
    for epoch in range(4):
        sampler.set_epoch(epoch)
        order += list(sampler)
    assert order.index(mark["numbers"]) >= steps["prefetch-2"]


@pytest.mark.parametrize("workers", [0, 2])
def test_any_number_of_workers_gives_the_same_run(workers, whole, toy, tmp_path):
    """Stopped between two epochs under 2 workers and resumed with none, or the other way round."""
    settings = TrainingSettings.parse({**SETTINGS, "workers": workers})
    folder = RunFolder.create(tmp_path / "run", settings.plain())

    def stop(calls: int) -> None:
        if calls == 15:
            os.kill(os.getpid(), signal.SIGTERM)

    with pytest.raises(Interrupted, match=r"SIGTERM after step 15 of 31; saved in .*the same command") as caught:
        Trainer(toy.ToyRegression(step_hook=stop), settings, folder, seed=SEED).fit()
    assert caught.value.exit_code == 143
    other = TrainingSettings.parse({**SETTINGS, "workers": 2 - workers})
    Trainer(toy.ToyRegression(), other, folder, seed=SEED).fit()
    assert_equal_runs(folder, whole)


def test_a_run_is_written_by_one_process(toy, tmp_path):
    settings = TrainingSettings.parse(SETTINGS)
    folder = RunFolder.create(tmp_path / "run", settings.plain())
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            HOLD,
            str(folder.path / ".lock"),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        holder.stdout.readline()
        with pytest.raises(RunError, match="being written by another process"):
            Trainer(toy.ToyRegression(), settings, folder).fit()
    finally:
        holder.communicate(b"\n")

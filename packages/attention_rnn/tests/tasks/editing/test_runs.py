"""Two processes give the losses of one, and a run that was killed ends with the bits of one that was not."""

from __future__ import annotations

import os
import signal
import sys
import warnings
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from scanpath.experiments.running import RunConfig, load_run, run_in
from scanpath.training.run_folder import RunFolder
from scanpath_attention_rnn.tasks.editing import EditingObjective

KILLED_AT = 5
"""The step that does not come; checkpoints are written every second one."""


@pytest.fixture
def config(section, judges):
    training = {
        "steps": 7, "batch_size": 6, "evaluate_every": "end", "evaluation_split": "test", "save_every": 2,
        "log_every": 1, "device": "cpu", "optimiser": {"name": "adam", "lr": 1e-3, "betas": [0.5, 0.999]},
        "turns": {"editor": {"lr": 5e-4}},
    }  # fmt: skip
    return RunConfig.parse({"task": {**section, "judges": judges}, "training": training, "seed": 3})


@pytest.fixture
def whole(config, tmp_path, monkeypatch):
    """A run that nothing happened to; no run has a page, which would take most of the time."""
    monkeypatch.setattr("scanpath.experiments.running.write_report", lambda *_, **__: None)
    return run_in(config, tmp_path / "whole", split="test")


def forked(work, *arguments) -> int:
    """Do something in a process of its own, which has imported what this one has."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # idle threads exist; the child touches nothing of theirs
        pid = os.fork()
    if pid:
        return pid
    torch.set_num_threads(1)
    code = 1
    try:
        work(*arguments)
        code = 0
    finally:  # whatever it raised, it must not go on with the tests of its parent
        if code:
            sys.excepthook(*sys.exc_info())
            sys.stderr.flush()
        os._exit(code)


def ended(*pids: int) -> list[int]:
    return [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in pids]


def losses(folder: Path):
    return [
        {name: value for name, value in record.items() if name.startswith(("critic/", "editor/", "step"))}
        for record in RunFolder.open(folder).metrics()
    ]


def killed_in_step(config: RunConfig, folder: Path) -> None:
    forward, calls = EditingObjective.forward, []

    def counted(self, batch, turn="editor"):
        calls.append(turn)
        if calls.count("critic") == KILLED_AT:
            os.kill(os.getpid(), signal.SIGKILL)
        return forward(self, batch, turn)

    EditingObjective.forward = counted
    run_in(config, folder, split="test")


def test_a_killed_run_goes_on_exactly(config, whole, tmp_path):
    assert ended(forked(killed_in_step, config, tmp_path / "cut")) == [-signal.SIGKILL]
    assert not RunFolder.open(tmp_path / "cut").finished
    again = run_in(config, tmp_path / "cut", split="test")
    assert again.measures == whole.measures == load_run(whole.folder).evaluate("test").measures
    one, other = (load_file(run.folder / "checkpoints/last/model.safetensors") for run in (whole, again))
    assert all(torch.equal(one[name], other[name]) for name in one)
    assert losses(again.folder) == losses(whole.folder)


def one_of_two(config: RunConfig, folder: Path, rank: int) -> None:
    os.environ.update(RANK=str(rank), LOCAL_RANK=str(rank), WORLD_SIZE="2", LOCAL_WORLD_SIZE="2")
    torch.distributed.init_process_group("gloo", init_method=f"file://{folder}.store", rank=rank, world_size=2)
    run_in(config, folder, split="test")
    torch.distributed.destroy_process_group()


def test_two_processes_give_the_losses_of_one(config, whole, tmp_path):
    assert ended(*[forked(one_of_two, config, tmp_path / "two", rank) for rank in range(2)]) == [0, 0]
    alone, together = losses(whole.folder), losses(tmp_path / "two")
    assert sum("editor/loss" in record for record in alone) == 4
    assert sum("critic/penalty" in record for record in alone) == 7
    for ours, theirs in zip(together, alone, strict=True):
        assert ours == pytest.approx(theirs, rel=1e-4, abs=1e-5)

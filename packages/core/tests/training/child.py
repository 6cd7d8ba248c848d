"""Runs toy trainings in processes of their own, some to be killed at a chosen place: ``child.py SCENARIOS.json``.

Each scenario is forked off one process that has torch imported already. What ends a process is printed as JSON.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from pathlib import Path

import torch
import toy_task

from scanpath import files
from scanpath.errors import ScanpathError
from scanpath.training import checkpoints
from scanpath.training.run_folder import RunFolder
from scanpath.training.settings import TrainingSettings
from scanpath.training.trainer import Trainer


def mark(folder: Path, **facts) -> bool:
    """Write where it happened; the first process to come here does, and is told so."""
    marker = folder.parent / f"{folder.name}.marker"
    try:
        with marker.open("x") as file:
            file.write(json.dumps({"pid": os.getpid(), **facts}))
    except FileExistsError:
        return False
    return True


def die(folder: Path, **facts) -> None:
    """Write where it happened, then end this process as the system would: at once."""
    mark(folder, **facts)
    os.kill(os.getpid(), signal.SIGKILL)


def in_step(folder: Path, at: int):
    def hook(calls: int) -> None:
        if calls == at:
            die(folder, calls=calls)

    return hook


def in_prefetch(folder: Path, at: int):
    """Kill the trainer from a worker that reads batch ``at`` of its own, ahead of the step that will use it.

    Every worker comes to such a batch, two of them at one moment where cores are free: the first kills.
    """
    trainer, seen = os.getpid(), []

    def hook(split: str, numbers: list[int]) -> None:
        seen.append(numbers)
        here = split == "train" and len(seen) == at and os.getpid() != trainer
        if here and mark(folder, numbers=numbers, trainer=trainer):
            os.kill(trainer, signal.SIGKILL)
            os.kill(os.getpid(), signal.SIGKILL)

    return hook


def in_reading(folder: Path, at: int):
    """Kill the trainer while it reads batch ``at`` itself."""
    seen = []

    def hook(split: str, numbers: list[int]) -> None:
        if split == "train":
            seen.append(numbers)
            if len(seen) == at:
                die(folder, numbers=numbers)

    return hook


def in_write(folder: Path, at: int) -> None:
    """Die when the ``at``-th tensor file is half written."""
    save_file, calls = checkpoints.save_file, []

    def half(tensors, path) -> None:
        calls.append(path)
        save_file(tensors, path)
        if len(calls) == at:
            Path(path).write_bytes(Path(path).read_bytes()[:-7])
            die(folder, file=str(path))

    checkpoints.save_file = half


def between_renames(folder: Path, at: int) -> None:
    """Die when the old checkpoint has left its name for the ``at``-th time and the new one has not taken it."""
    calls = []

    rename = Path.rename

    def counted(self, target):
        result = rename(self, target)
        if str(target).endswith(".last.old"):
            calls.append(self)
            if len(calls) == at:
                die(folder, exists=self.exists(), old=Path(target).exists())
        return result

    files.Path.rename = counted


def train(scenario: dict) -> None:
    folder, place, at = Path(scenario["folder"]), scenario.get("place"), scenario.get("at", 0)
    options = scenario.get("task", {})
    if place == "step":
        options["step_hook"] = in_step(folder, at)
    elif place == "prefetch":
        options["data_hook"] = in_prefetch(folder, at)
    elif place == "reading":
        options["data_hook"] = in_reading(folder, at)
    elif place == "write":
        in_write(folder, at)
    elif place == "renames":
        between_renames(folder, at)
    elif place == "slow":
        options["step_hook"] = lambda calls: ((folder / "stepped").touch() if calls == 3 else None, time.sleep(0.02))
    task = toy_task.ToyGan() if scenario.get("gan") else toy_task.ToyRegression(**options)
    settings = TrainingSettings.parse(scenario["settings"])
    if RunFolder.holds_run(folder):
        run = RunFolder.open(folder)
    else:
        try:
            run = RunFolder.create(folder, settings.plain())
        except ScanpathError:
            run = RunFolder.open(folder)
    Trainer(task, settings, run, seed=scenario["seed"]).fit()


def one_of_many(scenario: dict, rank: int, world: int) -> None:
    """Train as one of ``world`` processes that find each other through a file."""
    os.environ.update(RANK=str(rank), LOCAL_RANK=str(rank), WORLD_SIZE=str(world), LOCAL_WORLD_SIZE=str(world))
    store = f"file://{scenario['folder']}.store"
    torch.distributed.init_process_group("gloo", init_method=store, rank=rank, world_size=world)
    train(scenario)
    torch.distributed.destroy_process_group()


def forked(work, *arguments) -> int:
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        work(*arguments)
        code = 0
    except ScanpathError as error:
        Path(f"{arguments[0]['folder']}.error").write_text(str(error))
        code = getattr(error, "exit_code", 2)
    finally:
        if code == 1:
            sys.excepthook(*sys.exc_info())
        sys.stderr.flush()
        os._exit(code)


def main() -> None:
    torch.set_num_threads(1)
    scenarios = json.loads(Path(sys.argv[1]).read_text())
    # A first run imports what torch imports late, once for all that are forked off.
    train({"folder": f"{sys.argv[1]}.first", "settings": {"steps": 1, "batch_size": 5}, "seed": 0})
    ends = []
    for scenario in scenarios:
        world = scenario.get("world", 1)
        if world > 1:
            RunFolder.create(Path(scenario["folder"]), TrainingSettings.parse(scenario["settings"]).plain())
            pids = [forked(one_of_many, scenario, rank, world) for rank in range(world)]
        else:
            pids = [forked(train, scenario)]
        if scenario.get("signal"):
            while not (Path(scenario["folder"]) / "stepped").exists():
                time.sleep(0.01)
            os.kill(pids[0], scenario["signal"])
        ends.append([os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in pids])
    sys.stdout.write(json.dumps(ends))


if __name__ == "__main__":
    main()

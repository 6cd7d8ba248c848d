"""Runs: finished ones are reused, interrupted ones go on, loaded ones need no data."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scanpath.errors import ConfigError, RunError
from scanpath.experiments.config import RunConfig, RunnableTask, differences
from scanpath.files import read_json, write_json
from scanpath.training.checkpoints import load_weights
from scanpath.training.engine import create_accelerator
from scanpath.training.evaluation import Evaluation, evaluate
from scanpath.training.run_folder import CheckpointName, RunFolder
from scanpath.training.trainer import FitResult, Trainer

__all__ = ["LoadedRun", "RunConfig", "RunResult", "load_run", "resume", "run", "run_in"]

RESULT = "result.json"
FINGERPRINT = "fingerprint"
Say = Callable[[str], None]


@dataclass(frozen=True)
class RunResult:
    """What came of a run."""

    folder: Path
    split: str
    """Which the measures are of."""
    measures: dict[str, float]
    """Of the best checkpoint."""
    seconds: float
    """Time in training steps, over all sessions."""
    samples: int
    """Items seen."""
    reused: bool
    """Whether nothing had to be trained."""


@dataclass(frozen=True)
class LoadedRun:
    """A run read back: its objective has the checkpoint's weights and is in eval mode."""

    folder: RunFolder
    config: RunConfig
    task: RunnableTask
    objective: Any

    def predictions_path(self, split: str) -> Path:
        """Return where predictions lie: ``predictions.json``; a split that training did not measure adds its name."""
        path = self.folder.predictions_path
        own = self.config.training.evaluation_split
        return path if split == own else path.with_name(f"{path.stem}.{split}{path.suffix}")

    def evaluate(self, split: str) -> Evaluation:
        """Measure the weights on a split as training did: on its device, in its precision, in its batches."""
        training = self.config.training
        accelerator = create_accelerator(training)
        return evaluate(
            self.task,
            self.objective.to(accelerator.device),
            split,
            size=training.evaluation_batch_size or training.batch_size,
            accelerator=accelerator,
            workers=training.workers,
        )


def run(config: RunConfig, root: Path, *, split: str = "val", progress: Say | None = None) -> RunResult:
    """Give the run of ``config``: read if it is finished, taken up if it was interrupted, else trained.

    Args:
        config: what to run.
        root: the folder of runs; each lies in one named after its key.
        split: what the best checkpoint is measured on.
        progress: is told what is being done.
    """
    return run_in(config, root / config.key(), split=split, progress=progress)


def run_in(config: RunConfig, folder: Path, *, split: str = "val", progress: Say | None = None) -> RunResult:
    """Do as :func:`run`, in a folder of one's own choice.

    Raises:
        ConfigError: the folder holds a run of another configuration; the sentence names the keys.
        Interrupted: by Ctrl-C or SIGTERM, after the run was saved.
    """
    say = progress or _silent
    with _first_process_first(config):
        task = config.create_task()
        task.say = say
        opened = _open(config, folder, dict(task.fingerprint()))
        finished = opened.finished
        if not finished:
            task.save(folder)
    if finished:
        say(f"{folder} is finished: nothing to train")
    elif opened.has_checkpoint("last"):
        say(f"{folder} goes on from where it was interrupted")
    fitted = Trainer(task, config.training, opened, seed=config.seed).fit()
    return RunResult(
        folder=folder,
        split=split,
        measures=_measured(opened, fitted, split, say),
        seconds=fitted.seconds,
        samples=fitted.samples,
        reused=finished,
    )


def resume(folder: Path, *, split: str = "val", progress: Say | None = None) -> RunResult:
    """Go on with the run that a folder holds, with its own configuration."""
    return run_in(read_config(RunFolder.open(folder)), folder, split=split, progress=progress)


def load_run(folder: Path, *, checkpoint: CheckpointName = "best") -> LoadedRun:
    """Read a run back, without its data.

    Raises:
        RunError: the folder holds no run, or no such checkpoint yet.
    """
    opened = RunFolder.open(folder)
    if not opened.has_checkpoint(checkpoint):
        raise RunError(
            f"{folder} has no checkpoint {checkpoint!r} yet: train it to its first evaluation with "
            f"scanpath train --resume {folder}."
        )
    config = read_config(opened)
    task = config.create_task(folder)
    objective: Any = task.objective()
    load_weights(opened.checkpoint(checkpoint), objective)
    return LoadedRun(opened, config, task, objective.eval())


def read_config(folder: RunFolder) -> RunConfig:
    """Read the configuration of a run."""
    content = {key: value for key, value in folder.config.items() if key != FINGERPRINT}
    return RunConfig.parse(content, source=str(folder.path / "config.yaml"))


def _open(config: RunConfig, folder: Path, fingerprint: dict[str, str]) -> RunFolder:
    """Begin a run, or open the one that is there if it is the same one."""
    wanted = {**config.plain(), FINGERPRINT: fingerprint}
    if not RunFolder.holds_run(folder):
        return RunFolder.create(folder, wanted)
    opened = RunFolder.open(folder)
    changed = [item for item in differences(opened.config, wanted) if item[0] != "task.root"]
    if changed:
        key, own, asked = changed[0]
        more = f" (and {len(changed) - 1} more)" if len(changed) > 1 else ""
        raise ConfigError(
            f"{folder} holds a run with {key} = {own!r}{more}, asked for is {asked!r}: "
            "resume it as it was, or name another folder."
        )
    return opened


def _measured(folder: RunFolder, fitted: FitResult, split: str, say: Say) -> dict[str, float]:
    """Measure the best checkpoint on ``split`` and keep measures and predictions, unless that was done before."""
    path = folder.path / RESULT
    known: dict[str, Any] = read_json(path) if path.exists() else {"measures": {}}
    if split not in known["measures"]:
        say(f"measuring the best checkpoint (step {fitted.best}) on {split}")
        loaded = load_run(folder.path)
        evaluation = loaded.evaluate(split)  # all processes of torchrun meet in it
        facts = {"steps": fitted.steps, "samples": fitted.samples, "best": fitted.best, "seconds": fitted.seconds}
        known = {**facts, "measures": {**known["measures"], split: evaluation.measures}}
        if int(os.environ.get("RANK", "0")) == 0:
            write_json(loaded.predictions_path(split), loaded.task.results(evaluation.records))
            write_json(path, known, indent=1)
    measures: Mapping[str, float] = known["measures"][split]
    return dict(measures)


@contextlib.contextmanager
def _first_process_first(config: RunConfig) -> Any:
    """Let the first process of torchrun go through the block before the others; alone, go through it at once."""
    if int(os.environ.get("WORLD_SIZE", "1")) == 1:
        yield
        return
    from accelerate import PartialState

    with PartialState(cpu=config.training.device == "cpu").main_process_first():
        yield


def _silent(sentence: str) -> None:
    """Tell nobody."""

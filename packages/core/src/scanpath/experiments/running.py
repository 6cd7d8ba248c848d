"""Runs: finished ones are reused, interrupted ones go on, loaded ones need no data."""

from __future__ import annotations

import contextlib
import functools
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scanpath.errors import ConfigError, ScanpathError
from scanpath.experiments.config import FINGERPRINT, RunConfig, RunnableTask, differences, key_of
from scanpath.experiments.loading import LoadedRun, load_run, read_config, with_weights
from scanpath.experiments.reporting import write_report
from scanpath.experiments.starting import begin_with, check_start, try_start
from scanpath.files import read_json, write_json
from scanpath.progress import Say, silent
from scanpath.training.run_folder import RunFolder
from scanpath.training.trainer import FitResult, Trainer

__all__ = ["LoadedRun", "RunConfig", "RunResult", "load_run", "measured_on", "resume", "run", "run_in"]

RESULT = "result.json"


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
    report: Path
    """The page of the run."""


def run(config: RunConfig, root: Path, *, split: str | None = None, progress: Say | None = None) -> RunResult:
    """Give the run of ``config``: read if it is finished, taken up if it was interrupted, else trained.

    Args:
        config: what to run.
        root: the folder of runs; each lies in one named after its key.
        split: what the best checkpoint is measured on; None takes what it was chosen on.
        progress: is told what is being done.
    """
    return run_in(config, root / config.key(), split=split, progress=progress)


def run_in(config: RunConfig, folder: Path, *, split: str | None = None, progress: Say | None = None) -> RunResult:
    """Do as :func:`run`, in a folder of one's own choice.

    Raises:
        ConfigError: the folder holds a run of another configuration; the sentence names the keys.
        Interrupted: by Ctrl-C or SIGTERM, after the run was saved.
    """
    say = progress or silent
    split = split or config.training.evaluation_split
    start = None if config.start is None else Path(config.start)
    untried = None if RunFolder.holds_run(folder) else start
    if untried is not None:
        check_start(untried)  # before the data are read
    with _first_process_first(config):
        task = config.create_task()
        task.say = say
        if untried is not None:
            try_start(task, untried)  # before a folder is made for this run
        opened = _open(config, folder, dict(task.fingerprint()))
        finished = opened.finished
        if not finished:
            task.batches(split, size=1)  # a split that is not there is refused now, not after hours of training
            task.save(folder)
            _remark(task, config, opened, say)
    if finished:
        say(f"{folder} is finished: nothing to train")
    elif opened.has_checkpoint("last"):
        say(f"{folder} goes on from where it was interrupted")
    begin = None if start is None else functools.partial(_begin, task, opened, start)
    fitted = Trainer(task, config.training, opened, seed=config.seed, begin=begin).fit()
    measures = _measured(opened, config, task, fitted, split=split, say=say)
    return RunResult(
        folder=folder,
        split=split,
        measures=measures,
        seconds=fitted.seconds,
        samples=fitted.samples,
        reused=finished,
        report=opened.report_path,
    )


def _begin(task: Any, folder: RunFolder, start: Path, objective: Any) -> None:
    begin_with(task, start, objective)
    if _main():
        folder.log(f"the first weights are the best ones of the run {key_of(start)}")


def resume(folder: Path, *, split: str | None = None, progress: Say | None = None) -> RunResult:
    """Go on with the run that a folder holds, with its own configuration."""
    return run_in(read_config(RunFolder.open(folder)), folder, split=split, progress=progress)


def _open(config: RunConfig, folder: Path, fingerprint: dict[str, str]) -> RunFolder:
    """Begin a run, or open the one that is there if it is the same one."""
    wanted = {**config.plain(), FINGERPRINT: fingerprint}
    if not RunFolder.holds_run(folder):
        return RunFolder.create(folder, wanted)
    opened = RunFolder.open(folder)
    changed = [item for item in differences(opened.config, wanted) if not config.is_place(*item)]
    if changed:
        key, own, asked = changed[0]
        more = f" (and {len(changed) - 1} more)" if len(changed) > 1 else ""
        raise ConfigError(
            f"{folder} holds a run with {key} = {own!r}{more}, asked for is {asked!r}: "
            "resume it as it was, or name another folder."
        )
    return opened


def _remark(task: RunnableTask, config: RunConfig, folder: RunFolder, say: Say) -> None:
    """Say on the screen and in ``log.txt`` what must not go unsaid."""
    if _main():
        for sentence in task.remarks(config.training.split):
            folder.log(sentence)
            say(sentence)


def _measured(
    folder: RunFolder, config: RunConfig, task: RunnableTask, fitted: FitResult, *, split: str, say: Say
) -> dict[str, float]:
    """Measure the best checkpoint on ``split`` and keep measures, predictions and page, unless they are there."""
    path = folder.path / RESULT
    known: dict[str, Any] = read_json(path) if path.exists() else {"measures": {}}
    if split in known["measures"] and folder.report_path.exists():
        return dict(known["measures"][split])
    loaded = with_weights(folder, config, task)
    if split not in known["measures"]:
        say(f"measuring the best checkpoint (step {fitted.best}) on {split}")
        evaluation = loaded.evaluate(split)  # all processes of torchrun meet in it
        facts = {"steps": fitted.steps, "samples": fitted.samples, "best": fitted.best, "seconds": fitted.seconds}
        today = datetime.now(tz=UTC).date().isoformat()
        known = {"measured": today, **facts, "measures": {**known["measures"], split: evaluation.measures}}
        if _main():
            loaded.write_predictions(split, evaluation.records)
            write_json(path, known, indent=1)
    measures = dict(known["measures"][split])
    if _main() and not folder.report_path.exists():
        _report(loaded, fitted, split, measures, say)
    return measures


def measured_on(folder: Path) -> str:
    """Return the day (UTC) on which a finished run was measured, as YYYY-MM-DD."""
    path = folder / RESULT
    kept = read_json(path).get("measured")  # runs of older versions have only their file's time
    return str(kept or datetime.fromtimestamp(path.stat().st_mtime, tz=UTC).date().isoformat())


def _report(run: LoadedRun, fitted: FitResult, split: str, measures: dict[str, float], say: Say) -> None:
    """Write the page; a run without it is whole, so what hinders it is said and no error."""
    try:
        write_report(run, fitted, split=split, measures=measures)
    except ScanpathError as error:
        sentence = f"{run.folder.report_path} was not written: {error}"
        run.folder.log(sentence)
        say(sentence)


def _main() -> bool:
    """Tell whether this process is the first of torchrun's, or the only one."""
    return int(os.environ.get("RANK", "0")) == 0


@contextlib.contextmanager
def _first_process_first(config: RunConfig) -> Any:
    """Let the first process of torchrun go through the block before the others; alone, go through it at once."""
    if int(os.environ.get("WORLD_SIZE", "1")) == 1:
        yield
        return
    from accelerate import PartialState

    with PartialState(cpu=config.training.device == "cpu").main_process_first():
        yield

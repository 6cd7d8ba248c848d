"""A run read back from its folder: its objective with the checkpoint's weights, ready to be measured or asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scanpath.errors import RunError
from scanpath.experiments.config import FINGERPRINT, RunConfig, RunnableTask
from scanpath.files import write_json
from scanpath.training.checkpoints import load_weights
from scanpath.training.engine import create_accelerator
from scanpath.training.evaluation import Evaluation, evaluate
from scanpath.training.run_folder import CheckpointName, RunFolder
from scanpath.types import Record


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

    def write_predictions(self, split: str, records: Mapping[str, Record], *, checkpoint: str = "best") -> list[Path]:
        """Write what the task makes of records, and in files beside what its ``further_results`` name, if it has any.

        Those of another checkpoint than the best have its name, since training's own predictions stay.
        """
        path = self.predictions_path(split)
        if checkpoint != "best":
            path = path.with_name(f"{path.stem}.{checkpoint}{path.suffix}")
        files = {path: self.task.results(records)}
        if hasattr(self.task, "further_results"):
            further = self.task.further_results(records)
            files |= {path.with_name(f"{path.stem}.{name}{path.suffix}"): found for name, found in further.items()}
        for file, results in files.items():
            write_json(file, results)
        return list(files)

    def evaluate(self, split: str, *, judge: bool = True) -> Evaluation:
        """Measure the weights on a split as training did: on its device, in its precision, in its batches.

        Without ``judge`` the records alone, of a split whose answers are not public.
        """
        training = self.config.training
        accelerator = create_accelerator(training)
        return evaluate(
            self.task,
            self.objective.to(accelerator.device),
            split,
            size=training.evaluation_batch_size or training.batch_size,
            accelerator=accelerator,
            workers=training.workers,
            judge=judge,
        )


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
    return with_weights(opened, config, config.create_task(folder), checkpoint=checkpoint)


def with_weights(
    folder: RunFolder, config: RunConfig, task: RunnableTask, *, checkpoint: CheckpointName = "best"
) -> LoadedRun:
    """Give a run's task, which may have its data open, an objective with the weights of a checkpoint."""
    objective: Any = task.objective()
    load_weights(folder.checkpoint(checkpoint), objective)
    return LoadedRun(folder, config, task, objective.eval())


def read_config(folder: RunFolder) -> RunConfig:
    """Read the configuration of a run."""
    content = {key: value for key, value in folder.config.items() if key != FINGERPRINT}
    return RunConfig.parse(content, source=str(folder.path / "config.yaml"))

"""What a run tells while it goes on: records on disk, curves for TensorBoard, a bar with the time left."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

from scanpath.errors import missing_extra
from scanpath.progress import bars
from scanpath.training.run_folder import RunFolder


class Journal:
    """Writes one run's records; silent in all processes but the first.

    Args:
        folder: the run's folder.
        step: the step the run goes on from.
        total: its last step.
        main: whether this process is the first.
    """

    def __init__(self, folder: RunFolder, *, step: int, total: int, main: bool) -> None:
        self.folder = folder
        self.main = main
        self._writer = _summary_writer(folder, step) if main else None
        self._bar = bars(note=True, shown=main and sys.stderr.isatty())
        self._task = self._bar.add_task("training", total=total, completed=step, note="")
        self._shown = 0.0

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()
        if self._writer is not None:
            self._writer.close()

    def show(self, step: int, now: float) -> None:
        """Move the bar, at most ten times a second."""
        if now - self._shown > 0.1:
            self._shown = now
            self._bar.update(self._task, completed=step)

    def write(self, split: str, step: int, values: Mapping[str, float], **facts: Any) -> None:
        """Write one record; a value that is not finite is written as null."""
        if not self.main:
            return
        plain = {name: value if math.isfinite(value) else None for name, value in values.items()}
        self.folder.add_metrics({"split": split, "step": step, **facts, **plain})
        if self._writer is not None:
            for name, value in values.items():
                self._writer.add_scalar(f"{split}/{name}", value, step)
        note = next((f"{split} {name} {value:.4g}" for name, value in values.items()), "")
        self._bar.update(self._task, completed=step, note=note)

    def say(self, sentence: str, *, aloud: bool = False) -> None:
        """Write a sentence into the log, and on the terminal too if ``aloud``."""
        if not self.main:
            return
        self.folder.log(sentence)
        if aloud:
            self._bar.console.print(f"{time.strftime('%H:%M:%S')} {sentence}", highlight=False)


def _summary_writer(folder: RunFolder, step: int) -> Any:
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError:
        raise missing_extra("tensorboard", purpose="training") from None
    # Events of later steps, written before a kill, are hidden: the resumed run writes them again.
    return SummaryWriter(folder.path, purge_step=step + 1 if step else None)

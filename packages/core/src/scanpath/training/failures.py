"""What a failure inside the loop means to the person who started the run."""

from __future__ import annotations

import torch

from scanpath.errors import RunError
from scanpath.training.settings import TrainingSettings

_NO_MEMORY = ("can't allocate memory", "not enough memory", "out of memory")


def explain(error: BaseException, settings: TrainingSettings, *, step: int, saved: int) -> RunError | None:
    """Return a sentence for a known failure, None for any other.

    Args:
        error: what was raised.
        settings: of the run.
        step: the steps done.
        saved: the step of the last checkpoint, from which the run can go on.
    """
    place = f"after {step} steps (started again, the run goes on from step {saved})"
    text = str(error)
    if isinstance(error, torch.OutOfMemoryError | MemoryError) or any(words in text for words in _NO_MEMORY):
        advice = f"accumulate: {2 * settings.accumulate} halves what is held at once and keeps the recipe"
        if settings.precision == "fp32":
            advice += ", precision: bf16 helps as well"
        return RunError(
            f"memory ran out {place}: {advice}; else choose a smaller batch_size than {settings.batch_size}."
        )
    if isinstance(error, RuntimeError) and text.startswith("DataLoader worker (pid"):
        reason = text.splitlines()[0].rstrip(". ")
        return RunError(f"a process that loads data died {place}: {reason}; often memory is short, try fewer workers.")
    return None

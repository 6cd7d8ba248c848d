"""Known failures become a sentence, others stay what they are."""

from __future__ import annotations

import pytest
import torch

from scanpath.errors import RunError
from scanpath.training.failures import explain
from scanpath.training.settings import TrainingSettings

FULL = TrainingSettings.parse({"steps": 9, "batch_size": 12, "accumulate": 3})
HALF = TrainingSettings.parse({"steps": 9, "batch_size": 12, "precision": "bf16"})


@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError("CUDA out of memory."),
        MemoryError(),
        RuntimeError("[enforce fail at alloc_cpu.cpp:1] DefaultCPUAllocator: can't allocate memory: 7 bytes"),
    ],
)
def test_memory(error):
    found = explain(error, FULL, step=4, saved=2)
    assert isinstance(found, RunError)
    assert "memory ran out after 4 steps (started again, the run goes on from step 2)" in str(found)
    assert "accumulate: 6 " in str(found)
    assert "bf16" in str(found)
    assert "bf16" not in str(explain(error, HALF, step=4, saved=2))


def test_a_loaders_worker():
    error = RuntimeError("DataLoader worker (pid 7) is killed by signal: Killed. \nmore")
    assert "died after 4 steps" in str(explain(error, FULL, step=4, saved=2))
    assert "(pid 7) is killed by signal: Killed; often memory" in str(explain(error, FULL, step=4, saved=2))


@pytest.mark.parametrize("error", [RuntimeError("shapes do not match"), ValueError("DataLoader worker (pid 7)")])
def test_others(error):
    assert explain(error, FULL, step=4, saved=2) is None

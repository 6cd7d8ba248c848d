"""The toy tasks, as a module that tests, forked workers and spawned processes share."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
import torch


@pytest.fixture(scope="session")
def toy() -> ModuleType:
    name = "toy_task"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name("toy_task.py"))
        sys.modules[name] = module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    return sys.modules[name]


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def run_child() -> Callable[[Path, list[dict]], list[list[int]]]:
    """Run scenarios of child.py outside the source tree; return how the processes of each ended."""

    def run(folder: Path, scenarios: list[dict]) -> list[list[int]]:
        plan = folder / "scenarios.json"
        plan.write_text(json.dumps(scenarios))
        done = subprocess.run(
            [sys.executable, str(Path(__file__).with_name("child.py")), str(plan)],
            cwd=folder,
            env={**os.environ, "OMP_NUM_THREADS": "1"},
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run

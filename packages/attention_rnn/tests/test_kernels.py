"""The Triton kernels in Triton's interpreter and on a GPU, which is chosen before Triton is imported: by a process."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import torch

HERE = Path(__file__).parent

pytestmark = pytest.mark.skipif(importlib.util.find_spec("triton") is None, reason="Triton is not installed here")


def run(interpreted):
    """Run the tests of the kernels, and return how many passed."""
    command = [sys.executable, "-m", "pytest", "-q", "-n0", "-p", "no:cacheprovider"]
    chosen = {name: value for name, value in os.environ.items() if name != "TRITON_INTERPRET"}
    if interpreted:
        chosen["TRITON_INTERPRET"] = "1"
    done = subprocess.run(
        [*command, str(HERE / "interpreted" / "kernels.py")], env=chosen, capture_output=True, text=True, check=False,
        cwd=HERE.parent,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    return int(re.search(r"(\d+) passed", done.stdout)[1])


def test_in_the_interpreter():
    assert run(interpreted=True) == 15, "a test more or less is said here, so that none is skipped in silence"


@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no GPU here")
def test_on_a_gpu():
    assert run(interpreted=False) == 19, "as above, and large maps"

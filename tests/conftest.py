"""Settings of the tests of what holds between packages; they also run from outside the tree, on installed wheels."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

# Before torch: a CPU that reports AMX where the system refuses it dies of its first bf16 product.
os.environ.setdefault("ONEDNN_MAX_CPU_ISA", "AVX512_CORE_FP16")

ROOT = Path(__file__).resolve().parent.parent


def pytest_addoption(parser: pytest.Parser) -> None:
    backends = ["aot_eager", "inductor", "none"]
    said = "what compiles every mechanism: traced, for real (minutes), or not at all"
    parser.addoption("--backend", default="aot_eager", choices=backends, help=said)
    parser.addoption("--every-case", action="store_true", help="compile every case of a mechanism, not its first alone")
    parser.addoption("--device", default="cpu", help="where the contracts are checked: cpu or cuda")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "tree: reads the source tree, so it cannot run on installed wheels alone")
    config.addinivalue_line("filterwarnings", "error")


@pytest.fixture
def root() -> Path:
    """The folder of the source tree, or what stands in its place beside the installed wheels."""
    return ROOT

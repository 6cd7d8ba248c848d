"""On what a number was measured: processor, accelerator, versions, commit; plain values, ready for JSON."""

from __future__ import annotations

import functools
import os
import platform
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, entry_points, version
from pathlib import Path
from typing import Any

from scanpath.method import GROUP

LIBRARIES = ("scanpath", "torch", "numpy", "accelerate", "torchdata", "torchvision", "safetensors")


def _processor() -> str:
    """Name the processor's model; its architecture where the system does not tell."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = (line.partition(":")[2].strip() for line in lines if line.lower().startswith("model name"))
    return next(names, "") or platform.machine()


def _cores() -> int:
    """Count the cores that this process may use, which in a container is fewer than the machine has."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def versions() -> dict[str, str]:
    """Return the versions of Python, of those libraries of the project that are installed, and of method packages."""
    found = {"python": platform.python_version()}
    brought = {point.dist.name for point in entry_points(group=GROUP) if point.dist}
    for library in (*LIBRARIES, *sorted(brought.difference(LIBRARIES))):
        try:
            found[library] = version(library)
        except PackageNotFoundError:
            continue
    return found


@functools.cache
def commit(folder: Path | None = None) -> str | None:
    """Return the commit of the git tree that holds ``folder`` (default: this package), with ``+`` if it was changed.

    None outside a tree, where git is absent, and for an installed wheel, which some unrelated tree may surround.
    """
    folder = folder or Path(__file__).parent
    command = ["git", "-C", str(folder)]
    try:
        tracked = subprocess.run(  # noqa: S603 - fixed words and a folder, no shell
            [*command, "ls-files", "--error-unmatch", "."], capture_output=True, text=True, timeout=10, check=False
        )
        if tracked.returncode != 0:
            return None
        described = subprocess.run(  # noqa: S603 - as above
            [*command, "describe", "--always", "--abbrev=12", "--match=", "--dirty=+"],
            capture_output=True,
            text=True,
            timeout=10,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return described.stdout.strip() or None


def accelerator() -> str | None:
    """Name the first GPU that torch can use; None without one."""
    import torch

    if torch.cuda.is_available():
        return torch.cuda.get_device_name(0)
    if torch.backends.mps.is_available():
        return "Apple GPU (mps)"
    return None


def hardware() -> dict[str, Any]:
    """Describe machine and software, as written beside every measured number.

    Returns:
        Plain values: ``processor``, ``cores``, ``threads`` (torch's), ``accelerator`` (None without one), ``system``,
        ``versions`` and ``commit`` (None outside a git tree).
    """
    import torch

    return {
        "processor": _processor(),
        "cores": _cores(),
        "threads": torch.get_num_threads(),
        "accelerator": accelerator(),
        "system": f"{platform.system()} {platform.machine()}",
        "versions": versions(),
        "commit": commit(),
    }


BF16_REMEDY = (
    "bf16 kills a process on this CPU, which reports matrix tiles (AMX) that the system refuses: use precision fp32 or "
    "set ONEDNN_MAX_CPU_ISA=AVX512_CORE_FP16 in the environment first."
)


@functools.cache
def cpu_runs_bf16() -> bool:
    """Try a bf16 product on the CPU, in a child process: nobody can catch an illegal instruction."""
    code = "import torch; x = torch.ones(64, 64, dtype=torch.bfloat16); torch.nn.functional.linear(x, x)"
    command = [sys.executable, "-c", code]
    try:
        tried = subprocess.run(command, capture_output=True, timeout=120, check=False)  # noqa: S603 - fixed words
    except subprocess.TimeoutExpired:
        return False
    return tried.returncode == 0

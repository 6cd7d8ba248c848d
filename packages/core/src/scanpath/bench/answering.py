"""``scanpath evaluate`` and ``scanpath predict-split`` as a user calls them, on a split of the size that is asked for.

As in training they run in processes of their own, their memory is watched from outside, and the features are drawn.
"""

from __future__ import annotations

import dataclasses
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from scanpath.bench.data import Line, Sizes
from scanpath.bench.processes import watch
from scanpath.bench.training import memory, prepare, write_recipe

_STEPS = 2  # what has hardly learnt answers as fast


def measure_answering(folder: Path, sizes: Sizes) -> Iterator[Line]:
    """Train for two steps; then measure val, and answer it into a file, from the start of the command to its end.

    Args:
        folder: an empty one; it takes what :func:`scanpath.bench.training.measure_training` takes.
        sizes: what is measured on; of ``workers`` the last.
    """
    prepare(folder, sizes)
    workers, run, out = sizes.workers[-1], folder / "run", folder / "results.json"
    recipe = write_recipe(folder, dataclasses.replace(sizes, steps=_STEPS), workers)
    scanpath = [sys.executable, "-m", "scanpath"]
    watch([*scanpath, "train", str(recipe), "--out", str(run)])
    split = ["--split", "val"]
    for name, command in (
        ("evaluate", ["evaluate", str(run), *split]),
        ("predict-split", ["predict-split", str(run), *split, "--out", str(out), "--workers", str(workers)]),
    ):
        called = f"scanpath {name}, workers {workers}"
        began = time.perf_counter()
        watched = watch([*scanpath, *command])
        seconds = time.perf_counter() - began
        answered = len(json.loads((run / "predictions.json" if name == "evaluate" else out).read_text()))
        yield Line(what=f"{called}: {answered:,} questions, start and end counted", value=answered / seconds, unit="/s")
        yield from memory(called, watched)

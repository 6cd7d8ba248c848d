"""``scanpath train`` as a user calls it, on official files and stored features of the size that is asked for.

The command runs in a process of its own, once for every number of loader processes, and its memory is watched from
outside. Its features are drawn, so nothing is learnt; the time of a step does not know that.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from scanpath.bench.data import Line, Sizes
from scanpath.bench.processes import Watched, watch
from scanpath.bench.questions import write_official
from scanpath.features.writing import StoreWriter

_GIBIBYTE, _MEBIBYTE = 2**30, 2**20
_SHARE_OF_VAL = 0.483  # questions of val by those of train, as in VQA v2
_DRAWN = 512  # different pictures; more would cost time to draw and none to read


def measure_training(folder: Path, sizes: Sizes) -> Iterator[Line]:
    """Train for some steps and evaluate, with each number of loader processes.

    Args:
        folder: an empty one; it takes about 1,300 bytes a question, and ``regions * width`` bytes for each picture of
            train and half as many of val.
        sizes: what is measured on.
    """
    prepare(folder, sizes)
    for workers in sizes.workers:
        run = folder / f"run-{workers}"
        recipe = write_recipe(folder, sizes, workers)
        watched = watch([sys.executable, "-m", "scanpath", "train", str(recipe), "--out", str(run)])
        called = f"workers {workers}"
        steps, seconds, waited = _counted(run / "metrics.jsonl")
        share = 100 * waited / seconds
        yield Line(what=f"{called}: training", value=steps / seconds, unit="steps/s")
        yield Line(
            what=f"{called}: waiting for data",
            value=share,
            unit="% of the time",
            aim="under 5 %",
            met=share < 5,
        )
        yield from memory(called, watched)
        if workers and watched.workers:
            yield Line(
                what=f"{called}: memory that a loader's process has alone",
                value=watched.workers[0] / _MEBIBYTE,
                unit="MiB",
            )


def memory(called: str, watched: Watched) -> Iterator[Line]:
    """Tell what a finished command held at most, where the system knows."""
    if watched.resident is not None:
        yield Line(
            what=f"{called}: memory of all processes besides the page cache",
            value=watched.resident / _GIBIBYTE,
            unit="GiB",
            aim="under 2 GiB",
            met=watched.resident < 2 * _GIBIBYTE,
        )


def prepare(folder: Path, sizes: Sizes) -> None:
    """Write official files of train and val into ``folder/data``, and drawn features of their pictures beside it."""
    (folder / "data" / "vqa2").mkdir(parents=True)
    images = []
    for subtype, share in (("train2014", 1.0), ("val2014", _SHARE_OF_VAL)):
        split = write_official(
            folder / "data" / "vqa2",
            subtype,
            questions=max(1, int(share * sizes.questions)),
            pictures=max(1, int(share * sizes.pictures)),
        )
        images += sorted(split.image_names)
    (folder / "store").mkdir()
    writer = StoreWriter(folder / "store", "int8")
    draw = np.random.default_rng(0)
    drawn = draw.standard_normal((_DRAWN, sizes.regions, sizes.width), dtype=np.float32)
    for number, image in enumerate(images):
        writer.add(image, drawn[number % _DRAWN])
    writer.finish()


def write_recipe(folder: Path, sizes: Sizes, workers: int) -> Path:
    """Write what ``scanpath train`` is to do with :func:`prepare`'s files."""
    values: dict[str, Any] = {
        "task": {
            "name": "vqa",
            "data": "vqa2",
            "root": str(folder / "data"),
            "features": str(folder / "store"),
            "answers": 3000,
            "model": {"attention": "dot"},
        },
        "training": {
            "steps": sizes.steps,
            "batch_size": sizes.batch,
            "optimiser": {"name": "adam", "lr": 0.001},
            "evaluate_every": "end",
            "log_every": 1,
            "workers": workers,
            "device": "cpu",
        },
    }
    path = folder / f"workers-{workers}.yaml"
    path.write_text(yaml.safe_dump(values, sort_keys=False), encoding="utf-8")
    return path


def _counted(path: Path) -> tuple[int, float, float]:
    """Read steps, their seconds and those of them that were waited, without the first step, which starts the loader."""
    records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    trained = [record for record in records if record["split"] == "train"]
    seconds = np.diff([record["seconds"] for record in trained])
    waited = seconds * [record["waiting"] for record in trained[1:]]
    return len(seconds), float(seconds.sum()), float(waited.sum())

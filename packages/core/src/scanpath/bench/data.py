"""How fast stored features are, beside a plain copy of the same bytes and beside HDF5: one run, rounds in turn.

A further part of ``scanpath bench data`` is a function that yields :class:`Line` and has its name in
:data:`scanpath.bench.parts.PARTS`.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from scanpath.errors import ConfigError
from scanpath.features.reading import open_shards
from scanpath.features.shards import Stored
from scanpath.features.store import FeatureStore
from scanpath.features.writing import StoreWriter

Array = npt.NDArray[Any]

#: Shards of 123,287 pictures with 36 regions of 2048 numbers in half precision: what a real store opens.
REAL_SHARDS = 136
OPENED = 100_000


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line of the table."""

    what: str
    value: float
    unit: str
    ratio: float | None = None
    """Median over the rounds of this one's speed by that of ``than``."""
    than: str = ""
    aim: str = ""
    met: bool | None = None
    """None where nothing was asked."""


@dataclass(frozen=True, kw_only=True)
class Sizes:
    """What is measured on."""

    images: int = 4096
    regions: int = 36
    width: int = 2048
    batch: int = 512
    rounds: int = 15
    opened: int = OPENED
    questions: int = 443_757
    """Of a training split; those of val are about half as many."""
    pictures: int = 82_783
    steps: int = 200
    workers: tuple[int, ...] = (0, 1, 2, 4)
    """Numbers of loader processes to train with."""


def measure_store(folder: Path, sizes: Sizes) -> Iterator[Line]:
    """Measure opening, and random batches against a plain copy and h5py.

    Args:
        folder: an empty one; it takes about five times ``images * regions * width`` bytes.
        sizes: what is measured on.

    Raises:
        ConfigError: a batch of more pictures than there are.
    """
    if sizes.batch > sizes.images:
        raise ConfigError(f"batches of {sizes.batch} pictures were asked of {sizes.images}: raise --images.")
    yield from measure_opening(folder / "many", sizes)
    stores = {kind: _drawn_store(folder / kind, sizes, kind) for kind in ("float16", "int8")}
    draw = np.random.default_rng(1)
    cases: dict[str, Callable[[Array], object]] = {
        "plain copy": _plain_copy(stores["float16"], sizes),
        "store": stores["float16"].gather,
        "store, int8": stores["int8"].gather,
        **_hdf5(folder / "x.h5", stores["float16"]),
    }
    seconds = time_in_turn(
        cases, lambda: np.sort(draw.choice(sizes.images, sizes.batch, replace=False)), rounds=sizes.rounds
    )
    yield from _judged(seconds, sizes)


def measure_opening(folder: Path, sizes: Sizes) -> Iterator[Line]:
    """Open a store of many pictures in as many shards as a real one has; on a busy machine the two lines differ."""
    folder.mkdir()
    writer = StoreWriter(folder, "float16", shard_bytes=max(2, 2 * sizes.opened // REAL_SHARDS))
    for image in range(sizes.opened):
        writer.add(image, np.zeros((1, 1)))
    writer.finish()
    wall, worked = [], []
    for _ in range(max(3, sizes.rounds)):
        began, busy = time.perf_counter(), time.process_time()
        FeatureStore.open(folder)
        wall.append(1000 * (time.perf_counter() - began))
        worked.append(1000 * (time.process_time() - busy))
    found = statistics.median(wall)
    what = f"opening {sizes.opened:,} pictures in {len(writer.shards)} shards"
    yield Line(what=what, value=found, unit="ms", aim="under 50 ms", met=found < 50)
    yield Line(what="of it on the processor", value=statistics.median(worked), unit="ms")


def time_in_turn(
    cases: Mapping[str, Callable[[Array], object]], draw: Callable[[], Array], *, rounds: int
) -> dict[str, list[float]]:
    """Time every case once a round on the rows of the round; who begins changes from round to round.

    Args:
        cases: by name; each is given rows and returns what it read.
        draw: gives the rows of a round.
        rounds: after one that does not count.
    """
    names = [*cases]
    seconds: dict[str, list[float]] = {name: [] for name in names}
    for number in range(rounds + 1):
        rows = draw()
        first = number % len(names)
        for name in names[first:] + names[:first]:
            began = time.perf_counter()
            read = cases[name](rows)
            took = time.perf_counter() - began
            del read
            if number:
                seconds[name].append(took)
    return seconds


def _drawn_store(folder: Path, sizes: Sizes, dtype: Stored) -> FeatureStore:
    folder.mkdir()
    writer = StoreWriter(folder, dtype)
    draw = np.random.default_rng(0)
    for image in range(sizes.images):
        writer.add(image, draw.standard_normal((sizes.regions, sizes.width), dtype=np.float32))
    writer.finish()
    return FeatureStore.open(folder)


def _plain_copy(store: FeatureStore, sizes: Sizes) -> Callable[[Array], object]:
    """Copy as many bytes from the same mapped files, all behind each other, into memory of its own."""
    pages = open_shards(store.folder, store.index)  # type: ignore[arg-type]  # it was written as shards
    count = sizes.batch * sizes.regions

    def copy(rows: Array) -> object:
        number = int(np.searchsorted(pages.first_images, rows[len(rows) // 2], side="right")) - 1
        source = pages.part(number).features
        copied, left = np.empty((count, sizes.width), source.dtype), count
        while left:  # a shard may hold less than a batch
            taken = min(left, len(source))
            copied[count - left : count - left + taken] = source[:taken]
            left -= taken
        return copied

    return copy


def _hdf5(path: Path, store: FeatureStore) -> dict[str, Callable[[Array], object]]:
    """Write the same features as one data set of HDF5; read rows one by one, and by a list; nothing without h5py."""
    try:
        import h5py
    except ImportError:
        return {}
    with h5py.File(path, "w") as file:
        written = file.create_dataset("image_features", (len(store), *store.shape), "f2")
        for row in range(len(store)):
            written[row] = store.read([row])[0]
    data = h5py.File(path, "r")["image_features"]

    def one_by_one(rows: Array) -> object:
        read = np.empty((len(rows), *data.shape[1:]), data.dtype)
        for place, row in enumerate(rows.tolist()):
            data.read_direct(read, np.s_[row], np.s_[place])
        return read

    return {"h5py, row by row": one_by_one, "h5py, a list of rows": lambda rows: data[rows]}


def _judged(seconds: Mapping[str, list[float]], sizes: Sizes) -> Iterator[Line]:
    def against(name: str, other: str) -> float:
        return statistics.median(b / a for a, b in zip(seconds[name], seconds[other], strict=True))

    asked = {
        ("store", "plain copy"): 0.7,
        ("store", "h5py, row by row"): 2.0,
        ("store", "h5py, a list of rows"): 2.0,
        ("store, int8", "store"): 0.5,
    }
    for name, times in seconds.items():
        value = sizes.batch / statistics.median(times)
        yield Line(what=f"{name}: batches of {sizes.batch}", value=value, unit="pictures/s")
    for (name, other), aim in asked.items():
        if other in seconds:
            found = against(name, other)
            yield Line(
                what=f"{name} by {other}",
                value=found,
                unit="x",
                ratio=found,
                than=other,
                aim=f">= {aim}",
                met=found >= aim,
            )

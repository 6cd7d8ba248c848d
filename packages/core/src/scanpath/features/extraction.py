"""Extraction: the pictures of a split through a frozen backbone, once, into a :class:`FeatureStore`.

Rows are computed block by block into a work folder beside the target. A journal notes the checksum of each finished
block; after a kill the blocks whose bytes still agree are kept, so the result equals the undisturbed one.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import math
import platform
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from scanpath.errors import ConfigError, DataError
from scanpath.features.backbones import Backbone
from scanpath.features.locking import locked
from scanpath.features.store import ARRAY, BOXES, INDEX, FeatureStore, StoreIndex, checksum
from scanpath.files import write_json
from scanpath.progress import track

JOURNAL, PLAN = "journal.jsonl", "plan.json"
BLOCK_ROWS, BLOCK_BYTES = 1024, 2**26


class ReadsPictures(Protocol):
    """What opens pictures by file name (``scanpath.data.images``)."""

    def read(self, name: str) -> npt.NDArray[np.uint8]:
        """Decode one picture, uint8 (H, W, 3)."""
        ...


class Pictures(Protocol):
    """The part of a split that extraction needs; a ``VQASplit`` has it."""

    @property
    def image_ids(self) -> npt.NDArray[np.int64]:
        """The pictures, each any number of times."""
        ...

    @property
    def image_names(self) -> Mapping[int, str]:
        """File names by image id."""
        ...

    @property
    def images(self) -> ReadsPictures | None:
        """Where the files are."""
        ...


def extract(
    split: Pictures,
    backbone: Backbone,
    folder: Path,
    *,
    batch: int = 64,
    device: str = "cpu",
    dtype: str = "float16",
    data: Mapping[str, Any] | None = None,
    say: Callable[[str], None] | None = None,
) -> FeatureStore:
    """Compute the features of every picture of ``split`` and store them in ``folder``.

    A call that was killed is taken up by the next one. Two processes that extract the same take turns, and the second
    finds the work done.

    Args:
        split: the pictures; rows are sorted by image id.
        backbone: the frozen network; it is moved to ``device``.
        folder: where the store is to be; it must not hold anything else.
        batch: pictures in one forward pass.
        device: where the backbone runs.
        dtype: ``"float16"`` or ``"float32"``.
        data: name, split and checksum of the pictures, for the record.
        say: is told what will be done and how large it is, before it starts.

    Raises:
        DataError: a picture cannot be read, the disk is too small, or ``folder`` holds something else.
        ConfigError: ``batch``, ``dtype`` or ``device`` cannot be.
    """
    if batch < 1 or dtype not in {"float16", "float32"}:
        raise ConfigError(f"batch = {batch}, dtype = {dtype!r} given, expected batch >= 1 and float16 or float32.")
    _check_device(device)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with locked(folder.with_name(f".{folder.name}.lock")):
        if folder.exists():
            return _existing(folder, backbone)
        plan = _plan(split, backbone, dtype, dict(data or {}))
        rows = len(plan.image_ids)
        size = rows * math.prod(plan.shape) * np.dtype(dtype).itemsize
        if say:
            form = "x".join(map(str, plan.shape))
            say(f"{rows:,} pictures -> {form} {dtype} of {backbone.name}: {size / 1e6:,.1f} MB in {folder}")
        work = folder.with_name(f".{folder.name}.work")
        array, finished = _take_up(work, plan, size)
        todo = [number for number in range(_blocks(plan)) if number not in finished]
        pictures = _read_blocks(split, backbone, plan, todo)
        with (work / JOURNAL).open("a") as journal:
            for number, pixels in zip(track(todo, f"features of {backbone.name}"), pictures, strict=True):
                first = number * plan.block
                done = _forward(backbone.to(device), pixels, batch, device).astype(dtype)
                array[first : first + len(done)] = done
                finished[number] = checksum(done)
                journal.write(json.dumps([number, finished[number]]) + "\n")
                journal.flush()
        if backbone.boxes is not None:
            np.save(work / BOXES, np.broadcast_to(backbone.boxes, (rows, *backbone.boxes.shape)), allow_pickle=False)
        return _finish(work, folder, array, plan, finished)


def _check_device(device: str) -> None:
    try:
        torch.zeros(1, device=device)
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        reason = str(error).splitlines()[0].rstrip(".")
        raise ConfigError(
            f"device = {device!r} was given, which torch cannot use here ({reason}): scanpath doctor lists the devices."
        ) from None


def _existing(folder: Path, backbone: Backbone) -> FeatureStore:
    store = FeatureStore.open(folder)
    if store.index.backbone != backbone.facts:
        raise DataError(
            f"{folder} holds features of {store.index.backbone.get('name')!r} made with other weights or sizes: "
            "name another folder, or delete this one."
        )
    return store


def _plan(split: Pictures, backbone: Backbone, dtype: str, data: dict[str, Any]) -> StoreIndex:
    """Describe the store that is to be, without its checksums."""
    image_ids = np.unique(split.image_ids).tolist()
    if not image_ids:
        raise DataError("the split has no pictures: nothing to extract.")
    if lost := [one for one in image_ids if one not in split.image_names]:
        raise DataError(f"{len(lost)} pictures of the split have no file name, the first being {lost[0]}.")
    shape = (*backbone.grid, backbone.width)
    row_bytes = math.prod(shape) * np.dtype(dtype).itemsize
    return StoreIndex(
        shape=shape,
        dtype=dtype,  # type: ignore[arg-type]  # checked by the model
        backbone=backbone.facts,
        data=data,
        boxes=backbone.boxes is not None,
        versions={"torch": torch.__version__, "numpy": np.__version__, "python": platform.python_version()},
        block=max(1, min(BLOCK_ROWS, BLOCK_BYTES // row_bytes)),
        sha256=[],
        image_ids=image_ids,
    )


def _blocks(plan: StoreIndex) -> int:
    return -(-len(plan.image_ids) // plan.block)


def _take_up(work: Path, plan: StoreIndex, size: int) -> tuple[npt.NDArray[Any], dict[int, str]]:
    """Open the work folder of an interrupted call of the same plan, or a fresh one: the array, what is finished."""
    text = plan.model_dump_json()
    planned = work / PLAN
    if not planned.is_file() or planned.read_text() != text:
        shutil.rmtree(work, ignore_errors=True)
        free = shutil.disk_usage(work.parent).free
        if free < size:
            raise DataError(f"{work.parent} has {free / 1e6:,.0f} MB free, the features need {size / 1e6:,.0f} MB.")
        work.mkdir()
        shape = (len(plan.image_ids), *plan.shape)
        np.lib.format.open_memmap(work / ARRAY, mode="w+", dtype=plan.dtype, shape=shape)
        planned.write_text(text)
        return np.lib.format.open_memmap(work / ARRAY, mode="r+"), {}
    array = np.lib.format.open_memmap(work / ARRAY, mode="r+")
    journal = work / JOURNAL
    noted = dict(_entries(journal.read_text())) if journal.is_file() else {}
    kept = {
        number: digest
        for number, digest in noted.items()
        if checksum(array[number * plan.block : (number + 1) * plan.block]) == digest
    }
    journal.write_text("".join(json.dumps([number, digest]) + "\n" for number, digest in kept.items()))
    return array, kept


def _entries(journal: str) -> Iterator[tuple[int, str]]:
    """Read the journal's whole lines; the last one may have been cut by a kill."""
    for line in journal.splitlines(keepends=True):
        if line.endswith("\n"):
            number, digest = json.loads(line)
            yield number, digest


def _read_blocks(split: Pictures, backbone: Backbone, plan: StoreIndex, todo: Iterable[int]) -> Iterator[Tensor]:
    """Decode blocks of pictures, uint8 (n, 3, H, W), one block ahead of the one that is computed."""
    source = split.images
    if source is None:
        raise DataError("the split has no pictures beside its questions: features cannot be extracted.")

    def read(number: int) -> Tensor:
        names = [split.image_names[one] for one in plan.image_ids[number * plan.block : (number + 1) * plan.block]]
        return torch.stack([backbone.prepare(source.read(name)) for name in names])

    with ThreadPoolExecutor(1) as pool:
        ahead: Future[Tensor] | None = None
        for number in itertools.chain(todo, [None]):
            ready, ahead = ahead, pool.submit(read, number) if number is not None else None
            if ready is not None:
                yield ready.result()


def _forward(backbone: Backbone, pixels: Tensor, batch: int, device: str) -> npt.NDArray[np.float32]:
    parts = [backbone(part.to(device)).float().cpu().numpy() for part in torch.split(pixels, batch)]
    return np.concatenate(parts)


def _finish(
    work: Path, folder: Path, array: npt.NDArray[Any], plan: StoreIndex, finished: Mapping[int, str]
) -> FeatureStore:
    if isinstance(array, np.memmap):
        array.flush()
    checksums = [finished[number] for number in range(_blocks(plan))]
    write_json(work / INDEX, plan.model_copy(update={"sha256": checksums}).model_dump())
    (work / JOURNAL).unlink()
    (work / PLAN).unlink()
    work.rename(folder)
    return FeatureStore.open(folder)


def store_key(backbone: Backbone, data_checksum: str, dtype: str = "float16") -> str:
    """Name what a store's contents depend on: 12 hexadecimal digits."""
    text = json.dumps([backbone.facts, data_checksum, dtype], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:12]

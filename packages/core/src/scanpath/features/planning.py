"""What an extraction will be: its pictures, units, size and time, told and checked before anything is computed."""

from __future__ import annotations

import hashlib
import json
import math
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import torch

from scanpath.errors import ConfigError, DataError
from scanpath.features.encoding import LARGEST
from scanpath.features.frozen import Extractor
from scanpath.features.pictures import Pictures, ReadsPictures, named
from scanpath.features.probing import TRIED, in_words, seconds_a_picture
from scanpath.features.shards import Stored
from scanpath.features.store import FeatureStore
from scanpath.features.units import Units
from scanpath.features.writing import SHARD_BYTES, check_folder

_ITEM = {"int8": 1, "float32": 4}


class Plan(NamedTuple):
    """What is to be extracted, and how."""

    pictures: list[tuple[int, str]]
    """Ids and file names, in the order of the store's rows."""
    images: ReadsPictures
    extractor: Extractor
    units: Units
    dtype: Stored
    device: str
    decoders: int
    data: dict[str, Any]
    skip_bad: bool

    @property
    def bytes(self) -> int:
        """How large the features become, tables and boxes aside."""
        return len(self.pictures) * math.prod(self.extractor.shape) * _ITEM.get(self.dtype, 2)

    @property
    def words(self) -> str:
        """What every byte of the result follows from, as text."""
        pictures = hashlib.sha256(json.dumps(self.pictures).encode()).hexdigest()
        plain = [pictures, self.extractor.facts, self.units, self.dtype, self.data, self.skip_bad]
        return json.dumps(["extraction/1", *plain])


def plan_extraction(
    split: Pictures,
    backbone: Extractor,
    *,
    batch: int = 64,
    device: str = "cpu",
    dtype: str = "float16",
    data: Mapping[str, Any] | None = None,
    skip_bad: bool = False,
    decoders: int | None = None,
    shard_bytes: int = SHARD_BYTES,
) -> Plan:
    """Check what an extraction was asked for; arguments and errors are those of ``extract``."""
    check_options(batch=batch, device=device, dtype=dtype, decoders=decoders)
    pictures = [*named(split).items()]
    stored: Stored = dtype  # type: ignore[assignment]  # it was found among them
    row_bytes = math.prod(backbone.shape) * _ITEM.get(stored, 2)
    return Plan(
        pictures=pictures,
        images=split.images,  # type: ignore[arg-type]  # named() refuses None
        extractor=backbone,
        units=Units.of(len(pictures), batch, row_bytes, shard_bytes),
        dtype=stored,
        device=device,
        decoders=decoders or os.cpu_count() or 1,
        data=dict(data or {}),
        skip_bad=skip_bad,
    )


def check_options(*, batch: int, device: str, dtype: str, decoders: int | None) -> None:
    """Refuse options of ``extract`` that cannot be, for which neither pictures nor weights are needed.

    Raises:
        ConfigError: as said.
    """
    if batch < 1 or dtype not in LARGEST:
        raise ConfigError(f"batch = {batch}, dtype = {dtype!r} given, expected batch >= 1 and {' or '.join(LARGEST)}.")
    if decoders is not None and decoders < 1:
        raise ConfigError(f"{decoders} decoders given, expected at least 1.")
    try:
        torch.zeros(1, device=device).cpu()  # what "meta" holds cannot come back
    except (RuntimeError, AssertionError, NotImplementedError):
        raise ConfigError(
            f"device = {device!r} was given, which torch does not know or cannot use on this machine: "
            "give cpu, or one that scanpath doctor lists."
        ) from None


def tell(plan: Plan, folder: Path, *, done: int = 0, world: int = 1) -> str:
    """Say how large the features become and about how long that takes, after a short trial.

    Args:
        plan: what is to be done.
        folder: where it is to be.
        done: pictures that an interrupted call has finished.
        world: processes that share the rest.
    """
    form = "x".join(map(str, plan.extractor.shape))
    size = f"{plan.bytes / 1e6:,.1f} MB" if plan.bytes < 1e10 else f"{plan.bytes / 1e9:,.1f} GB"
    taken_up = f", of which {done:,} are done" if done else ""
    said = f"{len(plan.pictures):,} pictures{taken_up} -> {form} {plan.dtype} of {plan.extractor.name}: {size}"
    plan.extractor.to(plan.device)
    each = seconds_a_picture(
        [name for _, name in plan.pictures[done : done + TRIED]],
        lambda name: plan.extractor.prepare(plan.images.read(name)),
        plan.extractor,
        batch=plan.units.batch,
        decoders=plan.decoders,
        cpu=plan.device == "cpu",
    )
    if each is None:
        return f"{said} in {folder}"
    speed, left = world / each, (len(plan.pictures) - done) * each / world
    return f"{said} in {folder}, about {in_words(left)} at {speed:,.1f} pictures a second"


def check_place(plan: Plan, folder: Path) -> FeatureStore | None:
    """Open what ``folder`` holds already, None if nothing; refuse other features, and a disk that is too small.

    Raises:
        DataError: as said.
    """
    check_folder(folder)
    if folder.exists():
        store = FeatureStore.open(folder)
        made = store.index.backbone
        if made != plan.extractor.facts:
            raise DataError(
                f"{folder} holds features of {made.get('name')!r} made with other weights, sizes or preprocessing: "
                "name another folder, or delete this one."
            )
        if store.index.dtype != plan.dtype or (store.index.data and plan.data and store.index.data != plan.data):
            raise DataError(
                f"{folder} holds features of other pictures, or as {store.index.dtype}: name another folder, or delete "
                "this one."
            )
        return store
    check_room(plan, folder)
    return None


def check_room(plan: Plan, folder: Path) -> None:
    """Raise a :class:`DataError` if the disk of a folder, there yet or not, is too small for the features."""
    free = shutil.disk_usage(next(place for place in folder.absolute().parents if place.exists())).free
    if free < plan.bytes:
        raise DataError(
            f"{folder.parent} has {free / 1e6:,.0f} MB free, the features need {plan.bytes / 1e6:,.0f} MB: store them "
            "as int8, or on another disk."
        )

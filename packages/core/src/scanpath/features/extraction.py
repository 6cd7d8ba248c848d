"""Extraction: pictures through a frozen network, once, into a :class:`FeatureStore`.

The work is cut into units of a shard each (:mod:`scanpath.features.units`), which lie in a folder beside the target
until all are there. Units that a killed call has finished are kept, so the result equals the undisturbed one byte for
byte.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch import Tensor

from scanpath.errors import ConfigError, DataError
from scanpath.features.crew import Crew
from scanpath.features.flowing import flow
from scanpath.features.frozen import Described, Extractor
from scanpath.features.index import LeftOut, ShardFacts
from scanpath.features.locking import locked
from scanpath.features.pictures import Pictures
from scanpath.features.planning import Plan, check_place, plan_extraction, tell
from scanpath.features.reading import shard_name
from scanpath.features.store import FeatureStore
from scanpath.features.units import FACTS, Batch, UnitFacts, end_unit, read_unit, start_unit, unit_folder
from scanpath.features.writing import SHARD_BYTES, StoreWriter, check_folder
from scanpath.files import write_atomically
from scanpath.progress import Say, bars

PLAN = "plan.json"


def extract(
    split: Pictures,
    backbone: Extractor,
    folder: Path,
    *,
    batch: int = 64,
    device: str = "cpu",
    dtype: str = "float16",
    data: Mapping[str, Any] | None = None,
    skip_bad: bool = False,
    decoders: int | None = None,
    shard_bytes: int = SHARD_BYTES,
    crew: Crew | None = None,
    say: Say | None = None,
) -> FeatureStore:
    """Compute the features of every picture of ``split`` and store them in ``folder``.

    A call that was killed is taken up by the next one. Two processes that extract the same take turns, and the second
    finds the work done; those of one ``crew`` share the work.

    Args:
        split: the pictures; rows are sorted by image id.
        backbone: the frozen network; it is moved to ``device``.
        folder: where the store is to be; it must not hold anything else.
        batch: pictures in one forward pass.
        device: where the network runs.
        dtype: ``"float16"``, ``"bfloat16"``, ``"float32"`` or ``"int8"``.
        data: name, split and checksum of the pictures, for the record.
        skip_bad: leave out pictures that cannot be read and list them in the index, instead of ending with an error.
        decoders: threads that read pictures; None takes one for each core.
        shard_bytes: about how large a shard's features become.
        crew: the processes that share the work; None is this one alone.
        say: is told what will be done, how large it is and how long it takes, before it starts.

    Raises:
        DataError: a picture cannot be read, the disk is too small, or ``folder`` holds something else.
        ConfigError: ``batch``, ``dtype``, ``decoders`` or ``device`` cannot be.
    """
    crew = crew or Crew()
    plan = plan_extraction(
        split,
        backbone,
        batch=batch,
        device=crew.place(device),
        dtype=dtype,
        data=data,
        skip_bad=skip_bad,
        decoders=decoders,
        shard_bytes=shard_bytes,
    )
    check_folder(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    work = folder.with_name(f".{folder.name}.work")
    with locked(folder.with_name(f".{folder.name}.lock")) if crew.is_first else contextlib.nullcontext():
        if crew.after_the_first(lambda: _begin(plan, folder, work, crew, say)):
            _Share(plan, work, crew).run()
            crew.wait()
            crew.after_the_first(lambda: _finish(plan, folder, work))
        return FeatureStore.open(folder)


def _begin(plan: Plan, folder: Path, work: Path, crew: Crew, say: Say | None) -> bool:
    """Open the work folder of an interrupted call of the same plan, or a fresh one; return whether there is work."""
    planned = work / PLAN
    same = planned.is_file() and planned.read_text() == plan.words
    if folder.exists() or not same:
        found = check_place(plan, folder)
        if found is None and any(work.glob(f"units/*/{FACTS}")):
            raise DataError(
                f"{work} holds an unfinished extraction of other pictures or with other options: give its own to go on "
                "with it, or delete that folder."
            )
        shutil.rmtree(work, ignore_errors=True)  # a kill may have come between the rename and the end of _finish
        if found is not None:
            return False
        work.mkdir()
        write_atomically(planned, plan.words)
    units = (unit for unit in range(plan.units.total) if read_unit(unit_folder(work, unit), thoroughly=False))
    done = sum(plan.units.pictures(unit) for unit in units)
    if say:
        say(tell(plan, folder, done=done, world=crew.world))
    return True


class _Share:
    """One process's part of an extraction."""

    def __init__(self, plan: Plan, work: Path, crew: Crew) -> None:
        self.plan, self.work, self.crew = plan, work, crew
        self.writer: StoreWriter | None = None
        self.left_out: list[LeftOut] = []

    def run(self) -> None:
        """Do every world-th unit that is not whole."""
        units, (rank, world, _) = self.plan.units, self.crew
        mine = range(rank, units.total, world)
        todo = [unit for unit in mine if not read_unit(unit_folder(self.work, unit))]
        share = f" ({rank + 1} of {world} processes)" if world > 1 else ""
        self.plan.extractor.to(self.plan.device)
        with bars() as display:
            pictures = sum(units.pictures(unit) for unit in mine)
            done = pictures - sum(units.pictures(unit) for unit in todo)
            bar = display.add_task(f"features of {self.plan.extractor.name}{share}", total=pictures, completed=done)

            def write(batch: Batch, found: _Found) -> None:
                self._write(batch, found)
                display.advance(bar, batch.last - batch.first)

            flow(
                self._batches(todo),
                items=lambda batch: self.plan.pictures[batch.first : batch.last],
                decode=self._decode,
                compute=self._compute,
                write=write,
                decoders=self.plan.decoders,
            )

    def _batches(self, todo: list[int]) -> Iterator[Batch]:
        for unit in todo:
            yield from self.plan.units.split(unit)

    def _decode(self, picture: tuple[int, str]) -> Tensor | LeftOut:
        image, name = picture
        try:
            return self.plan.extractor.prepare(self.plan.images.read(name))
        except (DataError, OSError) as error:
            if not self.plan.skip_bad:
                raise
            return LeftOut(place=f"{name} (id {image})", why=str(error))

    def _compute(self, decoded: list[Tensor | LeftOut]) -> _Found:
        whole = [one for one in decoded if isinstance(one, Tensor)]
        try:
            return _Found(decoded, self.plan.extractor.describe(whole) if whole else Described([]))
        except torch.OutOfMemoryError:
            raise ConfigError(
                f"{self.plan.device} has too little memory for batches of {self.plan.units.batch} pictures: give a "
                "smaller --batch."
            ) from None

    def _write(self, batch: Batch, found: _Found) -> None:
        if self.writer is None:
            self.writer, self.left_out = start_unit(unit_folder(self.work, batch.unit), self.plan.dtype), []
        features, place = found.described.features, 0
        if isinstance(features, Tensor):
            features = features.cpu()  # all at once; here, so that a GPU goes on meanwhile
        for (image, name), one in zip(self.plan.pictures[batch.first : batch.last], found.decoded, strict=True):
            if isinstance(one, LeftOut):
                self.left_out.append(one)
                continue
            boxes = found.described.boxes
            corners = None if boxes is None else boxes[place].cpu().numpy()
            try:
                self.writer.add(image, features[place].float().cpu().numpy(), corners)
            except DataError as error:
                if not self.plan.skip_bad:
                    raise DataError(f"the picture {name}: {error}.") from None
                self.left_out.append(LeftOut(place=f"{name} (id {image})", why=str(error)))
            place += 1
        if batch.ends_unit:
            end_unit(self.writer, self.left_out)
            self.writer = None


class _Found(NamedTuple):
    """What is known of a batch: of each picture its pixels or why there are none, and of those with pixels the rest."""

    decoded: list[Tensor | LeftOut]
    described: Described


def _finish(plan: Plan, folder: Path, work: Path) -> bool:
    """Put the units' shards together as a store, and the store in its place."""
    store = work / "store"
    shutil.rmtree(store, ignore_errors=True)
    store.mkdir()
    shards: list[ShardFacts] = []
    left_out: list[LeftOut] = []
    last: UnitFacts | None = None
    for unit in range(plan.units.total):
        place = unit_folder(work, unit)
        facts = read_unit(place, thoroughly=False)
        if facts is None:
            raise DataError(f"{place} is not whole: start the same command again.")
        left_out += facts.left_out
        if facts.shard is not None:
            _link(place / shard_name(0), store / shard_name(len(shards)))
            shards.append(facts.shard)
            last = facts
    if last is None:
        shutil.rmtree(work)
        raise DataError(
            f"none of the {len(left_out):,} pictures could be used, the first being {left_out[0].place}: "
            f"{left_out[0].why.rstrip('.')}; nothing was stored."
        )
    writer = StoreWriter(store, plan.dtype, shards=shards)
    writer.resume(last.form, last.axes)
    writer.finish(data=plan.data, backbone=plan.extractor.facts, left_out=left_out)
    FeatureStore.open(store)
    store.rename(folder)
    shutil.rmtree(work)
    return False


def _link(source: Path, target: Path) -> None:
    """Give a file a second name, so that a kill on the way loses nothing; where that cannot be, copy it."""
    try:
        target.hardlink_to(source)
    except OSError:
        shutil.copyfile(source, target)


def store_key(backbone: Extractor, data_checksum: str, dtype: str = "float16") -> str:
    """Name what a store's contents depend on: 12 hexadecimal digits."""
    text = json.dumps([backbone.facts, data_checksum, dtype], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:12]

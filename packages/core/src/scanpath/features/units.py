"""The work of an extraction in units: a shard each, computed by any process, whole or not there.

A unit is a fixed number of batches, so that what is computed together, and every byte, depends on the plan alone: not
on who was killed when, nor on how many processes there were.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, ValidationError

from scanpath.features.index import LeftOut, ShardFacts
from scanpath.features.reading import shard_name
from scanpath.features.shards import Form, Stored
from scanpath.features.writing import SHARD_BYTES, StoreWriter
from scanpath.files import sha256, write_atomically

FACTS = "unit.json"
NEVER = 2**62
"""Bytes at which a unit's writer would end a shard by itself."""


class UnitFacts(BaseModel):
    """What a finished unit holds."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    shard: ShardFacts | None
    """None where every picture of the unit was left out."""
    dtype: Stored
    width: int
    boxes: bool
    axes: tuple[int, ...] | None
    left_out: list[LeftOut]

    @property
    def form(self) -> Form:
        """What its shard has in common with the others."""
        return Form(self.dtype, self.width, self.boxes)


class Batch(NamedTuple):
    """Pictures of one forward pass, by rows of the plan."""

    unit: int
    first: int
    last: int
    """Behind the last row."""
    ends_unit: bool


class Units(NamedTuple):
    """How rows are dealt out to units and batches."""

    rows: int
    batch: int
    batches: int
    """Of a unit."""

    @classmethod
    def of(cls, rows: int, batch: int, row_bytes: int, shard_bytes: int = SHARD_BYTES) -> Units:
        """Let a unit's features come to about ``shard_bytes``, in whole batches."""
        return cls(rows, batch, max(1, shard_bytes // (row_bytes * batch)))

    @property
    def total(self) -> int:
        """How many units there are."""
        return -(-self.rows // self.size)

    @property
    def size(self) -> int:
        """Pictures of a unit; the last may have fewer."""
        return self.batch * self.batches

    def pictures(self, unit: int) -> int:
        """Count the pictures of a unit."""
        return min(self.size, self.rows - unit * self.size)

    def split(self, unit: int) -> Iterator[Batch]:
        """Name the batches of a unit."""
        end = unit * self.size + self.pictures(unit)
        for first in range(unit * self.size, end, self.batch):
            last = min(first + self.batch, end)
            yield Batch(unit, first, last, last == end)


def unit_folder(work: Path, unit: int) -> Path:
    """Say where a unit lies until all are there."""
    return work / "units" / f"{unit:05d}"


def start_unit(folder: Path, dtype: Stored) -> StoreWriter:
    """Begin a unit; what a killed process left of it is dropped."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return StoreWriter(folder, dtype, shard_bytes=NEVER)


def end_unit(writer: StoreWriter, left_out: list[LeftOut]) -> None:
    """Write a unit's shard, then the facts that say that it is whole."""
    shard = writer.flush()
    form = writer.form
    facts = UnitFacts(
        shard=shard,
        dtype=writer.dtype,
        width=form.width if form else 0,
        boxes=bool(form and form.boxes),
        axes=writer.axes,
        left_out=left_out,
    )
    write_atomically(writer.folder / FACTS, facts.model_dump_json())


def read_unit(folder: Path, *, thoroughly: bool = True) -> UnitFacts | None:
    """Return what a unit holds, or None if it is not whole.

    Args:
        folder: of the unit.
        thoroughly: whether its shard is compared with its checksum.
    """
    try:
        facts = UnitFacts.model_validate_json((folder / FACTS).read_bytes())
    except (OSError, ValidationError):
        return None
    if facts.shard is None or not thoroughly:
        return facts
    shard = folder / shard_name(0)
    return facts if shard.is_file() and sha256(shard) == facts.shard.sha256 else None

"""A bundle of features into a store, row after row; a kill loses one shard at most and changes no byte of the result.

Beside the target lies a work folder with the shards that are finished and a journal. A line of the journal is written
once a shard is on the disk: what it holds, where the source goes on, and which rows since the last one were refused.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from pydantic import BaseModel, ConfigDict

from scanpath.errors import ConfigError, DataError
from scanpath.features.encoding import LARGEST
from scanpath.features.imports.changes import BLOCKS, sampled, written
from scanpath.features.imports.sources import START, Place, Row, Source
from scanpath.features.index import INDEX, LeftOut, ShardedIndex, ShardFacts
from scanpath.features.locking import locked
from scanpath.features.reading import shard_name
from scanpath.features.shards import Form, Stored
from scanpath.features.store import FeatureStore
from scanpath.features.writing import SHARD_BYTES, StoreWriter, check_folder
from scanpath.files import sha256, write_atomically
from scanpath.progress import Say, bars, silent

PLAN, JOURNAL, REFUSED = "plan.json", "journal.jsonl", "refused.txt"
HOPELESS = 100
"""So many refused rows before the first good one: the files are something else."""
SLACK = 1.02
"""A store is so much larger than its numbers, by tables and boxes."""


class Entry(BaseModel):
    """A line of the journal."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    shard: ShardFacts | None
    """None behind the last row, where nothing was left to write."""
    behind: Place
    dtype: Stored
    width: int
    boxes: bool
    axes: tuple[int, ...] | None
    refused: list[LeftOut]
    done: bool


def import_features(
    source: Source,
    folder: Path,
    *,
    dtype: Stored = "float16",
    skip_bad: bool = False,
    shard_bytes: int = SHARD_BYTES,
    say: Say | None = None,
) -> FeatureStore:
    """Read all rows of a bundle and store them in ``folder``.

    A call that was killed is taken up by the next one, and one that has found refused rows by one with ``skip_bad``. A
    store that is there already is opened, if it was made of the same bundle in the same way.

    Args:
        source: the bundle.
        folder: where the store is to be; it must not hold anything else.
        dtype: how the features are to be stored.
        skip_bad: leave refused rows out and list them in the index, instead of ending with an error.
        shard_bytes: a shard ends with the picture that brings its features to so many bytes.
        say: is told what will be done and about how large it is, before it starts, and what is not read.

    Raises:
        DataError: rows were refused, the disk is too small, the bundle changed while it was read, or ``folder`` holds
            something else.
        ConfigError: an unknown ``dtype``.
    """
    if dtype not in LARGEST:
        raise ConfigError(f"dtype = {dtype!r} was given, expected one of {', '.join(LARGEST)}.")
    say = say or silent
    check_folder(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    work = folder.with_name(f".{folder.name}.import")
    with locked(folder.with_name(f".{folder.name}.lock")):
        if folder.exists():
            found = _existing(folder, source, dtype, skip_bad=skip_bad, say=say)
            shutil.rmtree(work, ignore_errors=True)  # a kill may have come between the rename and this
            return found
        size = int(source.values * {"int8": 1, "float32": 4}.get(dtype, 2) * SLACK)
        say(f"{source.facts['kind']}: about {size / 1e6:,.1f} MB of {dtype} in {folder}")
        return _Import(source, folder, work, dtype, shard_bytes, say).run(size, skip_bad=skip_bad)


def _existing(folder: Path, source: Source, dtype: str, *, skip_bad: bool, say: Say) -> FeatureStore:
    """Open a store that is there, if it is what an import would make.

    Raises:
        DataError: it is something else, was made of the bundle before it changed, or lacks rows that were refused.
    """
    store = FeatureStore.open(folder)
    index = store.index
    made_of = dict(index.data)
    then, sample = made_of.pop("written", None), made_of.pop("sampled", None)
    if not isinstance(index, ShardedIndex) or (made_of, index.dtype) != (source.facts, dtype):
        raise DataError(f"{folder} holds other features: name another folder, or delete this one.")
    if then != written(source.files):
        if sample != sampled(source.files):
            raise DataError(
                f"{folder} was made of {_named(source.files)}, changed since: name another folder, or delete this one."
            )
        say(
            f"{_named(source.files)} was written at another time than what {folder} was made of, and agrees with it in "
            f"{BLOCKS} samples: nothing is read again; if it was changed by hand, delete {folder}."
        )
    if index.left_out and not skip_bad:
        first = index.left_out[0]
        raise DataError(
            f"{folder} was made with --skip-bad and lacks {len(index.left_out)} rows, the first being {first.place}: "
            f"{first.why}; say --skip-bad again to take it so, or mend them and delete it."
        )
    return store


def _named(files: list[Path]) -> str:
    return f"{files[0].name} and {len(files) - 1} more" if files[1:] else files[0].name


class _Import:
    """One import, new or taken up."""

    def __init__(self, source: Source, folder: Path, work: Path, dtype: Stored, shard_bytes: int, say: Say) -> None:
        self.source, self.folder, self.work, self.say = source, folder, work, say
        self.written = written(source.files)
        self.plan = json.dumps([source.facts, self.written, dtype, shard_bytes])
        self.shards = work / "store"
        self.writer = StoreWriter(self.shards, dtype, shard_bytes=shard_bytes)
        self.refused: list[LeftOut] = []
        self.waiting: list[LeftOut] = []
        self.place: Place = START
        self.done = False

    def run(self, size: int, *, skip_bad: bool) -> FeatureStore:
        self._take_up(size)
        remarks = self.source.remarks
        for remark in remarks:
            self.say(remark)
        if not self.done:
            with (self.work / JOURNAL).open("a") as journal:
                self._read(journal)
        for remark in self.source.remarks:
            if remark not in remarks:
                self.say(remark)
        sample = sampled(self.source.files)
        if written(self.source.files) != self.written:
            raise DataError(f"{_named(self.source.files)} changed while it was read: run the same command again.")
        if self.refused and not skip_bad:
            raise self._told()
        if not self.writer.shards:
            raise DataError(f"{self.folder}: the bundle has no picture: nothing was stored.")
        origin = {**self.source.facts, "written": self.written, "sampled": sample}
        self.writer.finish(data=origin, left_out=self.refused)
        FeatureStore.open(self.shards)
        self.shards.rename(self.folder)
        shutil.rmtree(self.work)
        return FeatureStore.open(self.folder)

    def _take_up(self, size: int) -> None:
        planned = self.work / PLAN
        if not planned.is_file() or planned.read_text() != self.plan:
            if planned.is_file():
                self.say("the bundle, or how it is to be stored, is not what it was: it is read from its beginning")
            shutil.rmtree(self.work, ignore_errors=True)
            free = shutil.disk_usage(self.work.parent).free
            if free < size:
                raise DataError(
                    f"{self.work.parent} has {free / 1e6:,.0f} MB free, the features need about {size / 1e6:,.0f} MB: "
                    "store them as int8, or on another disk."
                )
            self.shards.mkdir(parents=True)
            write_atomically(planned, self.plan)
            return
        entries = [*self._entries()]
        for entry in entries:
            self.refused += entry.refused
            self.writer.shards += [entry.shard] if entry.shard else []
        for file in self.shards.iterdir():  # an index that was written and not renamed, a shard that no line is behind
            if file.name == INDEX or file.name.startswith("."):
                file.unlink()
        write_atomically(self.work / JOURNAL, "".join(entry.model_dump_json() + "\n" for entry in entries))
        if entries:
            last = entries[-1]
            self.place, self.done = last.behind, last.done
            if self.writer.shards:
                self.writer.resume(Form(last.dtype, last.width, last.boxes), last.axes)

    def _entries(self) -> Iterator[Entry]:
        """Read the journal's whole lines up to the first whose shard is not what was written."""
        journal = self.work / JOURNAL
        shards = 0
        for line in journal.read_text().splitlines(keepends=True) if journal.is_file() else []:
            if not line.endswith("\n"):  # cut by a kill
                return
            entry = Entry.model_validate_json(line)
            if entry.shard:
                path = self.shards / shard_name(shards)
                if not path.is_file() or sha256(path) != entry.shard.sha256:
                    return
                shards += 1
            yield entry

    def _read(self, journal: TextIO) -> None:
        with bars() as display:
            bar = display.add_task(f"importing {self.source.facts['kind']}", total=self.source.steps)
            for found in self.source.read(self.place):
                self.place = found.behind
                written = self._add(found.where, found.row)
                if written is not None:
                    self._note(journal, written)
                display.update(bar, completed=self.source.done(self.place))
        self.done = True
        self._note(journal, self.writer.flush())

    def _add(self, where: str, row: Row | str) -> ShardFacts | None:
        why = row if isinstance(row, str) else ""
        if isinstance(row, Row):
            try:
                return self.writer.add(row.image_id, row.features, row.boxes)
            except DataError as error:
                why = str(error)
        self.waiting.append(LeftOut(place=where, why=why))
        if not self.writer.seen and len(self.waiting) + len(self.refused) >= HOPELESS:
            first = self.waiting[0]
            raise DataError(
                f"none of the first {HOPELESS} rows is a picture, the first being {first.place}: {first.why}; "
                "is it another kind of bundle?"
            )
        return None

    def _note(self, journal: TextIO, shard: ShardFacts | None) -> None:
        form = self.writer.form
        entry = Entry(
            shard=shard,
            behind=self.place,
            dtype=self.writer.dtype,
            width=form.width if form else 0,
            boxes=bool(form and form.boxes),
            axes=self.writer.axes,
            refused=self.waiting,
            done=self.done,
        )
        journal.write(entry.model_dump_json() + "\n")
        journal.flush()
        os.fsync(journal.fileno())
        self.refused += self.waiting
        self.waiting = []

    def _told(self) -> DataError:
        listed = self.work / REFUSED
        write_atomically(listed, "".join(f"{one.place}: {one.why}\n" for one in self.refused))
        first = self.refused[0]
        return DataError(
            f"{len(self.refused)} of {len(self.refused) + len(self.writer.seen)} rows were refused, the first being "
            f"{first.place}: {first.why}; {listed} lists all; mend them, or leave them out with --skip-bad, which "
            "reads nothing again."
        )

"""A store of shards written as a stream, one picture after the other, so that a kill loses one shard at most."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from scanpath.errors import DataError
from scanpath.features.encoding import Encoded, encode
from scanpath.features.index import INDEX, REMAKE, LeftOut, ShardedIndex, ShardFacts
from scanpath.features.reading import TABLE, shard_name, table_fields
from scanpath.features.shards import Form, Stored, map_tensors, write_tensors
from scanpath.files import write_json

Array = npt.NDArray[Any]

SHARD_BYTES = 2**27


class StoreWriter:
    """Fills a folder with shards; where they end depends on the pictures alone, not on who was interrupted when.

    Args:
        folder: exists; with ``shards``, it holds those.
        dtype: how features are stored.
        shards: what an interrupted writer has finished.
        shard_bytes: a shard ends with the picture that brings its features to so many bytes.

    Attributes:
        seen: ids of all pictures, those of ``shards`` included.
        shards: what is finished.
    """

    def __init__(
        self, folder: Path, dtype: Stored, *, shards: list[ShardFacts] | None = None, shard_bytes: int = SHARD_BYTES
    ) -> None:
        self.folder = folder
        self.dtype = dtype
        self.shards = list(shards or [])
        self.shard_bytes = shard_bytes
        self.form: Form | None = None
        self.axes: tuple[int, ...] | None = None
        self.seen: set[int] = set()
        self._clear()

    def _clear(self) -> None:
        self._ids: list[int] = []
        self._counts: list[int] = []
        self._encoded: list[Encoded] = []
        self._boxes: list[Array] = []
        self._bytes = 0

    def resume(self, form: Form, axes: tuple[int, ...] | None) -> None:
        """Go on behind the shards that are there: their pictures count as seen.

        Args:
            form: of the shards.
            axes: of a grid; None for boxes.
        """
        self.form, self.axes = form, axes
        for number in range(len(self.shards)):
            self.seen.update(self._pictures(number)[0].tolist())

    def add(self, image_id: int, features: Array, boxes: Array | None = None) -> ShardFacts | None:
        """Add a picture; where it ends a shard, the shard is on the disk when this returns.

        Args:
            image_id: not seen before.
            features: (K, D), or (H, W, D) for a grid; finite.
            boxes: x1, y1, x2, y2 in [0, 1], (K, 4); every picture has some, or none.

        Returns:
            The shard that this picture ended, or None.

        Raises:
            DataError: the picture does not go with the others, or its numbers do not fit the type; it is not added.
        """
        if image_id in self.seen:
            raise DataError(f"the image {image_id} comes a second time")
        axes = features.shape[:-1] if features.ndim > 2 else None
        form = Form(self.dtype, features.shape[-1], boxes is not None)
        if features.size == 0:
            raise DataError("there is no region")
        if boxes is not None:
            _check_boxes(boxes, len(features))
        if self.form is not None and (form, axes) != (self.form, self.axes):
            raise DataError(f"the features are {features.shape}, those before were {_words(self.form, self.axes)}")
        encoded = encode(features.reshape(-1, features.shape[-1]), self.dtype)
        self.form, self.axes = form, axes
        self.seen.add(image_id)
        self._ids.append(image_id)
        self._counts.append(len(encoded.features))
        self._encoded.append(encoded)
        if boxes is not None:
            self._boxes.append(np.asarray(boxes, dtype=np.float32))
        self._bytes += encoded.features.nbytes
        return self.flush() if self._bytes >= self.shard_bytes else None

    def flush(self) -> ShardFacts | None:
        """Write what waits as a shard; None if nothing waits."""
        if not self._ids or self.form is None:
            return None
        parts: dict[str, list[Array]] = {
            "image_ids": [np.asarray(self._ids, dtype=np.int64)],
            "starts": [np.cumsum([0, *self._counts], dtype=np.int64)],
            "features": [one.features for one in self._encoded],
            "scales": [one.scales for one in self._encoded if one.scales is not None],
            "boxes": self._boxes,
        }
        regions = sum(self._counts)
        path = self.folder / shard_name(len(self.shards))
        digest = write_tensors(path, self.form.fields(len(self._ids), regions), parts)
        facts = ShardFacts(images=len(self._ids), regions=regions, sha256=digest)
        self.shards.append(facts)
        self._clear()
        return facts

    def _pictures(self, number: int) -> tuple[Array, Array]:
        """Read the ids of a finished shard and the numbers of their regions."""
        assert self.form is not None  # noqa: S101 - there is no shard without
        facts = self.shards[number]
        fields = self.form.fields(facts.images, facts.regions)
        tensors = map_tensors(self.folder / shard_name(number), fields, remake=REMAKE)
        return tensors["image_ids"], np.diff(tensors["starts"])

    def finish(
        self,
        *,
        data: dict[str, Any] | None = None,
        backbone: dict[str, Any] | None = None,
        left_out: list[LeftOut] | None = None,
    ) -> None:
        """Write the table of pictures and the index behind the last shard.

        Args:
            data: where the features come from, for the record.
            backbone: what made them, for the record.
            left_out: rows of the source that are not there.

        Raises:
            DataError: no picture was added.
        """
        self.flush()
        if not self.shards or self.form is None:
            raise DataError("no picture was given: there is nothing to store.")
        columns = [self._pictures(number) for number in range(len(self.shards))]
        counts = np.concatenate([count for _, count in columns])
        most, variable = int(counts.max()), bool(counts.min() != counts.max())
        table = {"image_ids": [ids for ids, _ in columns], "starts": [np.concatenate([[0], np.cumsum(counts)])]}
        digest = write_tensors(self.folder / TABLE, table_fields(len(counts)), table)
        index = ShardedIndex(
            shape=(*(self.axes or (most,)), self.form.width),
            variable=variable,
            dtype=self.dtype,
            backbone=backbone or {},
            data=data or {},
            boxes=self.form.boxes,
            table_sha256=digest,
            shards=self.shards,
            left_out=left_out or [],
        )
        write_json(self.folder / INDEX, index.model_dump())


def check_folder(folder: Path) -> None:
    """Refuse a place for a store that is a file, would lie in one, or is a folder without a store.

    Raises:
        DataError: as said.
    """
    for place in (folder, *folder.absolute().parents):
        if place.exists() and not place.is_dir():
            raise DataError(f"{place} is a file, where a folder of features was to be: name another one with --out.")
    if folder.exists() and not (folder / INDEX).exists():
        raise DataError(f"{folder} is there and holds no features: name a folder that is not there yet with --out.")


def _words(form: Form, axes: tuple[int, ...] | None) -> str:
    return f"{'x'.join(map(str, axes)) if axes else 'K'}x{form.width} {'with' if form.boxes else 'without'} boxes"


def _check_boxes(boxes: Array, regions: int) -> None:
    if boxes.shape != (regions, 4):
        raise DataError(f"there are boxes {boxes.shape} for {regions} regions, expected ({regions}, 4)")
    if not np.isfinite(boxes).all():
        raise DataError("a corner of a box is not a finite number")
    if boxes.min() < 0 or boxes.max() > 1:
        raise DataError("a box lies beyond [0, 1]")
    if (boxes[:, 2:] < boxes[:, :2]).any():
        raise DataError("a box ends before it begins: expected x1 <= x2 and y1 <= y2")

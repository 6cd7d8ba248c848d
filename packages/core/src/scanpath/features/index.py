"""What ``index.json`` says of a store, in either of its two forms: one array, or shards."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from scanpath.errors import DataError
from scanpath.features.shards import Form, Stored

INDEX = "index.json"

REMAKE = "delete the folder and make the features again with scanpath features extract or import"

ImageId = Annotated[int, Field(ge=-(2**63), lt=2**63)]


class StoreIndex(BaseModel):
    """Of a store of one array: the pictures of the rows, the array's form and checksums, and its origin."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal["scanpath-features/1"] = "scanpath-features/1"
    shape: tuple[int, ...] = Field(min_length=2)
    """Shape of one picture's features, (*S, D)."""
    dtype: Literal["float16", "float32"]
    backbone: dict[str, Any] = {}
    """Name, weights' checksum and preprocessing of what made the features."""
    data: dict[str, Any] = {}
    """Name, split and checksum of the pictures."""
    versions: dict[str, str] = {}
    boxes: bool = False
    block: int = Field(gt=0)
    """Rows under one checksum."""
    sha256: list[str]
    """One checksum for every ``block`` rows of the array, the last one maybe of fewer."""
    image_ids: list[ImageId] = Field(min_length=1)
    """The picture of each row."""


class ShardFacts(BaseModel):
    """One shard: how much it holds, and the checksum of its file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    images: int = Field(gt=0)
    regions: int = Field(gt=0)
    sha256: str


class LeftOut(BaseModel):
    """A row of the source that is not in the store, and why."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    place: str
    why: str


class ShardedIndex(BaseModel):
    """Of a store of shards; the pictures stand in a table of their own, which is mapped and not parsed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal["scanpath-features/2"] = "scanpath-features/2"
    shape: tuple[Annotated[int, Field(gt=0)], ...] = Field(min_length=2)
    """Shape of one picture's features, (*S, D); with a varying number of regions, (the most of any, D)."""
    variable: bool = False
    """Whether pictures have different numbers of regions."""
    dtype: Stored
    backbone: dict[str, Any] = {}
    data: dict[str, Any] = {}
    """Where the features come from: kind, files and their lengths."""
    boxes: bool = False
    table_sha256: str
    shards: list[ShardFacts] = Field(min_length=1)
    """In the order of their numbers."""
    left_out: list[LeftOut] = []

    @property
    def form(self) -> Form:
        """What all shards have in common."""
        return Form(self.dtype, self.shape[-1], self.boxes)

    @property
    def images(self) -> int:
        """How many pictures the shards hold."""
        return sum(shard.images for shard in self.shards)

    @property
    def regions(self) -> int:
        """How many regions the shards hold."""
        return sum(shard.regions for shard in self.shards)


_ADAPTER: TypeAdapter[StoreIndex | ShardedIndex] = TypeAdapter(
    Annotated[StoreIndex | ShardedIndex, Field(discriminator="format")]
)


def read_index(path: Path) -> StoreIndex | ShardedIndex:
    """Read ``index.json``.

    Raises:
        DataError: the file is missing, or describes no store.
    """
    try:
        return _ADAPTER.validate_json(path.read_bytes())
    except OSError as error:
        raise DataError(
            f"{path.parent} holds no features ({path.name}: {error.strerror}): name a folder that scanpath features "
            "extract or import has made; scanpath features list shows those of data sets."
        ) from None
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"])) or "the file"
        raise DataError(f"{path} is no index of features ({place}: {first['msg']}): {REMAKE}.") from None

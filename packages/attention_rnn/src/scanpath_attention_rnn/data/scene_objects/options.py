"""What can be chosen about the set of objects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from scanpath.data.options import check_whole_numbers

#: Raised whenever equal options give other content.
VERSION = 1
NAME = "scene-objects"
_BOUNDS = MappingProxyType({"train": (1, 999_999), "test": (1, 999_999), "seed": (0, 2**63 - 1)})


@dataclass(frozen=True, kw_only=True)
class ObjectsOptions:
    """Everything that the content depends on."""

    train: int = 20_000
    """Pictures of the split, as many of each class."""
    test: int = 4_000
    seed: int = 0

    def __post_init__(self) -> None:
        """Check the values."""
        check_whole_numbers(self, _BOUNDS, NAME)

    @property
    def sizes(self) -> Mapping[str, int]:
        """Pictures of each split."""
        return {"train": self.train, "test": self.test}

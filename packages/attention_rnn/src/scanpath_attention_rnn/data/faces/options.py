"""What can be chosen about the drawn faces."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from scanpath.data.options import check_whole_numbers

#: Raised whenever equal options give other content.
VERSION = 2

_BOUNDS: Mapping[str, tuple[int, int]] = MappingProxyType(
    {
        "train": (1, 999_999),
        "val": (1, 999_999),
        "test": (1, 999_999),
        "seed": (0, 2**63 - 1),
        "side": (16, 512),
    }
)


@dataclass(frozen=True, kw_only=True)
class FacesOptions:
    """Everything that the content depends on."""

    train: int = 8_000
    """Pictures of the split."""
    val: int = 4_000
    """Enough to train judges on, who are to know other faces than what they judge has learnt."""
    test: int = 1_000
    seed: int = 0
    side: int = 64
    """Height and width in pixels."""

    def __post_init__(self) -> None:
        """Check the values."""
        check_whole_numbers(self, _BOUNDS, "faces")

    @property
    def sizes(self) -> dict[str, int]:
        """Pictures of each split."""
        return {"train": self.train, "val": self.val, "test": self.test}

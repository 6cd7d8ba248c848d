"""What can be chosen about Sort-of-CLEVR; the defaults are the recipe's."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any

from scanpath.data.clevr_files import FIRST
from scanpath.data.options import check_whole_numbers
from scanpath.errors import ConfigError

NAME = "sort-of-clevr"

#: Raised whenever equal options give other content.
VERSION = 1

MOST_QUESTIONS = FIRST["val"] - FIRST["train"]
"""Of a split, by the ids that the reader of CLEVR's form gives."""

_BOUNDS = MappingProxyType(
    {
        "images": (1, 999_999),
        "val_images": (1, 999_999),
        "test_images": (1, 999_999),
        "questions": (1, 40),
        "seed": (0, 2**63 - 1),
    }
)


@dataclass(frozen=True, kw_only=True)
class SortOfCLEVROptions:
    """Everything that its content depends on."""

    images: int = 9_600
    """Pictures of the training split: the recipe's 9,800 less those of ``val_images``."""
    val_images: int = 200
    """Pictures held out of the recipe's training set."""
    test_images: int = 200
    questions: int = 10
    """Relational questions a picture, and as many others."""
    seed: int = 0

    def __post_init__(self) -> None:
        """Check the values."""
        check_whole_numbers(self, _BOUNDS, NAME)
        for split, pictures in self.sizes.items():
            if 2 * self.questions * pictures > MOST_QUESTIONS:
                raise ConfigError(
                    f"the data set {NAME} was asked for with {2 * self.questions * pictures:,} questions in {split}, "
                    f"expected at most {MOST_QUESTIONS:,}, so that ids are unique: ask for fewer pictures or questions."
                )

    @property
    def sizes(self) -> dict[str, int]:
        """Pictures of each split."""
        return {"train": self.images, "val": self.val_images, "test": self.test_images}

    def to_json(self) -> dict[str, Any]:
        """Return plain values for the manifest."""
        return asdict(self)

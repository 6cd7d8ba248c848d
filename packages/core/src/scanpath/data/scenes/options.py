"""What can be chosen about the generated world."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any, Literal

from scanpath.data.options import check_whole_numbers
from scanpath.errors import ConfigError

SHAPES = ("circle", "square", "triangle", "cross", "diamond", "ring")
COLORS = ("red", "green", "blue", "yellow", "purple", "cyan", "orange", "white")
SIZES = ("small", "large")

#: Raised whenever equal options give other content.
VERSION = 1

#: How many of the shapes and colours, in their order, a world uses.
WORLDS = MappingProxyType({"easy": (4, 6), "hard": (6, 8)})

#: Ids of pictures begin here, so that they are unique over the splits.
FIRST_IMAGE = MappingProxyType({"train": 1, "val": 1_000_001, "test": 2_000_001})


_BOUNDS = MappingProxyType(
    {
        "images": (1, 999_999),
        "val_images": (0, 999_999),
        "test_images": (0, 999_999),
        "questions": (1, 40),
        "seed": (0, 2**63 - 1),
        "image_size": (64, 512),
    }
)


@dataclass(frozen=True, kw_only=True)
class SceneOptions:
    """Everything that the content of a generated data set depends on."""

    images: int = 10_000
    """Pictures of the training split."""
    val_images: int = 0
    """Pictures of the validation split; 0 takes a tenth of ``images``."""
    test_images: int = 0
    """Pictures of the test split; 0 takes a fifth of ``images``."""
    questions: int = 10
    """Questions a picture."""
    seed: int = 0
    image_size: int = 64
    """Height and width in pixels; objects keep their size, so a larger picture is emptier."""
    world: Literal["easy", "hard"] = "easy"
    """``easy``: 4 shapes in 6 colours; ``hard``: 6 shapes in 8 colours."""

    def __post_init__(self) -> None:
        """Check the values."""
        check_whole_numbers(self, _BOUNDS, "scenes")
        if self.world not in WORLDS:
            raise ConfigError(
                f"the data set scenes was asked for with world = {self.world!r}, expected 'easy' or 'hard'."
            )

    @property
    def sizes(self) -> dict[str, int]:
        """Pictures of each split."""
        return {
            "train": self.images,
            "val": self.val_images or max(1, self.images // 10),
            "test": self.test_images or max(1, self.images // 5),
        }

    @property
    def shapes(self) -> tuple[str, ...]:
        """The shapes of this world."""
        return SHAPES[: WORLDS[self.world][0]]

    @property
    def colors(self) -> tuple[str, ...]:
        """The colours of this world."""
        return COLORS[: WORLDS[self.world][1]]

    def to_json(self) -> dict[str, Any]:
        """Return plain values for the manifest."""
        return asdict(self) | {"val_images": self.sizes["val"], "test_images": self.sizes["test"]}

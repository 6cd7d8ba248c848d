"""What can be chosen about the data sets of digits; the defaults are the papers'."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from scanpath.data.clevr_files import MOST
from scanpath.data.options import check_whole_numbers
from scanpath.errors import ConfigError

#: Raised whenever equal options give other content.
VERSION = 1

BACKGROUNDS = ("distractors", "gaussian")
"""What MDIST may have behind its digits."""

_BOUNDS = MappingProxyType(
    {
        "train": (1, MOST - 1),
        "val": (1, MOST - 1),
        "test": (1, MOST - 1),
        "seed": (0, 2**63 - 1),
    }
)


@dataclass(frozen=True, kw_only=True)
class DigitsOptions:
    """Everything that the content of a data set depends on."""

    train: int = 30_000
    """Questions of the split; as many pictures are drawn as they need."""
    val: int = 10_000
    test: int = 10_000
    seed: int = 0
    mnist: str | Path | None = None
    """The folder of MNIST's four files; None takes what lies beside the data set, else the digits that are shipped."""

    def __post_init__(self) -> None:
        """Check the values."""
        check_whole_numbers(self, _BOUNDS, "of digits")
        _check_folder("mnist", self.mnist)

    @property
    def sizes(self) -> dict[str, int]:
        """Questions of each split."""
        return {"train": self.train, "val": self.val, "test": self.test}


@dataclass(frozen=True, kw_only=True)
class DistractorOptions(DigitsOptions):
    """Those of MDIST."""

    background: str = "distractors"
    """``"distractors"``, scraps of digits, or ``"gaussian"``, noise."""

    def __post_init__(self) -> None:
        """Check the values."""
        super().__post_init__()
        if self.background not in BACKGROUNDS:
            raise ConfigError(
                f"the data set mdist was asked for with background = {self.background!r}, expected one of "
                f"{', '.join(BACKGROUNDS)}."
            )


@dataclass(frozen=True, kw_only=True)
class PhotographOptions(DigitsOptions):
    """Those of MBG and its kin."""

    photographs: str | Path | None = None
    """A folder of pictures, at any depth, such as SUN397's; None takes the photographs that scikit-image ships."""

    def __post_init__(self) -> None:
        """Check the values."""
        super().__post_init__()
        _check_folder("photographs", self.photographs)


def _check_folder(name: str, value: object) -> None:
    """Check that an option is the path of a folder, or None."""
    if value is not None and (not isinstance(value, str | Path) or not str(value)):
        raise ConfigError(
            f"the data set of digits was asked for with {name} = {value!r}, expected the path of a folder."
        )


class Variant(NamedTuple):
    """One of the data sets."""

    name: str
    """In the catalogue."""
    prefix: str
    """What the names of its files begin with, where CLEVR's begin with ``CLEVR``."""
    options: type[DigitsOptions] = PhotographOptions
    side: int = 100
    """Of a picture, in pixels."""
    inverse: bool = False
    """Asked is which digit has a colour, not which colour a digit has."""


VARIANTS: Mapping[str, Variant] = MappingProxyType(
    {
        one.name: one
        for one in (
            Variant("mref", "MREF", DigitsOptions),
            Variant("mref-inverse", "MREF-inverse", DigitsOptions, inverse=True),
            Variant("mdist", "MDIST", DistractorOptions),
            Variant("mbg", "MBG"),
            Variant("mbg-inverse", "MBG-inverse", inverse=True),
            Variant("mbg-big", "MBG-big", side=224),
        )
    }
)
"""By name."""

"""How many cells a fixed choice keeps: a number, or a fraction of those that are there."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from scanpath.attention.checks import check_positive
from scanpath.errors import ConfigError, ShapeError
from scanpath_han.checks import is_number


@dataclass(frozen=True)
class Quota:
    """A number ``k`` of cells, or a ``fraction`` of a sample's real cells, rounded, of which at least one is kept.

    Read thus: the paper's "16 %" of 10 x 10 cells is k = 16.
    """

    k: int | None
    fraction: float = 1.0
    """Heeded where k is None."""

    @classmethod
    def checked(cls, name: str, k: int | None, fraction: float | None) -> Quota:
        """Check the options of the mechanism ``name``; a quarter of the cells if neither is given.

        Raises:
            ConfigError: Both were given, or one that cannot be.
        """
        check_positive(name, k=k)
        if k is not None and fraction is not None:
            raise ConfigError(f"{name} got k={k} and fraction={fraction}, expected one of them: leave the other out.")
        if k is not None:
            return cls(k)
        chosen = 0.25 if fraction is None else fraction
        if not is_number(chosen) or not 0 < chosen <= 1:
            raise ConfigError(f"{name} got fraction={fraction!r}, expected a number in (0, 1]: 0.25 keeps a quarter.")
        return cls(None, chosen)

    def slots(self, name: str, cells: int) -> int:
        """Say how many of so many cells a sample keeps if all are real.

        Raises:
            ShapeError: There are fewer cells than k.
        """
        if self.k is None:
            return max(1, round(self.fraction * cells))
        if self.k > cells:
            raise ShapeError(
                f"{name} keeps k={self.k} cells and got {cells} a sample: build it with k={cells} at most."
            )
        return self.k

    def of(self, mask: Tensor) -> Tensor:
        """Say how many each sample keeps of its real cells, (B, *S) bool: (B,), never more than are real."""
        real = mask.flatten(1).sum(1)
        if self.k is not None:
            return real.clamp_max(self.k)
        return torch.minimum((real.double() * self.fraction).round().long().clamp_min(1), real)

"""What cannot be built or called, beside the core's checks: one sentence each."""

from __future__ import annotations

import math

from torch import Tensor

from scanpath.errors import ConfigError, ShapeError


def check_factor(name: str, **options: float) -> None:
    """Check options of ``name`` that something is multiplied by.

    Raises:
        ConfigError: The first that is no finite number from 0 on.
    """
    for option, value in options.items():
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < math.inf:
            raise ConfigError(f"{name} got {option}={value!r}, expected a number from 0 on.")


def check_grid(name: str, regions: Tensor) -> None:
    """Check that regions are a grid (B, H, W, D) with a cell.

    Raises:
        ShapeError: They are boxes, or there is none.
    """
    if regions.dim() != 4 or regions.shape[1:3].numel() == 0:
        raise ShapeError(
            f"{name} got regions {tuple(regions.shape)}, expected a grid (B, H, W, D) with a cell at least: its values "
            "depend on those above and beside, which boxes have not; take features of a grid."
        )

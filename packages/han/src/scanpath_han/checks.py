"""What cannot be built or called, beside the core's checks: one sentence each."""

from __future__ import annotations

from numbers import Real

from torch import Tensor

from scanpath.errors import ConfigError, ShapeError


def is_number(value: object) -> bool:
    """Whether an option is a number; a truth value and a number in quotes are none."""
    return isinstance(value, Real) and not isinstance(value, bool)


def check_above_zero(name: str, **options: float) -> None:
    """Check options of ``name`` that are measured against something.

    Raises:
        ConfigError: The first that is no number above 0.
    """
    for option, value in options.items():
        if not is_number(value) or not value > 0:
            raise ConfigError(f"{name} got {option}={value!r}, expected a number above 0.")


def check_cells(name: str, regions: Tensor) -> None:
    """Check that there is something to choose of, (B, *S, D).

    Raises:
        ShapeError: There is no cell.
    """
    if regions.shape[1:-1].numel() == 0:
        raise ShapeError(
            f"{name} got regions {tuple(regions.shape)}, expected one cell a sample at least: pass a picture without "
            "any as one cell that the mask calls unreal."
        )

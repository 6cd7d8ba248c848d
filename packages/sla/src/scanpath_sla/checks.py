"""What cannot be built or called, beside the core's checks: one sentence each."""

from __future__ import annotations

from typing import get_args

from torch import Tensor

from scanpath.attention.checks import check_choice, check_odd, check_positive
from scanpath.errors import ConfigError, ShapeError
from scanpath_sla.ops import Activation, BiasActivation


def check_layers(name: str, *, layers: int, hidden_dim: int, activation: str, **widths: int | None) -> None:
    """Check what every stack has, and the widths of what it is given.

    Raises:
        ConfigError: The first option that cannot be.
    """
    check_positive(name, **widths, layers=layers, hidden_dim=hidden_dim)
    check_choice(name, "activation", activation, get_args(Activation))


def check_path(name: str, *, kernel: int, recompute: int | None, bias_dim: int, bias_activation: str) -> None:
    """Check what the latent pathway has beside.

    Raises:
        ConfigError: The first option that cannot be.
    """
    check_odd(name, kernel=kernel)
    check_positive(name, recompute=recompute, bias_dim=bias_dim)
    check_choice(name, "bias_activation", bias_activation, get_args(BiasActivation))


def regions_of(name: str, positions: object) -> int | None:
    """Return K of ``positions``, which is K, or (K, T) of a co-attention, whose words have no bias.

    Raises:
        ConfigError: It is neither.
    """
    if positions is None or isinstance(positions, int):
        check_positive(name, positions=positions)
        return positions
    if not isinstance(positions, list | tuple) or len(positions) != 2:
        raise ConfigError(f"{name} got positions={positions!r}, expected K, or K and T.")
    check_positive(name, **{"positions[0]": positions[0]})
    return int(positions[0])


def check_positions(name: str, regions: Tensor, positions: int | None) -> None:
    """Check that regions (B, *S, D) are as many as the positional bias is bound to.

    Raises:
        ShapeError: They are not.
    """
    axes = regions.shape[1:-1]
    if positions is not None and axes.numel() != positions:
        raise ShapeError(
            f"{name} has a positional bias for {positions} regions and got {' x '.join(map(str, axes))}: build it with "
            f"positions={axes.numel()}, or without for any number."
        )


def check_grid(name: str, regions: Tensor, kernel: int) -> None:
    """Check that a kernel of more than one cell has a grid (B, H, W, D).

    Raises:
        ShapeError: There are boxes.
    """
    if kernel > 1 and regions.dim() != 4:
        raise ShapeError(
            f"{name} with kernel={kernel} needs a grid (B, H, W, D) and got {tuple(regions.shape)}: boxes have no "
            "neighbours, build it with kernel=1."
        )

"""What follows each linear map of a unit: PReLU in the paper, ReLU and tanh in its comparisons.

Source: Osman and Samek (2018), section 3.1 and Tables 2 and 3.
"""

from __future__ import annotations

from typing import Literal, get_args

from torch import nn

from scanpath.errors import ConfigError

Activation = Literal["prelu", "relu", "tanh"]


def check_activation(name: str, activation: str, slope: float) -> None:
    """Check the activation of ``name``, and the slope that its PReLUs begin with.

    Raises:
        ConfigError: No activation of the paper's, or a slope that is no finite number.
    """
    if activation not in get_args(Activation):
        known = ", ".join(map(repr, get_args(Activation)))
        raise ConfigError(f"{name} got activation={activation!r}, expected one of {known}.")
    if isinstance(slope, bool) or not isinstance(slope, int | float) or not abs(slope) < float("inf"):
        raise ConfigError(f"{name} got slope={slope!r}, expected a number: what each PReLU begins with, 0.25 or 0.")


def create_activation(activation: Activation, *, slope: float = 0.25) -> nn.Module:
    """Build an activation; a PReLU learns one slope for negative numbers, shared by all channels.

    Args:
        activation: "prelu", "relu" or "tanh".
        slope: What a PReLU begins with: 0.25 is torch's and Caffe's, 0 the authors' code's, which is a ReLU at first.
    """
    if activation == "prelu":
        return nn.PReLU(init=slope)
    return nn.ReLU() if activation == "relu" else nn.Tanh()

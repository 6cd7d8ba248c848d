"""Where to look before anything is seen. Source: Fan and Zhou, CVPR 2018, Secs. 3.3, 3.4 and 4.1.4, Fig. 8."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

import torch
from torch import Tensor, nn

from scanpath.attention.checks import check_choice, check_positive, check_query
from scanpath_sla.initialisation import glorot_linear
from scanpath_sla.ops import BiasActivation, positional_bias


class PositionalBias(nn.Module):
    """b_pos = tanh(W h + b): a heat map drawn from the question alone, which lies beside the regions in z^(0).

    "Fully differentiable model" is all that the paper says of its form; Fig. 8 shows one number a position, and that is
    the default.

    Args:
        query_dim: Q, the width of h.
        positions: K, the number of regions that its parameters are bound to.
        width: d, numbers a position.
        activation: "tanh", or "linear" without it.

    Raises:
        ConfigError: An option that cannot be.
    """

    def __init__(self, *, query_dim: int, positions: int, width: int = 1, activation: BiasActivation = "tanh") -> None:
        super().__init__()
        name = type(self).__name__
        check_positive(name, query_dim=query_dim, positions=positions, width=width)
        check_choice(name, "activation", activation, get_args(BiasActivation))
        self.query_dim = query_dim
        self.positions = positions
        self.width = width
        self.activation: BiasActivation = activation
        self.linear = nn.Linear(query_dim, positions * width)
        glorot_linear(self.linear)

    def forward(self, state: Tensor) -> Tensor:
        """Draw the map of a state h (B, Q): (B, K, d).

        Raises:
            ShapeError: The state is of another width.
        """
        check_query(self, state, self.query_dim)
        return positional_bias(state, self.linear.weight, self.linear.bias, self.width, self.activation)


def shown(bias: Sequence[Tensor], axes: tuple[int, ...]) -> dict[str, Tensor]:
    """Give b_pos (B, K, d), where there is one, as the extra "bias" (B, d, *S), for eyes."""
    return {"bias": torch.unflatten(bias[0].detach().transpose(1, 2), 2, axes)} if bias else {}

"""What a unit scores its places by: a 1x1 convolution, a recurrence over the places, a 1x1 convolution to glimpses.

Source: Osman and Samek (2018), section 3.2, and the authors' code where the text is silent,
https://github.com/ahmedmagdiosman/compress-vqa.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal, get_args

import torch
from torch import Tensor, nn

from scanpath.attention.checks import check_choice, check_positive, check_switch
from scanpath.errors import ConfigError, ShapeError
from scanpath.layers.recurrence import run_over_real
from scanpath_drau import ops
from scanpath_drau.activations import Activation, check_activation, create_activation
from scanpath_drau.grid_lstm import GridLSTM

Join = Literal["stack", "channels"]
Recurrence = Literal["lstm", "grid_lstm"]


def check_unit(
    name: str,
    *,
    glimpses: int,
    joint_dim: int | None,
    hidden_dim: int | None,
    join: str,
    recurrence: str,
    activation: str,
    slope: float,
    activate_scores: bool,
    dropout: float,
    read_padding: bool,
) -> None:
    """Check the options of a unit, or of the mechanism ``name`` that holds one.

    Raises:
        ConfigError: The first that cannot be.
    """
    check_positive(name, glimpses=glimpses, joint_dim=joint_dim, hidden_dim=hidden_dim)
    check_choice(name, "join", join, get_args(Join))
    check_choice(name, "recurrence", recurrence, get_args(Recurrence))
    check_activation(name, activation, slope)
    check_switch(name, activate_scores=activate_scores, read_padding=read_padding)
    if isinstance(dropout, bool) or not isinstance(dropout, int | float) or not 0 <= dropout < 1:
        raise ConfigError(f"{name} got dropout={dropout!r}, expected a share from 0 on and below 1.")


class Joined(nn.Module):
    """c = PReLU(W_a x): one map of all that reaches a unit.

    Args:
        widths: Of the maps; equal for "stack".
        output_dim: E; for "stack" the width of each map.
        join: See :class:`ScoringRecurrence`.
        activation: What follows.

    Raises:
        ConfigError: No map, or for "stack" maps of other widths than E.
    """

    def __init__(self, *, widths: Sequence[int], output_dim: int, join: Join, activation: nn.Module) -> None:
        super().__init__()
        if not widths or (join == "stack" and {*widths} != {output_dim}):
            raise ConfigError(
                f"a recurrent unit got maps {[*widths]} wide with join={join!r} and joint_dim={output_dim}: give it "
                "maps that are joint_dim wide, or join='channels', which takes any."
            )
        self.join = join
        self.widths = [*widths]
        shape = (1, len(widths)) if join == "stack" else (output_dim, sum(widths))
        self.weight = nn.Parameter(torch.empty(shape))  # W_a
        self.bias = nn.Parameter(torch.zeros(shape[0]))
        self.activation = activation
        bound = 1 / math.sqrt(shape[1])
        nn.init.uniform_(self.weight, -bound, bound)

    def forward(self, maps: Sequence[Tensor]) -> Tensor:
        """Join maps (B, *S, E_i), or (B, 1, .., E_i) of what is the same at every place: (B, *S, E).

        Raises:
            ShapeError: Other maps than it was built for.
        """
        widths = [one.shape[-1] for one in maps]
        if widths != self.widths:
            raise ShapeError(
                f"a recurrent unit got maps {widths} wide, expected {self.widths}: it was built for those."
            )
        if self.join == "stack":
            joined = ops.joined_stack(maps, self.weight[0], self.bias[0])
        else:
            joined = ops.joined_channels(maps, self.weight, self.bias)
        activated: Tensor = self.activation(joined)
        return activated


class ScoringRecurrence(nn.Module):
    """c = PReLU(W_a x), h_n = LSTM(c_n, h_{n-1}), s = W_g h + b: every place's score knows the places before it.

    A grid is read row by row, boxes and words in the order they come in. Masked places are stepped over.

    Args:
        widths: Of the maps that x is made of.
        joint_dim: E, the width of c; for ``join="stack"`` that of each map.
        hidden_dim: H, the width of the recurrence's state.
        glimpses: G, the number of maps that it scores.
        join: W_a over the "stack" of maps, two numbers for two maps (the authors' code), or over all their "channels".
        recurrence: "lstm", or "grid_lstm", see :class:`GridLSTM`.
        activation: "prelu", "relu" or "tanh" after W_a.
        slope: What a PReLU begins with.
        activate_scores: Put the activation around the scores too, as the authors' code does and the paper does not say.
        dropout: After the recurrence.
        read_padding: Read masked places too, as zeros: the authors' code knows no mask.
    """

    def __init__(
        self,
        *,
        widths: Sequence[int],
        joint_dim: int,
        hidden_dim: int,
        glimpses: int,
        join: Join,
        recurrence: Recurrence,
        activation: Activation,
        slope: float,
        activate_scores: bool,
        dropout: float,
        read_padding: bool,
    ) -> None:
        super().__init__()
        self.read_padding = read_padding
        self.join = Joined(
            widths=widths, output_dim=joint_dim, join=join, activation=create_activation(activation, slope=slope)
        )
        self.recurrence: nn.LSTM | GridLSTM
        if recurrence == "lstm":
            self.recurrence = nn.LSTM(joint_dim, hidden_dim, batch_first=True)
        else:
            self.recurrence = GridLSTM(input_dim=joint_dim, hidden_dim=hidden_dim)
        self.dropout = nn.Dropout(dropout)
        self.glimpses = nn.Linear(hidden_dim, glimpses)  # W_g, b
        self.activation = create_activation(activation, slope=slope) if activate_scores else nn.Identity()

    def forward(self, maps: Sequence[Tensor], mask: Tensor | None = None) -> Tensor:
        """Score the places of maps (B, *S, E_i), the first of which is no broadcast one: (B, G, *S)."""
        joined = self.join(maps)  # (B, *S, E)
        read = None if self.read_padding else mask
        if isinstance(self.recurrence, GridLSTM):
            states = self.recurrence(joined, read)  # (B, *S, H)
        else:
            flat = None if read is None else read.flatten(1)
            states = run_over_real(self.recurrence, joined.flatten(1, -2), flat).view(*joined.shape[:-1], -1)
        scores: Tensor = self.activation(
            ops.glimpse_scores(self.dropout(states), self.glimpses.weight, self.glimpses.bias)
        )
        return scores

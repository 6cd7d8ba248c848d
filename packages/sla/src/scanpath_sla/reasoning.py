"""f_att of a stack of layers, up to its scores: the two-layer perceptron of Sec. 3.1, or a fusion in its place.

W_v v of all layers is one product, computed before the first of them looks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from scanpath.attention.query import QueryProjection
from scanpath.errors import ConfigError
from scanpath.layers.fusion import check_fusion_options, create_fusion
from scanpath.layers.options import named
from scanpath_sla.initialisation import glorot, glorot_linear
from scanpath_sla.ops import Activation, reasoning

Fusing = str | Mapping[str, Any]
"""A fusion's name, or a mapping of ``name`` and its options."""


class Perceptrons(nn.Module):
    """s^(t) = sigma(W_v^(t) v + W_h^(t) h^(t)) of T layers.

    Args:
        value_dim: D.
        state_dims: Width of h at each layer; None for a learnt vector in the place of W_h h.
        hidden_dim: m.
        activation: sigma.
    """

    def __init__(
        self, *, value_dim: int, state_dims: Sequence[int | None], hidden_dim: int, activation: Activation = "relu"
    ) -> None:
        super().__init__()
        self.activation: Activation = activation
        self.output_dim = hidden_dim
        self.values = nn.Linear(value_dim, len(state_dims) * hidden_dim, bias=False)  # W_v^(1), .., W_v^(T)
        glorot(self.values.weight, fan_in=value_dim, fan_out=hidden_dim)
        self.states = state_projections(state_dims, hidden_dim)

    def keys(self, values: Tensor) -> Tensor:
        """Compute W_v v of all layers, side by side: (B, K, D) -> (B, K, T * m)."""
        found: Tensor = self.values(values)
        return found

    def of_layers(self, keys: Tensor) -> tuple[Tensor, ...]:
        """Take :meth:`keys` apart: T views (B, K, m)."""
        return tuple(torch.split(keys, self.output_dim, -1))

    def forward(self, layer: int, keys: Tensor, state: Tensor | None) -> Tensor:
        """Reason at one layer, from 0: W_v v of it (B, K, m) and h (B, H) to s (B, K, m)."""
        return reasoning(keys, self.states[layer](state, len(keys)), self.activation)


class Fusions(nn.Module):
    """s^(t) = fusion^(t)(v, h^(t)) of T layers, such as MCB or MLB; there is nothing to compute before h is known.

    Args:
        fusion: By name, with options if there are any.
        value_dim: D.
        state_dims: Width of h at each layer.

    Raises:
        ConfigError: No h to fuse with.
    """

    def __init__(self, fusion: Fusing, *, value_dim: int, state_dims: Sequence[int | None]) -> None:
        super().__init__()
        name, options = named(fusion, "fusion")
        widths = [width for width in state_dims if width is not None]
        if len(widths) < len(state_dims):
            raise ConfigError(f"fusion={name!r} joins regions with a question: give query_dim, the width of the query.")
        self.layers = nn.ModuleList(
            create_fusion(name, input_dim=value_dim, query_dim=width, **options) for width in widths
        )
        self.output_dim = int(self.layers[0].output_dim)  # type: ignore[arg-type]  # a Fusion has it

    def keys(self, values: Tensor) -> Tensor:
        """Return the values (B, K, D) as they are: each layer fuses them anew."""
        return values

    def of_layers(self, keys: Tensor) -> tuple[Tensor, ...]:
        """Give each layer the same values (B, K, D)."""
        return (keys,) * len(self.layers)

    def forward(self, layer: int, keys: Tensor, state: Tensor | None) -> Tensor:
        """Reason at one layer, from 0: v (B, K, D) and h (B, H) to s (B, K, F)."""
        found: Tensor = self.layers[layer](keys, state)
        return found


def state_projections(state_dims: Sequence[int | None], hidden_dim: int) -> nn.ModuleList:
    """Build W_h h + b of each layer."""
    projections = nn.ModuleList(QueryProjection(query_dim=width, output_dim=hidden_dim) for width in state_dims)
    for part in projections.modules():
        if isinstance(part, nn.Linear):
            glorot_linear(part)
    return projections


def score_weights(layers: int, width: int) -> nn.Parameter:
    """Draw W_u of each layer, (T, m); it has no bias, since a softmax cancels it."""
    weight = nn.Parameter(torch.empty(layers, width))
    glorot(weight, fan_in=width, fan_out=1)
    return weight


def check_fusion(options: Mapping[str, Any]) -> None:
    """Check the fusion that a mechanism's options name, building nothing.

    Raises:
        ConfigError: An unknown fusion, or an option that it does not take.
    """
    if options.get("fusion") is not None:
        check_fusion_options(*named(options["fusion"], "fusion"))

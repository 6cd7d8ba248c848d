"""The main pathway of stacked latent attention: what each position carries from layer to layer, past the softmax.

Source: Fan and Zhou, CVPR 2018, Sec. 3.3 and Fig. 2. Read thus: W_z has n^(t-1) columns; z^(t) = [s^(t); a^(t)] with
s^(t) where the text prints s^(T); z^(0) = [v; b_pos] holds the bias, and v stays raw everywhere else.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn

from scanpath.ops import masked_softmax, weighted_pooling
from scanpath_sla.initialisation import glorot
from scanpath_sla.ops import Activation, carried, importance, latent_reasoning, reasoning
from scanpath_sla.reasoning import score_weights, state_projections


class Values(NamedTuple):
    """What a stream looks at: its positions, of which K are flat."""

    flat: Tensor
    """v, clean of what the mask hides, (B, K, D)."""
    axes: tuple[int, ...]
    """*S."""
    mask: Tensor | None
    """(B, K)."""


class Look(NamedTuple):
    """What one layer found: z = [s; a], which is never written out, and its map."""

    s: Tensor
    """(B, K, m)."""
    content: Tensor
    """a = sum_i alpha_i v_i, (B, D)."""
    weights: Tensor
    """alpha, (B, 1, K)."""


class LatentPath(nn.Module):
    """For t = 1 .. T, with a state h^(t) that comes from outside,

        s_i^(t) = sigma(W_v^(t) v_i + W_h^(t) h^(t) + W_z^(t) z_i^(t-1)),   alpha = softmax(W_u^(t) s^(t)),
        a^(t) = sum_i alpha_i v_i,   z_i^(t) = [s_i^(t); a^(t)],   z_i^(0) = [v_i; b_pos_i].

    W_v v of all layers is one product, into which the first layer's W_z of v goes too.

    Args:
        value_dim: D.
        state_dims: Width of h at each layer; None for a learnt vector in the place of W_h h.
        hidden_dim: m.
        bias_dim: Numbers a position of b_pos; 0 without it.
        kernel: Side of W_z as a convolution over a grid; 1 is the formula. The part of a, the same everywhere, has 1.
        activation: sigma.
        latent: False carries a alone, z^(t) = a^(t) and no z^(0): a traditional stack, all else being equal.
    """  # noqa: D415 - the formula belongs to the first sentence

    def __init__(
        self,
        *,
        value_dim: int,
        state_dims: Sequence[int | None],
        hidden_dim: int,
        bias_dim: int = 0,
        kernel: int = 1,
        activation: Activation = "relu",
        latent: bool = True,
    ) -> None:
        super().__init__()
        count = len(state_dims)
        self.value_dim = value_dim
        self.hidden_dim = hidden_dim
        self.kernel = kernel
        self.activation: Activation = activation
        self.latent = latent
        window = (kernel, kernel) if kernel > 1 else ()
        cells = kernel * kernel
        self.values = nn.Parameter(torch.empty(count * hidden_dim, value_dim))  # W_v^(1), .., W_v^(T)
        glorot(self.values, fan_in=value_dim, fan_out=hidden_dim)
        self.states = state_projections(state_dims, hidden_dim)  # W_h
        self.first = None  # W_z^(1)
        if latent:
            self.first = nn.Parameter(torch.empty(hidden_dim, value_dim + bias_dim, *window))
            glorot(self.first, fan_in=cells * (value_dim + bias_dim), fan_out=cells * hidden_dim)
        of_s = [nn.Parameter(torch.empty(hidden_dim, hidden_dim, *window)) for _ in range(count - 1 if latent else 0)]
        of_content = [nn.Parameter(torch.empty(hidden_dim, value_dim)) for _ in range(count - 1)]
        width = (cells * hidden_dim if latent else 0) + value_dim
        for blocks in zip(of_s, of_content, strict=True) if latent else ((block,) for block in of_content):
            glorot(*blocks, fan_in=width, fan_out=hidden_dim)
        self.of_s = nn.ParameterList(of_s)  # W_z^(2), .., W_z^(T), the columns of s
        self.of_content = nn.ParameterList(of_content)  # and those of a
        self.scores = score_weights(count, hidden_dim)  # W_u

    def keys(self, values: Values) -> Tensor:
        """Compute of v (B, K, D) what no state is needed for, of all layers side by side: (B, K, T * m)."""
        weight: Tensor = self.values
        if self.first is not None and self.kernel == 1:
            head = weight[: self.hidden_dim] + self.first[:, : self.value_dim]
            weight = torch.cat([head, weight[self.hidden_dim :]])
        found = torch.nn.functional.linear(values.flat, weight)
        if self.first is None or self.kernel == 1:
            return found
        seen = carried(values.flat, self.first[:, : self.value_dim], axes=values.axes)  # clean already
        return torch.cat([found[..., : self.hidden_dim] + seen, found[..., self.hidden_dim :]], -1)

    def of_layers(self, keys: Tensor) -> tuple[Tensor, ...]:
        """Take :meth:`keys` apart: T views (B, K, m)."""
        return tuple(torch.split(keys, self.hidden_dim, -1))

    def forward(
        self,
        layer: int,
        keys: Tensor,
        values: Values,
        state: Tensor | None,
        before: Look | None = None,
        bias: Tensor | None = None,
    ) -> Look:
        """Look at one layer.

        Args:
            layer: From 0.
            keys: Its own of :meth:`of_layers`, (B, K, m).
            values: Of the stream.
            state: h, (B, H).
            before: What the layer before found; None at the first.
            bias: b_pos at the first, (B, K, d).
        """
        row = self.states[layer](state, len(keys))  # W_h h, (B, m)
        weight, latent = None, bias
        if before is not None:
            row = row + torch.nn.functional.linear(before.content, self.of_content[layer - 1])  # W_z's part of a
            weight, latent = (self.of_s[layer - 1], before.s) if self.latent else (None, None)
        elif bias is not None and self.first is not None:
            weight = self.first[:, self.value_dim :]
        if weight is None or latent is None:
            s = reasoning(keys, row, self.activation)
        else:
            product = carried(latent, weight, axes=values.axes, mask=values.mask)
            s = latent_reasoning(keys, row, product, self.activation)
        weights = masked_softmax(importance(s, self.scores[layer]), values.mask)  # (B, 1, K)
        return Look(s, weighted_pooling(weights, values.flat), weights)

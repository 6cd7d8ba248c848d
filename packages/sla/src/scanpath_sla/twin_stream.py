"""Twin-stream stacked latent attention: regions and words look at themselves, each asked with what the other found.

Source: Fan and Zhou, CVPR 2018, Sec. 3.4 and Fig. 3. The text prints h^(t) of the other stream in both formulas, which
cannot be for both; ``exchange`` says which t it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, get_args

import torch
from torch import Tensor, nn

from scanpath.attention.checks import check_call, check_choice, check_positive, check_query, check_switch, check_tokens
from scanpath.errors import ConfigError
from scanpath.ops import clean
from scanpath.types import Attended, Axis, CoAttended, Kind
from scanpath_sla.checks import check_grid, check_layers, check_path, check_positions, regions_of
from scanpath_sla.latent_path import LatentPath, Look, Values
from scanpath_sla.ops import Activation, BiasActivation, mean
from scanpath_sla.positional_bias import PositionalBias, shown
from scanpath_sla.recomputing import in_parts
from scanpath_sla.stream_output import StreamOutput

Exchange = Literal["parallel", "text_first", "regions_first"]


class TwinStream(nn.Module):
    """Two pathways of T layers (:class:`scanpath_sla.latent_path.LatentPath`), v with b_pos and u without,

        h^(0),text = query,   h^(0),vis = mean_i v_i,   z_i^(0),vis = [v_i; b_pos_i],   z_j^(0),text = u_j,
        h^(t),text = a^(t),text,   h^(t),vis = a^(t),vis,   and of each stream at its end mean_i relu(W_c z_i^(T) + b).

    Args:
        region_dim: D.
        token_dim: E.
        query_dim: Q; None takes the mean of the words for h^(0),text.
        layers: T.
        hidden_dim: m of both streams.
        output_dim: Width of each stream's last convolution, which both contexts have; m by default.
        positions: K (or K and T, of which K is read), to draw b_pos from h^(0),text; None leaves it out.
        bias_dim: Numbers a position of b_pos.
        bias_activation: "tanh" or "linear".
        exchange: "parallel": at layer t both are asked with what the other found at t - 1. "text_first": the words look
            first, and the regions are asked with what they found at t, so that h^(0),text makes b_pos alone.
            "regions_first": the other way round, so that h^(0),vis is not read.
        kernel: Side of W_z as a convolution over the regions' grid, odd; words keep 1.
        activation: sigma, "relu" or "tanh".
        latent: False is the traditional stack: z^(t) = a^(t) alone, and no b_pos.
        recompute: Samples at a time whose activations are kept, as of :class:`StackedLatentAttention`.

    Raises:
        ConfigError: An option that cannot be, or a bias without the pathway that it would enter.
    """  # noqa: D415 - the formula belongs to the first sentence

    kind: Kind = "soft"
    axis: Axis = "layer"

    def __init__(
        self,
        *,
        region_dim: int,
        token_dim: int,
        query_dim: int | None = None,
        layers: int = 2,
        hidden_dim: int = 512,
        output_dim: int | None = None,
        positions: int | Sequence[int] | None = None,
        bias_dim: int = 1,
        bias_activation: BiasActivation = "tanh",
        exchange: Exchange = "parallel",
        kernel: int = 1,
        activation: Activation = "relu",
        latent: bool = True,
        recompute: int | None = None,
    ) -> None:
        super().__init__()
        name = type(self).__name__
        check_layers(
            name, region_dim=region_dim, token_dim=token_dim, query_dim=query_dim, layers=layers,
            hidden_dim=hidden_dim, activation=activation,
        )  # fmt: skip
        check_path(name, kernel=kernel, recompute=recompute, bias_dim=bias_dim, bias_activation=bias_activation)
        check_positive(name, output_dim=output_dim)
        check_choice(name, "exchange", exchange, get_args(Exchange))
        check_switch(name, latent=latent)
        self.positions = regions_of(name, positions)
        if not latent and (self.positions is not None or kernel > 1):
            raise ConfigError(
                f"{name} with latent=False has no pathway for a positional bias or a kernel: leave both out."
            )
        self.region_dim, self.token_dim, self.query_dim = region_dim, token_dim, query_dim
        self.exchange: Exchange = exchange
        self.recompute = recompute
        asked = query_dim or token_dim  # of h^(0),text
        self.bias: PositionalBias | None = None
        if self.positions is not None:
            self.bias = PositionalBias(
                query_dim=asked, positions=self.positions, width=bias_dim, activation=bias_activation
            )
        first = token_dim if exchange == "text_first" else asked
        self.regions = LatentPath(
            value_dim=region_dim, state_dims=[first, *[token_dim] * (layers - 1)], hidden_dim=hidden_dim,
            bias_dim=0 if self.bias is None else bias_dim, kernel=kernel, activation=activation, latent=latent,
        )  # fmt: skip
        self.tokens = LatentPath(
            value_dim=token_dim, state_dims=[region_dim] * layers, hidden_dim=hidden_dim, activation=activation,
            latent=latent,
        )  # fmt: skip
        width = output_dim or hidden_dim
        self.region_output = StreamOutput(hidden_dim if latent else 0, region_dim, width)
        self.token_output = StreamOutput(hidden_dim if latent else 0, token_dim, width)
        self.context_dims = (width, width)

    def forward(
        self,
        regions: Tensor,
        tokens: Tensor,
        query: Tensor | None = None,
        region_mask: Tensor | None = None,
        token_mask: Tensor | None = None,
    ) -> CoAttended:
        """Attend to both sides, layer by layer.

        Args:
            regions: (B, *S, D), with as many regions as ``positions`` if it was built with them.
            tokens: (B, T, E).
            query: (B, Q), if it was built for one.
            region_mask: (B, *S) bool, True where real.
            token_mask: (B, T) bool, True where real.

        Returns:
            ``CoAttended(regions: Attended, tokens: Attended)`` with a map a layer; among the regions' extras "bias",
            b_pos (B, d, *S).
        """
        check_call(self, regions, query, region_mask, region_dim=self.region_dim)
        check_tokens(self, tokens, token_mask, batch=len(regions), token_dim=self.token_dim)
        check_query(self, query, self.query_dim)
        check_positions(type(self).__name__, regions, self.positions)
        check_grid(type(self).__name__, regions, self.regions.kernel)
        given = (regions, tokens, query, region_mask, token_mask)
        seen, read, looks, reads, *bias = in_parts(self._attend, given, self.recompute)
        axes = regions.shape[1:-1]
        over_regions = Attended(seen, torch.unflatten(looks, 2, axes), shown(bias, axes))
        return CoAttended(over_regions, Attended(read, reads, {}))

    def _attend(
        self,
        regions: Tensor,
        tokens: Tensor,
        query: Tensor | None,
        region_mask: Tensor | None,
        token_mask: Tensor | None,
    ) -> tuple[Tensor, ...]:
        """Return both contexts, both maps (B, T, K), and b_pos where there is one."""
        real = None if region_mask is None else region_mask.flatten(1)  # (B, K)
        v = Values(clean(regions, region_mask).flatten(1, -2), tuple(regions.shape[1:-1]), real)
        u = Values(clean(tokens, token_mask), tuple(tokens.shape[1:-1]), token_mask)
        text = mean(u.flat, token_mask) if query is None else query  # h^(0),text
        bias = None if self.bias is None else self.bias(text)  # (B, K, d)
        looks, reads = self._exchange(v, u, text, bias)
        look, read = looks[-1], reads[-1]
        return (
            self.region_output(look, v.mask),
            self.token_output(read, u.mask),
            torch.cat([one.weights for one in looks], 1),
            torch.cat([one.weights for one in reads], 1),
            *(() if bias is None else (bias,)),
        )

    def _exchange(self, v: Values, u: Values, text: Tensor, bias: Tensor | None) -> tuple[list[Look], list[Look]]:
        """Let both streams look T times, each asked with what the other has found."""
        looks: list[Look] = []
        reads: list[Look] = []
        of_regions = self.regions.of_layers(self.regions.keys(v))
        of_tokens = self.tokens.of_layers(self.tokens.keys(u))

        def see(layer: int, state: Tensor) -> None:
            before = looks[-1] if looks else None
            looks.append(self.regions(layer, of_regions[layer], v, state, before, None if looks else bias))

        def listen(layer: int, state: Tensor) -> None:
            reads.append(self.tokens(layer, of_tokens[layer], u, state, reads[-1] if reads else None))

        seen = mean(v.flat, v.mask)  # h^(0),vis
        for layer in range(len(of_regions)):
            if self.exchange == "text_first":
                listen(layer, seen)
                see(layer, reads[-1].content)
            elif self.exchange == "regions_first":
                see(layer, text)
                listen(layer, looks[-1].content)
            else:
                see(layer, text)
                listen(layer, seen)
            text, seen = reads[-1].content, looks[-1].content
        return looks, reads

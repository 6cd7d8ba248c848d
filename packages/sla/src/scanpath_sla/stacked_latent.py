"""Stacked latent attention: what each layer knows of every place goes on to the next, past the softmax.

Source: Fan and Zhou, CVPR 2018, Sec. 3.3 and Fig. 2.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from scanpath.attention.checks import check_call, check_query
from scanpath.errors import ConfigError
from scanpath.ops import clean
from scanpath.types import Attended, Axis, Kind
from scanpath_sla.checks import check_grid, check_layers, check_path, check_positions, regions_of
from scanpath_sla.latent_path import LatentPath, Look, Values
from scanpath_sla.ops import Activation, BiasActivation, pooled_latent
from scanpath_sla.positional_bias import PositionalBias, shown
from scanpath_sla.recomputing import in_parts


class StackedLatentAttention(nn.Module):
    """For t = 1 .. T, with h = query and z_i^(0) = [v_i; b_pos_i],

        s_i^(t) = sigma(W_v^(t) v_i + W_h^(t) h + W_z^(t) z_i^(t-1)),   alpha = softmax(W_u^(t) s^(t)),
        a^(t) = sum_i alpha_i v_i,   z_i^(t) = [s_i^(t); a^(t)].

    The context is z^(T) pooled over positions, [mean_i s_i^(T); a^(T)]: a gradient reaches every v_i through s, without
    passing any softmax. a^(t) enters the next layer as one row a sample; it is never copied to K positions.

    Args:
        region_dim: D.
        query_dim: Q; None asks with a learnt vector at each layer.
        layers: T.
        hidden_dim: m; C is m + D.
        positions: K, to draw b_pos (:class:`PositionalBias`) from the query for so many regions; None leaves it out.
        bias_dim: Numbers a position of b_pos.
        bias_activation: "tanh" or "linear".
        kernel: Side of W_z as a convolution over the grid, odd; 1 is the formula.
        activation: sigma, "relu" or "tanh".
        recompute: Samples at a time whose activations are kept; those of others are computed again in the backward
            pass. None keeps all.

    Raises:
        ConfigError: An option that cannot be, or a bias without a query to draw it from.
    """  # noqa: D415 - the formula belongs to the first sentence

    kind: Kind = "soft"
    axis: Axis = "layer"

    def __init__(
        self,
        *,
        region_dim: int,
        query_dim: int | None = None,
        layers: int = 3,
        hidden_dim: int = 512,
        positions: int | None = None,
        bias_dim: int = 1,
        bias_activation: BiasActivation = "tanh",
        kernel: int = 1,
        activation: Activation = "relu",
        recompute: int | None = None,
    ) -> None:
        super().__init__()
        name = type(self).__name__
        check_layers(
            name, region_dim=region_dim, query_dim=query_dim, layers=layers, hidden_dim=hidden_dim,
            activation=activation,
        )  # fmt: skip
        check_path(name, kernel=kernel, recompute=recompute, bias_dim=bias_dim, bias_activation=bias_activation)
        self.positions = regions_of(name, positions)
        if self.positions is not None and query_dim is None:
            raise ConfigError(
                f"{name} got positions={positions!r} and no query_dim, and draws its positional bias from the query: "
                "give the width of the query, or leave positions out."
            )
        self.region_dim = region_dim
        self.query_dim = query_dim
        self.context_dim = hidden_dim + region_dim
        self.recompute = recompute
        self.bias: PositionalBias | None = None
        if self.positions is not None and query_dim is not None:
            self.bias = PositionalBias(
                query_dim=query_dim, positions=self.positions, width=bias_dim, activation=bias_activation
            )
        self.path = LatentPath(
            value_dim=region_dim,
            state_dims=[query_dim] * layers,
            hidden_dim=hidden_dim,
            bias_dim=0 if self.bias is None else bias_dim,
            kernel=kernel,
            activation=activation,
        )

    def forward(self, regions: Tensor, query: Tensor | None = None, mask: Tensor | None = None) -> Attended:
        """Attend to regions, layer by layer.

        Args:
            regions: (B, *S, D), with as many regions as ``positions`` if it was built with them.
            query: (B, Q), if it was built for one.
            mask: (B, *S) bool, True where real.

        Returns:
            ``Attended(context (B, m + D), weights (B, T, *S), extras)``; among the extras "bias", b_pos (B, d, *S).
        """
        self._check(regions, query, mask)
        axes = regions.shape[1:-1]

        def whole(regions: Tensor, query: Tensor | None, mask: Tensor | None) -> tuple[Tensor, ...]:
            values = _values(clean(regions, mask), mask)
            return self._attend(values, self.path.keys(values), query)

        return _attended(in_parts(whole, (regions, query, mask), self.recompute), axes)

    def keys(self, regions: Tensor, mask: Tensor | None = None) -> Tensor:
        """Compute of regions (B, *S, D) what the query is not needed for, W_v v of all layers: (B, K, T * m)."""
        check_call(self, regions, None, mask, region_dim=self.region_dim)
        check_grid(type(self).__name__, regions, self.path.kernel)
        return self.path.keys(_values(clean(regions, mask), mask))

    def attend(
        self, regions: Tensor, keys: Tensor, query: Tensor | None = None, mask: Tensor | None = None
    ) -> Attended:
        """Attend to clean regions with their keys, as :meth:`forward` does without.

        ``recompute`` has no part here: the keys, which have to be kept, are as large as what it would forget.
        """
        self._check(regions, query, mask)
        return _attended(self._attend(_values(regions, mask), keys, query), regions.shape[1:-1])

    def _check(self, regions: Tensor, query: Tensor | None, mask: Tensor | None) -> None:
        name = type(self).__name__
        check_call(self, regions, query, mask, region_dim=self.region_dim)
        check_query(self, query, self.query_dim)
        check_positions(name, regions, self.positions)
        check_grid(name, regions, self.path.kernel)

    def _attend(self, values: Values, keys: Tensor, query: Tensor | None) -> tuple[Tensor, ...]:
        """Return the context (B, m + D), the maps (B, T, K), and b_pos (B, K, d) where there is one."""
        path = self.path
        looks: list[Look] = []
        bias = None if self.bias is None or query is None else self.bias(query)  # (B, K, d)
        for layer, own in enumerate(path.of_layers(keys)):
            before = looks[-1] if looks else None
            looks.append(path(layer, own, values, query, before, None if looks else bias))
        context = pooled_latent(looks[-1].s, looks[-1].content, values.mask)
        return context, torch.cat([look.weights for look in looks], 1), *(() if bias is None else (bias,))


def _values(regions: Tensor, mask: Tensor | None) -> Values:
    """Take clean regions (B, *S, D) and their mask for a stream's positions."""
    return Values(regions.flatten(1, -2), tuple(regions.shape[1:-1]), None if mask is None else mask.flatten(1))


def _attended(found: tuple[Tensor, ...], axes: tuple[int, ...]) -> Attended:
    """Give the maps, and b_pos among the extras, the regions' axes *S."""
    context, weights, *bias = found
    return Attended(context, torch.unflatten(weights, 2, axes), shown(bias, axes))

"""Stacked attention: each layer asks with what the last one found, and passes nothing else on.

Source: Fan and Zhou, CVPR 2018, Sec. 3.2 and Fig. 1, the baseline of Figs. 5 and 6; without a residual, as its formula
(SAN adds one: the core's ``multi_hop``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from scanpath.attention.checks import check_call, check_query
from scanpath.ops import clean, masked_softmax, weighted_pooling
from scanpath.types import Attended, Axis, Kind
from scanpath_sla.checks import check_layers
from scanpath_sla.ops import Activation, importance
from scanpath_sla.reasoning import Fusing, Fusions, Perceptrons, check_fusion, score_weights


class StackedAttention(nn.Module):
    """For t = 1 .. T, with h^(1) = query,

        s_i = sigma(W_v^(t) v_i + W_h^(t) h^(t)),   alpha = softmax(W_u^(t) s),   z^(t) = sum_i alpha_i v_i = h^(t+1).

    The context is z^(T). Every softmax stands in the one path from the first layer to the last.

    Args:
        region_dim: D, which is C too.
        query_dim: Q; None starts from a learnt vector.
        layers: T.
        hidden_dim: m.
        activation: sigma, "relu" or "tanh".
        fusion: In the place of the perceptron, s = fusion(v, h): "mcb", "mlb" or another of the core's, with options
            as ``{"name": "mlb", "output_dim": 1200}``; m and sigma play no part then.
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
        activation: Activation = "relu",
        fusion: Fusing | None = None,
    ) -> None:
        super().__init__()
        check_layers(
            type(self).__name__, region_dim=region_dim, query_dim=query_dim, layers=layers, hidden_dim=hidden_dim,
            activation=activation,
        )  # fmt: skip
        self.region_dim = region_dim
        self.query_dim = query_dim
        self.context_dim = region_dim
        widths = [query_dim, *[region_dim] * (layers - 1)]
        self.reasoning: Perceptrons | Fusions
        if fusion is None:
            self.reasoning = Perceptrons(
                value_dim=region_dim, state_dims=widths, hidden_dim=hidden_dim, activation=activation
            )
        else:
            self.reasoning = Fusions(fusion, value_dim=region_dim, state_dims=widths)
        self.scores = score_weights(layers, self.reasoning.output_dim)  # W_u

    @staticmethod
    def check_options(options: Mapping[str, Any]) -> None:
        """Check options, what they name included, building nothing."""
        check_fusion(options)

    def forward(self, regions: Tensor, query: Tensor | None = None, mask: Tensor | None = None) -> Attended:
        """Attend to regions, layer by layer.

        Args:
            regions: (B, *S, D).
            query: (B, Q), if it was built for one.
            mask: (B, *S) bool, True where real.

        Returns:
            ``Attended(context (B, D), weights (B, T, *S), extras)``; among the extras the scores (B, T, *S).
        """
        check_call(self, regions, query, mask, region_dim=self.region_dim)
        regions = clean(regions, mask)
        return self.attend(regions, self.reasoning.keys(regions.flatten(1, -2)), query, mask)

    def keys(self, regions: Tensor, mask: Tensor | None = None) -> Tensor:
        """Compute of regions (B, *S, D) what the query is not needed for, W_v v of all layers: (B, K, T * m)."""
        check_call(self, regions, None, mask, region_dim=self.region_dim)
        return self.reasoning.keys(clean(regions, mask).flatten(1, -2))

    def attend(
        self, regions: Tensor, keys: Tensor, query: Tensor | None = None, mask: Tensor | None = None
    ) -> Attended:
        """Attend to clean regions with their keys, as :meth:`forward` does without."""
        check_call(self, regions, query, mask, region_dim=self.region_dim)
        check_query(self, query, self.query_dim)
        axes = regions.shape[1:-1]
        real = None if mask is None else mask.flatten(1)  # (B, K)
        values = regions.flatten(1, -2)  # (B, K, D)
        state, maps, scored = query, [], []
        for layer, own in enumerate(self.reasoning.of_layers(keys)):
            s = self.reasoning(layer, own, state)  # (B, K, m)
            scored.append(importance(s, self.scores[layer]))  # (B, 1, K)
            maps.append(masked_softmax(scored[-1], real))  # (B, 1, K)
            state = weighted_pooling(maps[-1], values)  # z^(t), (B, D)
        assert state is not None  # noqa: S101 - there is a layer; this tells the type checker
        weights, scores = (torch.unflatten(torch.cat(each, 1), 2, axes) for each in (maps, scored))  # (B, T, *S)
        return Attended(state, weights, {"scores": scores})

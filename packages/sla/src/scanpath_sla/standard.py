"""Standard attention: one look. Source: Fan and Zhou, CVPR 2018, Sec. 3.1."""

from __future__ import annotations

from scanpath_sla.ops import Activation
from scanpath_sla.reasoning import Fusing
from scanpath_sla.stacked import StackedAttention


class StandardAttention(StackedAttention):
    """s_i = sigma(W_v v_i + W_h h), e_i = W_u s_i, alpha = softmax(e), and the context z = sum_i alpha_i v_i.

    What s knows of each place is thrown away: that is what the paper sets out from. It is a stack of one layer.

    Args:
        region_dim: D, which is C too.
        query_dim: Q; None asks with a learnt vector.
        hidden_dim: m.
        activation: sigma, "relu" or "tanh".
        fusion: In the place of the perceptron, see :class:`StackedAttention`.
    """

    def __init__(
        self,
        *,
        region_dim: int,
        query_dim: int | None = None,
        hidden_dim: int = 512,
        activation: Activation = "relu",
        fusion: Fusing | None = None,
    ) -> None:
        super().__init__(
            region_dim=region_dim,
            query_dim=query_dim,
            layers=1,
            hidden_dim=hidden_dim,
            activation=activation,
            fusion=fusion,
        )

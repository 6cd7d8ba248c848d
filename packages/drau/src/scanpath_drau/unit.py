"""The recurrent attention unit (RAU): scores by a recurrence, then weighted sums of the features as they came.

Source: Osman and Samek (2018), section 3.2 and Figure 3. Of regions it is the RVAU, of words the RTAU.
"""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor, nn

from scanpath.attention.checks import check_positive
from scanpath.errors import ShapeError
from scanpath.ops import clean, masked_softmax, weighted_pooling
from scanpath.types import Attended
from scanpath_drau.activations import Activation, create_activation
from scanpath_drau.initialisation import draw_weights
from scanpath_drau.scoring import Join, Recurrence, ScoringRecurrence, check_unit


def activated_linear(input_dim: int, output_dim: int, activation: Activation, slope: float) -> nn.Sequential:
    """Build PReLU(W x + b), to the paper a 1x1 convolution, or at the end of a unit a fully-connected layer."""
    return nn.Sequential(nn.Linear(input_dim, output_dim), create_activation(activation, slope=slope))


class RecurrentAttentionUnit(nn.Module):
    """p = softmax(s) of a :class:`ScoringRecurrence` over x, att = [sum_n p_1n f_n; ..], y = PReLU(W_out att).

    It is handed the maps that x is made of, and apart from them the features f that it sums: so a network gives it what
    another unit has seen. Alone on regions and a question it is :class:`scanpath_drau.RVAU`.

    Args:
        feature_dim: D, the width of f.
        widths: Of the maps that x is made of.
        joint_dim: E, the width of c.
        hidden_dim: H, the width of the recurrence's state.
        context_dim: C, the width of y.
        glimpses: G.
        join: See :class:`ScoringRecurrence`, like all that follow.
        recurrence: See there.
        activation: See there; it follows W_out too.
        slope: See there.
        activate_scores: See there.
        dropout: See there.
        read_padding: See there; what is read is attended to as well.
    """

    def __init__(
        self,
        *,
        feature_dim: int,
        widths: Sequence[int],
        joint_dim: int,
        hidden_dim: int,
        context_dim: int,
        glimpses: int = 2,
        join: Join = "stack",
        recurrence: Recurrence = "lstm",
        activation: Activation = "prelu",
        slope: float = 0.25,
        activate_scores: bool = False,
        dropout: float = 0.3,
        read_padding: bool = False,
    ) -> None:
        super().__init__()
        check_positive(type(self).__name__, feature_dim=feature_dim, context_dim=context_dim)
        check_unit(
            type(self).__name__,
            glimpses=glimpses, joint_dim=joint_dim, hidden_dim=hidden_dim, join=join, recurrence=recurrence,
            activation=activation, slope=slope, activate_scores=activate_scores, dropout=dropout,
            read_padding=read_padding,
        )  # fmt: skip
        self.context_dim = context_dim
        self.feature_dim = feature_dim
        self.read_padding = read_padding
        self.scores = ScoringRecurrence(
            widths=widths, joint_dim=joint_dim, hidden_dim=hidden_dim, glimpses=glimpses, join=join,
            recurrence=recurrence, activation=activation, slope=slope, activate_scores=activate_scores,
            dropout=dropout, read_padding=read_padding,
        )  # fmt: skip
        self.project = activated_linear(glimpses * feature_dim, context_dim, activation, slope)  # W_out
        draw_weights(self)

    def forward(self, maps: Sequence[Tensor], features: Tensor, mask: Tensor | None = None) -> Attended:
        """Attend to features.

        Args:
            maps: What x is made of, each (B, *S, E_i), or (B, 1, .., E_i) of what is the same at every place.
            features: f, (B, *S, D).
            mask: (B, *S) bool, True where real.

        Returns:
            ``Attended(context (B, C), weights (B, G, *S), extras)`` with the scores (B, G, *S) among the extras.

        Raises:
            ShapeError: Features of another width, or over other places than the maps.
        """
        if features.shape[-1] != self.feature_dim:
            raise ShapeError(
                f"RecurrentAttentionUnit got features {tuple(features.shape)}, expected (B, *S, {self.feature_dim}): "
                "build it with their width."
            )
        scores = self.scores(maps, mask)
        if (scores.shape[0], *scores.shape[2:]) != features.shape[:-1]:
            raise ShapeError(
                f"RecurrentAttentionUnit got maps {tuple(maps[0].shape)} and features {tuple(features.shape)}: give it "
                "both over the same places, (B, *S), the first map in full."
            )
        weights = masked_softmax(scores, None if self.read_padding else mask)  # (B, G, *S)
        context = self.project(weighted_pooling(weights, clean(features, mask)))  # (B, G * D) -> (B, C)
        return Attended(context, weights, {"scores": scores})

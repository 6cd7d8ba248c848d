"""Scores of regions by a recurrence over them: the scoring half of an RVAU, as a Scorer for any host.

Source: Osman and Samek (2018), section 3.2.
"""

from __future__ import annotations

from torch import Tensor, nn

from scanpath.attention.checks import check_call, check_positive, check_query
from scanpath.ops import clean
from scanpath_drau.activations import Activation
from scanpath_drau.initialisation import draw_weights
from scanpath_drau.scoring import Join, Recurrence, ScoringRecurrence, check_unit
from scanpath_drau.unit import activated_linear


class RecurrentScorer(nn.Module):
    """s = W_g h + b with h_n = LSTM(c_n, h_{n-1}), c = PReLU(W_a [P_v; P_q]), P_v = PReLU(W_v v), P_q = PReLU(W_q q).

    The question's vector is the same at every region. Without one, as behind a fusion, c = PReLU(W_a v). Its holder
    normalises: softmaxed it is an RVAU without its last layer.

    Args:
        region_dim: D.
        query_dim: Q; None scores the regions without a question.
        glimpses: M, the number of maps.
        joint_dim: E, the width in which both sides meet; half of D by default, 1024 of 2048 as in the paper.
        hidden_dim: H, the width of the recurrence's state; D by default, 2048 as in the authors' code.
        join: How W_a joins both sides: "stack", with a number for each (the authors' code), or "channels".
        recurrence: "lstm", row by row over a grid and over boxes as they come; "grid_lstm" over rows and columns of a
            grid, an extension.
        activation: "prelu", "relu" or "tanh".
        slope: What each PReLU begins with; the authors' code has 0.
        activate_scores: Put the activation around the scores too, as the authors' code does and the paper does not say.
        dropout: After the recurrence.
        read_padding: Read masked regions too, as zeros: the authors' code knows no mask.
    """

    def __init__(
        self,
        *,
        region_dim: int,
        query_dim: int | None = None,
        glimpses: int = 1,
        joint_dim: int | None = None,
        hidden_dim: int | None = None,
        join: Join = "stack",
        recurrence: Recurrence = "lstm",
        activation: Activation = "prelu",
        slope: float = 0.25,
        activate_scores: bool = False,
        dropout: float = 0.3,
        read_padding: bool = False,
    ) -> None:
        super().__init__()
        check_positive(type(self).__name__, region_dim=region_dim, query_dim=query_dim)
        check_unit(
            type(self).__name__,
            glimpses=glimpses, joint_dim=joint_dim, hidden_dim=hidden_dim, join=join, recurrence=recurrence,
            activation=activation, slope=slope, activate_scores=activate_scores, dropout=dropout,
            read_padding=read_padding,
        )  # fmt: skip
        width = joint_dim or max(1, region_dim // 2)
        self.maps = glimpses
        self.region_dim = region_dim
        self.query_dim = query_dim
        self.regions = self.query = None
        if query_dim is not None:
            self.regions = activated_linear(region_dim, width, activation, slope)  # W_v
            self.query = activated_linear(query_dim, width, activation, slope)  # W_q
        self.scores = ScoringRecurrence(
            widths=[region_dim] if query_dim is None else [width, width], joint_dim=width,
            hidden_dim=hidden_dim or region_dim, glimpses=glimpses, join="channels" if query_dim is None else join,
            recurrence=recurrence, activation=activation, slope=slope, activate_scores=activate_scores,
            dropout=dropout, read_padding=read_padding,
        )  # fmt: skip
        draw_weights(self)

    def forward(self, regions: Tensor, query: Tensor | None = None, mask: Tensor | None = None) -> Tensor:
        """Score regions (B, *S, D), given a query (B, Q) and a mask (B, *S): (B, M, *S)."""
        check_call(self, regions, query, mask, region_dim=self.region_dim)
        check_query(self, query, self.query_dim)
        maps = [clean(regions, mask)]  # (B, *S, D)
        if self.regions is not None and self.query is not None:
            asked = self.query(query).view(len(regions), *[1] * (regions.dim() - 2), -1)  # (B, 1, .., E)
            maps = [self.regions(maps[0]), asked]
        scores: Tensor = self.scores(maps, mask)
        return scores

"""Dual recurrent attention: a recurrent unit over the regions and one over the words, each told of the other side.

Source: Osman and Samek (2018), section 3 and Figures 1 and 2: all of the network between the question's LSTMs and the
fusion.
"""

from __future__ import annotations

from torch import Tensor, nn

from scanpath.attention.checks import check_call, check_positive, check_query, check_switch, check_tokens
from scanpath.ops import clean
from scanpath.types import Axis, CoAttended, Kind
from scanpath_drau.activations import Activation
from scanpath_drau.exchange import Exchange, Sides, create_exchange
from scanpath_drau.initialisation import draw_weights
from scanpath_drau.overlap import both
from scanpath_drau.scoring import Join, Recurrence, check_unit
from scanpath_drau.unit import RecurrentAttentionUnit, activated_linear


class DualRecurrentAttention(nn.Module):
    """P_v = PReLU(W_v v), P_q = PReLU(W_q w); y_vis = RVAU([P_v; r(P_q)]; v), y_text = RTAU([P_q; r'(P_v)]; w).

    r takes words to the places of regions, r' regions to those of words: the ``exchange``.

    Args:
        region_dim: D.
        token_dim: The width of w, a word's state.
        query_dim: Q, if it is called with a query; read by ``exchange="query"`` alone, else the words are the question.
        exchange: "tied", learnt between K regions and T words as in the authors' code; "mean", of the other side's
            places, for any K and T; or "query", the question's vector at each region, the regions' mean at each word.
        positions: (K, T), for "tied" alone: each sample has K regions and T words, padding included.
        glimpses: G of each unit; the paper has 2, and 4 in a comparison.
        context_dim: C, the width of y_vis and of y_text; D by default.
        joint_dim: E, the width of P_v and P_q; half of D by default.
        hidden_dim: H, the width of the recurrences' states; D by default.
        join: See :class:`RecurrentScorer`, like all that follow.
        recurrence: See there; over the regions, since words are no grid.
        activation: See there; it follows each linear map.
        slope: See there.
        activate_scores: See there.
        dropout: See there.
        read_padding: See there; what is read is attended to as well, on both sides.
        overlap: On a GPU the two units run side by side on two streams. No GPU has measured it yet.
    """

    kind: Kind = "soft"
    axis: Axis = "glimpse"

    def __init__(
        self,
        *,
        region_dim: int,
        token_dim: int,
        query_dim: int | None = None,
        exchange: Exchange = "mean",
        positions: tuple[int, int] | None = None,
        glimpses: int = 2,
        context_dim: int | None = None,
        joint_dim: int | None = None,
        hidden_dim: int | None = None,
        join: Join = "stack",
        recurrence: Recurrence = "lstm",
        activation: Activation = "prelu",
        slope: float = 0.25,
        activate_scores: bool = False,
        dropout: float = 0.3,
        read_padding: bool = False,
        overlap: bool = False,
    ) -> None:
        super().__init__()
        name = type(self).__name__
        check_switch(name, overlap=overlap)
        check_positive(name, region_dim=region_dim, token_dim=token_dim, query_dim=query_dim, context_dim=context_dim)
        check_unit(
            name,
            glimpses=glimpses, joint_dim=joint_dim, hidden_dim=hidden_dim, join=join, recurrence=recurrence,
            activation=activation, slope=slope, activate_scores=activate_scores, dropout=dropout,
            read_padding=read_padding,
        )  # fmt: skip
        width, context = joint_dim or max(1, region_dim // 2), context_dim or region_dim

        def unit(feature_dim: int, recurrence: Recurrence) -> RecurrentAttentionUnit:
            return RecurrentAttentionUnit(
                feature_dim=feature_dim, widths=[width, width], joint_dim=width, hidden_dim=hidden_dim or region_dim,
                context_dim=context, glimpses=glimpses, join=join, recurrence=recurrence, activation=activation,
                slope=slope, activate_scores=activate_scores, dropout=dropout, read_padding=read_padding,
            )  # fmt: skip

        self.overlap = overlap
        self.region_dim = region_dim
        self.token_dim = token_dim
        self.query_dim = query_dim
        self.context_dims = (context, context)
        self.regions = activated_linear(region_dim, width, activation, slope)  # W_v
        self.tokens = activated_linear(token_dim, width, activation, slope)  # W_q
        self.exchange = create_exchange(
            exchange, positions=positions, query_dim=query_dim, joint_dim=width, activation=activation, slope=slope
        )
        self.rvau = unit(region_dim, recurrence)
        self.rtau = unit(token_dim, "lstm")
        draw_weights(self)

    def forward(
        self,
        regions: Tensor,
        tokens: Tensor,
        query: Tensor | None = None,
        region_mask: Tensor | None = None,
        token_mask: Tensor | None = None,
    ) -> CoAttended:
        """Attend to both sides.

        Args:
            regions: v, (B, *S, D).
            tokens: w, (B, T, E).
            query: (B, Q), if it was built for one.
            region_mask: (B, *S) bool, True where real.
            token_mask: (B, T) bool, True where real.

        Returns:
            ``CoAttended(regions: Attended, tokens: Attended)`` with the contexts y_vis and y_text, (B, C) each, and G
            maps a side, (B, G, *S) and (B, G, T).

        Raises:
            ShapeError: What does not fit, with ``exchange="tied"`` also another K or T.
        """
        check_call(self, regions, query, region_mask, region_dim=self.region_dim)
        check_tokens(self, tokens, token_mask, batch=len(regions), token_dim=self.token_dim)
        check_query(self, query, self.query_dim)
        regions, tokens = clean(regions, region_mask), clean(tokens, token_mask)
        seen, said = self.regions(regions), self.tokens(tokens)  # P_v (B, *S, E), P_q (B, T, E)
        to_regions, to_tokens = self._exchanged(seen, said, query, region_mask, token_mask)
        look, read = both(
            lambda: self.rvau([seen, to_regions], regions, region_mask),
            lambda: self.rtau([said, to_tokens], tokens, token_mask),
            device=regions.device,
            overlap=self.overlap,
        )
        return CoAttended(look, read)

    def _exchanged(
        self, seen: Tensor, said: Tensor, query: Tensor | None, region_mask: Tensor | None, token_mask: Tensor | None
    ) -> tuple[Tensor, Tensor]:
        """Tell either side of the other: what stands beside P_v (B, *S, E), and beside P_q (B, T, E)."""
        axes = seen.shape[1:-1]
        flat, flat_mask = seen.flatten(1, -2), None if region_mask is None else region_mask.flatten(1)  # (B, K, E)
        if self.rvau.read_padding:
            flat_mask = token_mask = None
        at_regions, at_tokens = self.exchange(Sides(flat, said, query, flat_mask, token_mask))
        places = axes if at_regions.shape[1] == axes.numel() else [1] * len(axes)
        return at_regions.unflatten(1, places), at_tokens

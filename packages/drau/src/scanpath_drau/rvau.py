"""The recurrent visual attention unit (RVAU) as an Attention for any host, and the same on words (RTAU).

Source: Osman and Samek (2018), section 3.2; in the hosts of others, section 4.5 and Table 5.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from torch import Tensor, nn

from scanpath.attention import Fused, SoftAttention
from scanpath.attention.checks import check_positive, check_switch
from scanpath.errors import ConfigError
from scanpath.layers.fusion import check_fusion_options, create_fusion
from scanpath.layers.options import named
from scanpath.ops import clean
from scanpath.types import Attended, Scorer
from scanpath_drau.activations import Activation
from scanpath_drau.initialisation import draw_weights
from scanpath_drau.recurrent import RecurrentScorer
from scanpath_drau.scoring import Join, Recurrence, check_unit
from scanpath_drau.unit import activated_linear


class RVAU(SoftAttention):
    """p = softmax(s) of a :class:`RecurrentScorer`, att = [sum_i p_1i v_i; ..], y = PReLU(W_out att).

    Over tokens (B, T, E) in place of regions it is the RTAU.

    Args:
        region_dim: D.
        query_dim: Q; None attends without a query.
        glimpses: M, the number of maps; the paper has 2, and 4 in a comparison.
        context_dim: C, the width of y; D by default.
        project: False leaves PReLU(W_out ..) away and the glimpses side by side, for a host that projects each itself,
            as MUTAN does.
        fusion: A fusion's name, or ``{"name": .., **options}``: regions and question are fused first, and the
            recurrence reads the fused map, as in the paper's MCB and MUTAN with RVAU.
        joint_dim: E, the width of what the recurrence reads; half of D by default.
        hidden_dim: H, the width of the recurrence's state; D by default.
        join: See :class:`RecurrentScorer`, like all that follow.
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
        region_dim: int,
        query_dim: int | None = None,
        glimpses: int = 2,
        context_dim: int | None = None,
        project: bool = True,
        fusion: str | Mapping[str, Any] | None = None,
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
        name = type(self).__name__
        check_positive(name, region_dim=region_dim, context_dim=context_dim)
        check_switch(name, project=project)
        check_unit(
            name,
            glimpses=glimpses, joint_dim=joint_dim, hidden_dim=hidden_dim, join=join, recurrence=recurrence,
            activation=activation, slope=slope, activate_scores=activate_scores, dropout=dropout,
            read_padding=read_padding,
        )  # fmt: skip
        if context_dim is not None and not project:
            raise ConfigError(
                f"{name} got context_dim={context_dim} with project=False, which leaves the width alone: leave one out."
            )
        options: dict[str, Any] = {
            "glimpses": glimpses, "joint_dim": joint_dim or max(1, region_dim // 2),
            "hidden_dim": hidden_dim or region_dim, "join": join, "recurrence": recurrence, "activation": activation,
            "slope": slope, "activate_scores": activate_scores, "dropout": dropout, "read_padding": read_padding,
        }  # fmt: skip
        scorer: Scorer
        if fusion is None:
            scorer = RecurrentScorer(region_dim=region_dim, query_dim=query_dim, **options)
        else:
            if query_dim is None:
                raise ConfigError(f"{name} got fusion={fusion!r} and no query to fuse: build it with query_dim.")
            fusing, settings = named(fusion, "fusion")
            fused = create_fusion(fusing, input_dim=region_dim, query_dim=query_dim, **settings)
            scorer = Fused(fused, RecurrentScorer(region_dim=fused.output_dim, **options))
        width = context_dim or region_dim
        last: nn.Module | None = None
        if project:
            last = activated_linear(glimpses * region_dim, width, activation, slope)  # W_out
            draw_weights(last)
        super().__init__(scorer, region_dim=region_dim, project=last, context_dim=width if project else None)
        self.read_padding = read_padding

    @staticmethod
    def check_options(options: Mapping[str, Any]) -> None:
        """Check the fusion that is named inside the options; the rest is checked by the signature."""
        if options.get("fusion") is not None:
            check_fusion_options(*named(options["fusion"], "fusion"))

    def forward(self, regions: Tensor, query: Tensor | None = None, mask: Tensor | None = None) -> Attended:
        """Attend to regions.

        Args:
            regions: (B, *S, D).
            query: (B, Q), if it was built for one.
            mask: (B, *S) bool, True where real.

        Returns:
            ``Attended(context (B, C), weights (B, M, *S), extras)`` with the scores (B, M, *S) among the extras.
        """
        if self.read_padding:
            return super().forward(clean(regions, mask), query)
        return super().forward(regions, query, mask)


RTAU = RVAU

"""What the hard attentions have in common: cells are embedded, measured by their norm, chosen by it, and aggregated.

Source: HAN, sec. 3.1, Eqs. 2-5.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

from torch import Tensor, nn

from scanpath.attention.checks import check_call, check_positive, check_query
from scanpath.ops import clean
from scanpath.types import Attended, Axis, Kind
from scanpath_han.aggregators import Aggregating, check_aggregator, create_aggregator
from scanpath_han.checks import check_cells
from scanpath_han.embedding import JointEmbedding
from scanpath_han.ops import Norm, check_norm, presence
from scanpath_han.selection import Selection


class PresenceAttention(nn.Module, ABC):
    """Aggregate what ``select`` keeps of the cells m_ij = x^_ij + q^, by their presence p_ij = ||m_ij||_2.

    Its three kinds are final: :class:`HardAttention`, :class:`AdaptiveHardAttention`,
    :class:`StraightThroughAttention`, whose docstrings tell what the options mean.
    """

    kind: Kind = "hard"
    axis: Axis = "glimpse"

    def __init__(
        self,
        *,
        region_dim: int,
        query_dim: int | None,
        hidden_dim: int | None,
        layers: int,
        embeds_regions: bool,
        norm: Norm,
        aggregator: Aggregating,
    ) -> None:
        super().__init__()
        check_positive(type(self).__name__, region_dim=region_dim, query_dim=query_dim, hidden_dim=hidden_dim)
        check_norm(type(self).__name__, norm)
        width = hidden_dim or region_dim
        self.region_dim = region_dim
        self.query_dim = query_dim
        self.norm: Norm = norm
        self.embed = JointEmbedding(
            region_dim=region_dim, query_dim=query_dim, hidden_dim=width, layers=layers, embeds_regions=embeds_regions
        )
        self.aggregator = create_aggregator(aggregator, input_dim=width, query_dim=query_dim)
        self.context_dim = self.aggregator.context_dim

    @staticmethod
    def check_options(options: Mapping[str, Any]) -> None:
        """Check the options nested in the aggregator's, before anything is built.

        Raises:
            ConfigError: An unknown aggregator, or an option that it does not take.
        """
        check_aggregator(options.get("aggregator", "sum"))

    @abstractmethod
    def select(self, regions: Tensor, query: Tensor | None = None, mask: Tensor | None = None) -> Selection:
        """Choose cells of regions (B, *S, D), given a query (B, Q) and a mask (B, *S), and aggregate nothing."""

    def forward(self, regions: Tensor, query: Tensor | None = None, mask: Tensor | None = None) -> Attended:
        """Attend to regions.

        Args:
            regions: (B, *S, D).
            query: (B, Q), if it was built for one.
            mask: (B, *S) bool, True where real.

        Returns:
            ``Attended(context (B, C), weights (B, 1, *S) of 0 and 1, extras)``; among the extras the "presence" (B, *S)
            and the number "kept" (B,).
        """
        selection = self.select(regions, query, mask)
        return selection.attended(self.aggregator(selection, query))

    def _embedded(self, regions: Tensor, query: Tensor | None, mask: Tensor | None) -> Tensor:
        """Check a call, and embed its cells: m, (B, K, d)."""
        check_call(self, regions, query, mask, region_dim=self.region_dim)
        check_query(self, query, self.query_dim)
        check_cells(type(self).__name__, regions)
        joint: Tensor = self.embed(clean(regions, mask), query)
        return joint

    def _presence(self, joint: Tensor, regions: Tensor, mask: Tensor | None) -> Tensor:
        """Measure m (B, K, d) where its regions (B, *S, D) lie: p, (B, *S)."""
        return presence(joint.view(*regions.shape[:-1], joint.shape[-1]), mask, norm=self.norm)

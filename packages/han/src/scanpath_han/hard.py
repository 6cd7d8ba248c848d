"""Hard attention that keeps a fixed number of cells: the rest is never aggregated.

Source: HAN, sec. 3.1, Eqs. 2-5.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from scanpath.attention.checks import check_call, check_query
from scanpath.ops import clean
from scanpath.types import Attended, Axis, Kind
from scanpath_han.aggregators import Aggregating, create_aggregator
from scanpath_han.checks import check_cells, check_sizes
from scanpath_han.embedding import JointEmbedding
from scanpath_han.ops import Norm, check_norm, presence, top_cells
from scanpath_han.quota import Quota
from scanpath_han.selection import Selection, pack, pick


class HardAttention(nn.Module):
    """Keep the k cells of highest presence p_ij = ||m_ij||_2, m_ij = x^_ij + q^, and aggregate m of those alone.

    No gradient passes the choice: it flows through what was chosen. Ties go to the lowest raster index. A sample with
    fewer real cells than k keeps all of them. Without a mask the host asks the device for nothing; with one, samples
    keep different numbers, what is kept is packed, and the host waits once a call, for how many there are.

    Args:
        region_dim: D.
        query_dim: Q; None adds a learnt vector in the question's place.
        k: How many cells are kept.
        fraction: Or which part of a sample's real cells, rounded, at least one. A quarter if neither is given.
        hidden_dim: d, the width of m; D by default, as in the paper.
        layers: Of each side's embedding, see :class:`JointEmbedding`.
        embeds_regions: False where the regions come through the host's own layers (Eq. 2), once a picture: D is d.
        norm: How presence is read, see :func:`scanpath_han.ops.presence`; only "l1" changes the order.
        aggregator: What becomes of the kept cells: "sum", "pairwise", "relation", ``{"name": .., **options}``, or what
            builds one from ``input_dim`` and ``query_dim``.
    """

    kind: Kind = "hard"
    axis: Axis = "glimpse"

    def __init__(
        self,
        *,
        region_dim: int,
        query_dim: int | None = None,
        k: int | None = None,
        fraction: float | None = None,
        hidden_dim: int | None = None,
        layers: int = 2,
        embeds_regions: bool = True,
        norm: Norm = "l2",
        aggregator: Aggregating = "sum",
    ) -> None:
        super().__init__()
        check_sizes("HardAttention", region_dim=region_dim, query_dim=query_dim, hidden_dim=hidden_dim)
        check_norm("HardAttention", norm)
        width = hidden_dim or region_dim
        self.region_dim = region_dim
        self.query_dim = query_dim
        self.quota = Quota.checked("HardAttention", k, fraction)
        self.norm: Norm = norm
        self.embed = JointEmbedding(
            region_dim=region_dim, query_dim=query_dim, hidden_dim=width, layers=layers, embeds_regions=embeds_regions
        )
        self.aggregator = create_aggregator(aggregator, input_dim=width, query_dim=query_dim)
        self.context_dim = self.aggregator.context_dim

    def select(self, regions: Tensor, query: Tensor | None = None, mask: Tensor | None = None) -> Selection:
        """Choose cells of regions (B, *S, D), given a query (B, Q) and a mask (B, *S), and aggregate nothing.

        Raises:
            ShapeError: What does not fit, no cell, or fewer than k.
        """
        check_call(self, regions, query, mask, region_dim=self.region_dim)
        check_query(self, query, self.query_dim)
        check_cells("HardAttention", regions)
        slots = self.quota.slots("HardAttention", regions.shape[1:-1].numel())
        joint = self.embed(clean(regions, mask), query)  # (B, K, d)
        sizes = presence(joint.detach().view(*regions.shape[:-1], joint.shape[-1]), mask, norm=self.norm)  # (B, *S)
        if mask is None:
            positions, _ = top_cells(sizes, slots)
            return pick(joint, positions, None, sizes)
        positions, chosen = top_cells(sizes, slots, mask, self.quota.of(mask))
        kept = torch.zeros_like(mask.flatten(1)).scatter(1, positions, chosen)  # (B, K)
        return pack(joint, kept, sizes)

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

"""Hard attention that keeps a fixed number of cells: the rest is never aggregated.

Source: HAN, sec. 3.1, Eqs. 2-5.
"""

from __future__ import annotations

import torch
from torch import Tensor

from scanpath_han.aggregators import Aggregating
from scanpath_han.ops import Norm, top_cells
from scanpath_han.presence_attention import PresenceAttention
from scanpath_han.quota import Quota
from scanpath_han.selection import Selection, pack, pick


class HardAttention(PresenceAttention):
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
        super().__init__(
            region_dim=region_dim,
            query_dim=query_dim,
            hidden_dim=hidden_dim,
            layers=layers,
            embeds_regions=embeds_regions,
            norm=norm,
            aggregator=aggregator,
        )
        self.quota = Quota.checked("HardAttention", k, fraction)

    def select(self, regions: Tensor, query: Tensor | None = None, mask: Tensor | None = None) -> Selection:
        """Choose cells of regions (B, *S, D), given a query (B, Q) and a mask (B, *S), and aggregate nothing.

        Raises:
            ShapeError: What does not fit, no cell, or fewer than k.
        """
        joint = self._embedded(regions, query, mask)  # (B, K, d)
        slots = self.quota.slots("HardAttention", joint.shape[1])
        sizes = self._presence(joint.detach(), regions, mask)  # (B, *S)
        if mask is None:
            positions, _ = top_cells(sizes, slots)
            return pick(joint, positions, None, sizes)
        positions, chosen = top_cells(sizes, slots, mask, self.quota.of(mask))
        kept = torch.zeros_like(mask.flatten(1)).scatter(1, positions, chosen)  # (B, K)
        return pack(joint, kept, sizes)

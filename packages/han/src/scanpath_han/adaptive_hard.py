"""Hard attention that decides how many cells it keeps, a different number in every sample.

Source: HAN (there AdaHAN), sec. 3.1, Eqs. 2-6.
"""

from __future__ import annotations

from torch import Tensor

from scanpath_han.aggregators import Aggregating
from scanpath_han.checks import check_above_zero
from scanpath_han.ops import Norm, cells_above
from scanpath_han.presence_attention import PresenceAttention
from scanpath_han.selection import Selection, pack


class AdaptiveHardAttention(PresenceAttention):
    """Keep the cells with softmax(p)_i > 1 / (w * h), p_ij = ||m_ij||_2, m_ij = x^_ij + q^, and aggregate m of those.

    At least one cell is kept: the one of highest presence, of equals the first. What is kept is packed, so what follows
    costs as much as that; the host waits once a call, for how many there are. No gradient passes the choice.

    Warning: how many that is depends on the scale of the norms, which the softmax sharpens: norms around 50 that differ
    by 5 leave a cell or two. ``temperature`` and ``norm`` change the scale; the paper has neither.

    Args:
        region_dim: D.
        query_dim: Q; None adds a learnt vector in the question's place.
        hidden_dim: d, the width of m; D by default, as in the paper.
        layers: Of each side's embedding, see :class:`JointEmbedding`.
        embeds_regions: False where the regions come through the host's own layers (Eq. 2), once a picture: D is d.
        threshold: In multiples of the uniform share 1 / (w * h), which counts real cells only.
        temperature: Divides p before the softmax.
        norm: How presence is read, see :func:`scanpath_han.ops.presence`.
        aggregator: What becomes of the kept cells: "sum", "pairwise", "relation", ``{"name": .., **options}``, or what
            builds one from ``input_dim`` and ``query_dim``.
    """

    def __init__(
        self,
        *,
        region_dim: int,
        query_dim: int | None = None,
        hidden_dim: int | None = None,
        layers: int = 2,
        embeds_regions: bool = True,
        threshold: float = 1.0,
        temperature: float = 1.0,
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
        check_above_zero("AdaptiveHardAttention", threshold=threshold, temperature=temperature)
        self.threshold = threshold
        self.temperature = temperature

    def select(self, regions: Tensor, query: Tensor | None = None, mask: Tensor | None = None) -> Selection:
        """Choose cells of regions (B, *S, D), given a query (B, Q) and a mask (B, *S), and aggregate nothing.

        Raises:
            ShapeError: What does not fit, or no cell.
        """
        joint = self._embedded(regions, query, mask)  # (B, K, d)
        sizes = self._presence(joint.detach(), regions, mask)  # (B, *S)
        kept = cells_above(sizes, mask, threshold=self.threshold, temperature=self.temperature)  # (B, K)
        return pack(joint, kept, sizes)

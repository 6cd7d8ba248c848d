"""Hard attention that decides how many cells it keeps, a different number in every sample.

Source: HAN (there AdaHAN), sec. 3.1, Eqs. 2-6.
"""

from __future__ import annotations

from torch import Tensor, nn

from scanpath.attention.checks import check_call, check_query
from scanpath.ops import clean
from scanpath.types import Attended, Axis, Kind
from scanpath_han.aggregators import Aggregating, create_aggregator
from scanpath_han.checks import check_above_zero, check_cells, check_sizes
from scanpath_han.embedding import JointEmbedding
from scanpath_han.ops import Norm, cells_above, check_norm, presence
from scanpath_han.selection import Selection, pack


class AdaptiveHardAttention(nn.Module):
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

    kind: Kind = "hard"
    axis: Axis = "glimpse"

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
        super().__init__()
        check_sizes("AdaptiveHardAttention", region_dim=region_dim, query_dim=query_dim, hidden_dim=hidden_dim)
        check_norm("AdaptiveHardAttention", norm)
        check_above_zero("AdaptiveHardAttention", threshold=threshold, temperature=temperature)
        width = hidden_dim or region_dim
        self.region_dim = region_dim
        self.query_dim = query_dim
        self.threshold = threshold
        self.temperature = temperature
        self.norm: Norm = norm
        self.embed = JointEmbedding(
            region_dim=region_dim, query_dim=query_dim, hidden_dim=width, layers=layers, embeds_regions=embeds_regions
        )
        self.aggregator = create_aggregator(aggregator, input_dim=width, query_dim=query_dim)
        self.context_dim = self.aggregator.context_dim

    def select(self, regions: Tensor, query: Tensor | None = None, mask: Tensor | None = None) -> Selection:
        """Choose cells of regions (B, *S, D), given a query (B, Q) and a mask (B, *S), and aggregate nothing.

        Raises:
            ShapeError: What does not fit, or no cell.
        """
        check_call(self, regions, query, mask, region_dim=self.region_dim)
        check_query(self, query, self.query_dim)
        check_cells("AdaptiveHardAttention", regions)
        joint = self.embed(clean(regions, mask), query)  # (B, K, d)
        sizes = presence(joint.detach().view(*regions.shape[:-1], joint.shape[-1]), mask, norm=self.norm)  # (B, *S)
        kept = cells_above(sizes, mask, threshold=self.threshold, temperature=self.temperature)  # (B, K)
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

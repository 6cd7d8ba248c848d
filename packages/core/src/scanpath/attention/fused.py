"""Scores of a fused map: region and question are fused first, and the fused vectors are scored.

Source: MCB, MLB and MUTAN score fusion(region, question) and pool the region itself.
"""

from __future__ import annotations

from torch import Tensor, nn

from scanpath.errors import ShapeError
from scanpath.layers.fusion import Fusion
from scanpath.ops import clean
from scanpath.types import Scorer


class Fused(nn.Module):
    """A Scorer of fused regions: s = scorer(fusion(v_i, q)). The question is in the map, so the scorer gets none.

    Args:
        fusion: Joins every region (B, *S, D) with the query (B, Q): (B, *S, F).
        scorer: Built for regions F wide and without a query.
    """

    def __init__(self, fusion: Fusion, scorer: Scorer) -> None:
        super().__init__()
        self.fusion = fusion
        self.scorer = scorer
        self.maps = scorer.maps

    def forward(self, regions: Tensor, query: Tensor | None = None, mask: Tensor | None = None) -> Tensor:
        """Score regions (B, *S, D), given a query (B, Q) and a mask (B, *S): (B, M, *S)."""
        if query is None:
            raise ShapeError("Fused got no query and has nothing to fuse the regions with: pass one (B, Q).")
        return self.scorer(self.fusion(clean(regions, mask), query), None, mask)

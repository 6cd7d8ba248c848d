"""Global attention: one fully connected layer predicts all values of a map together from the whole map of features.

Source: Khandelwal and Sigal, ICCV 2019, Fig. 2a and sec. 2.1, what structured attention is told apart from: it sees
everything, and its parameters grow with the square of the number of cells.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from scanpath.attention.checks import check_call, check_positive, check_query
from scanpath.errors import ShapeError
from scanpath.ops import clean


class GlobalScorer(nn.Module):
    """s = W vec(V) + W^Q q + b for all cells at once; a cell behind the mask is read as zeros.

    Args:
        region_dim: D.
        positions: K, the number of cells (H * W of a grid), to which the parameters are bound.
        query_dim: Q; None scores the regions without a question.
        maps: M.
    """

    def __init__(self, *, region_dim: int, positions: int, query_dim: int | None = None, maps: int = 1) -> None:
        super().__init__()
        check_positive("GlobalScorer", region_dim=region_dim, positions=positions, query_dim=query_dim, maps=maps)
        self.maps = maps
        self.region_dim = region_dim
        self.query_dim = query_dim
        self.positions = positions
        self.regions = nn.Linear(positions * region_dim, maps * positions)
        self.query = None if query_dim is None else nn.Linear(query_dim, maps * positions, bias=False)
        for linear in (self.regions, self.query):
            if linear is not None:
                nn.init.xavier_uniform_(linear.weight)
        nn.init.zeros_(self.regions.bias)

    def forward(self, regions: Tensor, query: Tensor | None = None, mask: Tensor | None = None) -> Tensor:
        """Score regions (B, *S, D), given a query (B, Q) and a mask (B, *S): (B, M, *S).

        Raises:
            ShapeError: Another number of regions than the parameters are bound to.
        """
        check_call(self, regions, query, mask, region_dim=self.region_dim)
        check_query(self, query, self.query_dim)
        axes = regions.shape[1:-1]
        if axes.numel() != self.positions:
            raise ShapeError(
                f"GlobalScorer has parameters for {self.positions} regions and got {' x '.join(map(str, axes))}: build "
                f"it with positions={axes.numel()}."
            )
        scores: Tensor = self.regions(clean(regions, mask).flatten(1))
        if self.query is not None and query is not None:
            scores = scores + self.query(query)
        return torch.unflatten(scores, 1, (self.maps, *axes))

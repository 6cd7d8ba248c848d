"""The mask of ModularGAN as it is published: one convolution, straight from the features to the scores."""

from __future__ import annotations

from torch import Tensor, nn

from scanpath.attention.checks import check_call, check_odd, check_positive, check_query
from scanpath.ops import clean
from scanpath_attention_rnn.checks import check_grid


class LocalMask(nn.Module):
    """s = W * v + b, a k x k convolution at equal size: the local attention that AttentionRNN is compared with.

    A :class:`scanpath.types.Scorer` of grids. What is behind the mask is as beyond the edge, zero.

    Args:
        region_dim: D.
        query_dim: Q, or None; a query is accepted and changes nothing.
        kernel_size: k, odd. AttentionRNN's Sec. 4.4 says 3; public re-implementations of ModularGAN have 7.
        maps: M.
    """

    def __init__(self, *, region_dim: int, query_dim: int | None = None, kernel_size: int = 3, maps: int = 1) -> None:
        super().__init__()
        check_positive("LocalMask", region_dim=region_dim, query_dim=query_dim, maps=maps)
        check_odd("LocalMask", kernel_size=kernel_size)
        self.maps = maps
        self.region_dim = region_dim
        self.kernel_size = kernel_size
        self.query_dim = query_dim
        self.scores = nn.Conv2d(region_dim, maps, kernel_size, padding=kernel_size // 2)

    def forward(self, regions: Tensor, query: Tensor | None = None, mask: Tensor | None = None) -> Tensor:
        """Score the cells of a grid (B, H, W, D), given a query (B, Q) and a mask (B, H, W): (B, M, H, W).

        Raises:
            ShapeError: What does not fit, such as boxes in place of a grid.
        """
        check_call(self, regions, query, mask, region_dim=self.region_dim)
        check_query(self, query, self.query_dim)
        check_grid("LocalMask", regions)
        found: Tensor = self.scores(clean(regions, mask).permute(0, 3, 1, 2))
        return found

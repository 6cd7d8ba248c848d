"""Scores by convolution: each region alone (1x1), or with its neighbours in the grid (3x3 and larger).

Source: progressive attention (Seo 2018), whose two forms are notCTX (1x1) and CTX (3x3): a linear convolution of the
map plus an embedding of the query, ReLU, and a 1x1 convolution to the maps.
"""

from __future__ import annotations

from torch import Tensor, nn

from scanpath.attention.checks import check_call, check_odd, check_positive, check_query, check_switch
from scanpath.attention.query import QueryProjection
from scanpath.errors import ShapeError
from scanpath.ops import clean


class ConvScorer(nn.Module):
    """s = W_2 relu(W_1 * v + W^Q q + b) + b_2, with W_1 a k x k convolution at equal size and W_2 1x1.

    A convolution sees what is behind the mask as the zeros beyond the picture's edge.

    Args:
        region_dim: D.
        query_dim: Q; None scores the regions without a question.
        maps: M, the number of maps.
        hidden_dim: Width of the hidden map; half of D by default.
        kernel_size: k, odd. 1 takes boxes too; a larger one needs a grid.
        bias: Have b_2, which a gate behind a sigmoid needs and a softmax cancels.
        glorot: Begin with weights after Glorot and Bengio (2010) and biases of 0, as progressive attention and MCB do,
            in place of torch's own, which are about half as large.
    """

    def __init__(
        self,
        *,
        region_dim: int,
        query_dim: int | None = None,
        maps: int = 1,
        hidden_dim: int | None = None,
        kernel_size: int = 1,
        bias: bool = False,
        glorot: bool = False,
    ) -> None:
        super().__init__()
        check_positive("ConvScorer", maps=maps, hidden_dim=hidden_dim)
        check_odd("ConvScorer", kernel_size=kernel_size)
        check_switch("ConvScorer", bias=bias, glorot=glorot)
        width = hidden_dim or max(1, region_dim // 2)
        self.maps = maps
        self.region_dim = region_dim
        self.query_dim = query_dim
        self.kernel_size = kernel_size
        self.regions: nn.Module
        if kernel_size == 1:
            self.regions = nn.Linear(region_dim, width, bias=False)
        else:
            self.regions = nn.Conv2d(region_dim, width, kernel_size, padding=kernel_size // 2, bias=False)
        self.query = QueryProjection(query_dim=query_dim, output_dim=width)
        self.scores = nn.Linear(width, maps, bias=bias)
        if glorot:
            self.apply(_glorot)

    def forward(self, regions: Tensor, query: Tensor | None = None, mask: Tensor | None = None) -> Tensor:
        """Score regions (B, *S, D), given a query (B, Q) and a mask (B, *S): (B, M, *S).

        Raises:
            ShapeError: The regions are no grid (B, H, W, D) and the kernel is larger than 1.
        """
        check_call(self, regions, query, mask, region_dim=self.region_dim)
        check_query(self, query, self.query_dim)
        hidden = self._embed(clean(regions, mask))  # (B, *S, h)
        question = self.query(query, regions.shape[0]).view(-1, *[1] * (regions.dim() - 2), hidden.shape[-1])
        scores = self.scores((hidden + question).relu_())  # (B, *S, M); the sum is fresh, ReLU works in its place
        return scores.movedim(-1, 1)  # type: ignore[no-any-return]  # nn.Module returns Any

    def _embed(self, regions: Tensor) -> Tensor:
        if self.kernel_size == 1:
            return self.regions(regions)  # type: ignore[no-any-return]  # nn.Module returns Any
        if regions.dim() != 4:
            raise ShapeError(
                f"ConvScorer with kernel_size={self.kernel_size} got regions {tuple(regions.shape)}, expected a grid "
                "(B, H, W, D): boxes have no neighbours; use kernel_size=1 for them."
            )
        # channels last in memory: both permutations are views
        return self.regions(regions.permute(0, 3, 1, 2)).permute(0, 2, 3, 1)  # type: ignore[no-any-return]


def _glorot(part: nn.Module) -> None:
    if isinstance(part, nn.Linear | nn.Conv2d):
        nn.init.xavier_uniform_(part.weight)
        if part.bias is not None:
            nn.init.zeros_(part.bias)


def local(
    *,
    region_dim: int,
    query_dim: int | None = None,
    maps: int = 1,
    hidden_dim: int | None = None,
    kernel_size: int = 3,
    bias: bool = False,
    glorot: bool = False,
) -> ConvScorer:
    """Build a :class:`ConvScorer` that sees each cell's neighbourhood, 3x3 by default (CTX)."""
    return ConvScorer(
        region_dim=region_dim, query_dim=query_dim, maps=maps, hidden_dim=hidden_dim, kernel_size=kernel_size,
        bias=bias, glorot=glorot,
    )  # fmt: skip

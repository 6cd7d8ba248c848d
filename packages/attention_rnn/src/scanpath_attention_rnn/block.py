"""Block AttentionRNN: one value for each block of cells, for maps too large to go through cell by cell.

Source: Khandelwal and Sigal, ICCV 2019, sec. 3.3, Eq. 11.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from scanpath.attention.checks import check_call, check_positive, check_query
from scanpath.errors import ShapeError
from scanpath.ops import clean
from scanpath_attention_rnn.attention_rnn import AttentionRNN, Combination, Kernel, check_layer
from scanpath_attention_rnn.checks import check_grid
from scanpath_attention_rnn.ops import blocks


class BlockAttentionRNN(nn.Module):
    """X^ds = K^ds * X, an AttentionRNN on it, and its map scaled up by a transposed convolution (Eq. 11, Fig. 4).

    Both convolutions have kernels of gamma x gamma cells and this stride, so a block of cells is one value below, and
    the learnt pattern of the transposed convolution times that value above. A map that gamma does not divide is padded
    with zeros on the right and below, and its mask cropped. The up-scaling comes in front of the holder's
    non-linearity; each map has its own pattern, which begins as all ones.

    Args:
        region_dim: D.
        query_dim: Q; None scores the regions without a question.
        gamma: Cells along a block's side.
        context: delta, see :class:`AttentionRNN`, as all that follow.
        hidden: t.
        combine: "learned" or "independent".
        sample: Draw each value of a block.
        spread: Multiplies each deviation when a value is drawn.
        glimpses: M.
        kernel: "sweep", "plain" or "triton".
    """

    def __init__(
        self,
        *,
        region_dim: int,
        query_dim: int | None = None,
        gamma: int = 2,
        context: int = 3,
        hidden: int | None = None,
        combine: Combination = "learned",
        sample: bool = False,
        spread: float = 1.0,
        glimpses: int = 1,
        kernel: Kernel = "sweep",
    ) -> None:
        super().__init__()
        check_positive(type(self).__name__, gamma=gamma)
        check_layer(
            type(self).__name__,
            region_dim=region_dim, query_dim=query_dim, context=context, hidden=hidden, combine=combine, sample=sample,
            spread=spread, glimpses=glimpses, kernel=kernel,
        )  # fmt: skip
        self.maps = glimpses
        self.region_dim = region_dim
        self.query_dim = query_dim
        self.gamma = gamma
        self.down = nn.Conv2d(region_dim, region_dim, gamma, stride=gamma)
        self.attention_rnn = AttentionRNN(
            region_dim=region_dim, query_dim=query_dim,
            context=context, hidden=hidden, combine=combine, sample=sample, spread=spread, glimpses=glimpses,
            kernel=kernel,
        )  # fmt: skip
        self.up = nn.ConvTranspose2d(glimpses, glimpses, gamma, stride=gamma, groups=glimpses)
        nn.init.xavier_uniform_(self.down.weight)
        nn.init.zeros_(self.down.bias)  # type: ignore[arg-type]  # it has one
        nn.init.ones_(self.up.weight)
        nn.init.zeros_(self.up.bias)  # type: ignore[arg-type]

    def forward(self, regions: Tensor, query: Tensor | None = None, mask: Tensor | None = None) -> Tensor:
        """Score the cells of a grid (B, H, W, D), given a query (B, Q) and a mask (B, H, W): (B, M, H, W).

        A block is real where a cell of it is.

        Raises:
            ShapeError: What does not fit, such as boxes, or a grid smaller than a block.
        """
        check_call(self, regions, query, mask, region_dim=self.region_dim)
        check_query(self, query, self.query_dim)
        check_grid(type(self).__name__, regions)
        rows, columns = regions.shape[1:3]
        if self.gamma > min(rows, columns):
            raise ShapeError(
                f"BlockAttentionRNN has blocks of gamma={self.gamma} and got a grid of {rows} x {columns} cells: take "
                f"gamma={min(rows, columns)} at most."
            )
        below = blocks(rows, self.gamma) * self.gamma - rows
        beyond = blocks(columns, self.gamma) * self.gamma - columns
        grid = F.pad(clean(regions, mask).permute(0, 3, 1, 2), (0, beyond, 0, below))
        coarse = None if mask is None else self._coarse(F.pad(mask, (0, beyond, 0, below)))
        values = self.attention_rnn(self.down(grid).permute(0, 2, 3, 1), query, coarse)  # (B, M, H / g, W / g)
        scaled: Tensor = self.up(values)[..., :rows, :columns]
        return scaled

    def _coarse(self, mask: Tensor) -> Tensor:
        """Tell which blocks of a padded mask (B, H, W) are real: (B, H / g, W / g)."""
        rows = torch.unflatten(mask, 1, (-1, self.gamma)).any(2)
        return torch.unflatten(rows, 2, (-1, self.gamma)).any(3)

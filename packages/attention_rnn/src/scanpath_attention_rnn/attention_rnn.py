"""AttentionRNN: attention values that depend on those before them, along the diagonals of a map.

Source: Khandelwal and Sigal, ICCV 2019, Eqs. 2-10.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Literal, NamedTuple, get_args

import torch
from torch import Tensor, nn

from scanpath.attention.checks import check_call, check_choice, check_odd, check_positive, check_query, check_switch
from scanpath.ops import clean
from scanpath_attention_rnn import ops
from scanpath_attention_rnn.checks import check_factor, check_grid
from scanpath_attention_rnn.launching import check_width, scan_by_kernel
from scanpath_attention_rnn.scan import plain_scan, scan

Combination = Literal["learned", "independent"]
Kernel = Literal["sweep", "plain", "triton"]
_RUNS: Mapping[Kernel, Callable[..., Tensor]] = {"sweep": scan, "plain": plain_scan, "triton": scan_by_kernel}


class Distribution(NamedTuple):
    """A Gaussian for each attention value a_ij."""

    mean: Tensor
    """(B, M, H, W)."""
    deviation: Tensor
    """Standard deviation, above 0, (B, M, H, W)."""


def default_hidden(region_dim: int) -> int:
    """Return t where nobody says, nor the paper: D of narrow maps, else a quarter of it, at least 64, at most 256."""
    return region_dim if region_dim <= 64 else min(256, max(64, region_dim // 4))


def check_layer(
    name: str,
    *,
    region_dim: int,
    query_dim: int | None,
    context: int,
    hidden: int | None,
    combine: str,
    sample: bool,
    spread: float,
    glimpses: int,
    kernel: str,
) -> None:
    """Check the options of an :class:`AttentionRNN`, or of the layer ``name`` that holds one.

    Raises:
        ConfigError: The first that cannot be.
    """
    check_positive(name, region_dim=region_dim, query_dim=query_dim, hidden=hidden, glimpses=glimpses)
    check_odd(name, context=context)
    check_switch(name, sample=sample)
    check_factor(name, spread=spread)
    check_choice(name, "combine", combine, get_args(Combination))
    check_choice(name, "kernel", kernel, get_args(Kernel))


class AttentionRNN(nn.Module):
    """p(a_ij | a_<ij, delta(x_ij)) = N(mean_ij, deviation_ij) along the diagonals of a grid, from two corners.

    A :class:`scanpath.types.Scorer` of grids of any height and width: the value at (i, j) knows what is above it and
    beside it on the left, through two LSTMs that run over diagonals. What comes out is not normalised; in a host of
    visual question answering it is ``SoftAttention(AttentionRNN(..))``. A masked cell has no state, like one beyond
    the edge, so a padded grid is the grid itself.

    Args:
        region_dim: D.
        query_dim: Q; None scores the regions without a question.
        context: delta, odd: the local context (delta x delta) that the LSTMs read of each cell.
        hidden: t, the width of an LSTM's state and of what it reads; see :func:`default_hidden`.
        combine: "learned", a linear layer from both streams' means and deviations; or "independent", the product of
            their Gaussians.
        sample: Draw each value from its Gaussian, in training and evaluation, in place of its mean.
        spread: Multiplies each deviation when a value is drawn. The paper scales up what it finds underestimated before
            it draws for its figures, by how much it does not say; the attribute may be set on a trained layer.
        glimpses: M, the number of maps.
        kernel: How the streams are run: "sweep" is fast anywhere; "plain" follows the equations column by column, and
            has a gradient of the gradient; "triton" is one kernel for a GPU, t at most 32, which none has measured yet.
    """

    def __init__(
        self,
        *,
        region_dim: int,
        query_dim: int | None = None,
        context: int = 3,
        hidden: int | None = None,
        combine: Combination = "learned",
        sample: bool = False,
        spread: float = 1.0,
        glimpses: int = 1,
        kernel: Kernel = "sweep",
    ) -> None:
        super().__init__()
        check_layer(
            type(self).__name__,
            region_dim=region_dim, query_dim=query_dim, context=context, hidden=hidden, combine=combine, sample=sample,
            spread=spread, glimpses=glimpses, kernel=kernel,
        )  # fmt: skip
        t = hidden or default_hidden(region_dim)
        if kernel == "triton":
            check_width(t)  # told before anything is trained, as Triton itself where it is missing
        self.maps = glimpses
        self.region_dim = region_dim
        self.query_dim = query_dim
        self.sample = sample
        self.spread = spread
        self.kernel = kernel
        self.context = nn.Conv2d(region_dim, t, context, padding=context // 2)
        self.from_context = nn.Parameter(torch.empty(2, 4 * t, t))
        self.from_state = nn.Parameter(torch.empty(2, 4 * t, 2 * t))
        self.bias = nn.Parameter(torch.zeros(2, 4 * t))
        self.from_query = None if query_dim is None else nn.Parameter(torch.empty(2, 4 * t, query_dim))
        self.heads = nn.Parameter(torch.empty(2, 2 * glimpses, t))
        self.head_bias = nn.Parameter(torch.zeros(2, 2 * glimpses))
        learned = combine == "learned"
        self.combine = nn.Parameter(torch.empty(glimpses, 2, 4)) if learned else None
        self.combine_bias = nn.Parameter(torch.zeros(glimpses, 2)) if learned else None
        self._draw()

    def _draw(self) -> None:
        """Glorot for every product, each gate and stream by itself; the combination begins as the average.

        Of deviations near ln 2, where they begin themselves, softplus(left + right - 2 ln 2) is the average.
        """
        nn.init.xavier_uniform_(self.context.weight)
        nn.init.zeros_(self.context.bias)  # type: ignore[arg-type]  # it has one
        t = self.bias.shape[1] // 4
        read = self.from_context, self.from_state, *(() if self.from_query is None else (self.from_query,))
        for weight in read:
            for row in range(4 * len(weight)):
                nn.init.xavier_uniform_(weight.data.unflatten(1, (4, t)).flatten(0, 1)[row])
        for side in range(2):
            nn.init.xavier_uniform_(self.heads.data[side])
        if self.combine is not None and self.combine_bias is not None:
            with torch.no_grad():
                self.combine.zero_()
                self.combine[:, 0, 0::2] = 0.5  # of the means, the mean
                self.combine[:, 1, 1::2] = 1.0  # of the deviations, the deviation
                self.combine_bias[:, 1] = -2 * math.log(2)

    def forward(self, regions: Tensor, query: Tensor | None = None, mask: Tensor | None = None) -> Tensor:
        """Score the cells of a grid (B, H, W, D), given a query (B, Q) and a mask (B, H, W): (B, M, H, W).

        Raises:
            ShapeError: What does not fit, such as boxes in place of a grid.
        """
        found = self.distribution(regions, query, mask)
        return self.value(found)

    def value(self, found: Distribution) -> Tensor:
        """Take the mean of each value, or draw it: mean + spread * deviation * epsilon; gradients flow through both."""
        if not self.sample:
            return found.mean
        return found.mean + self.spread * found.deviation * torch.randn_like(found.mean)

    def distribution(self, regions: Tensor, query: Tensor | None = None, mask: Tensor | None = None) -> Distribution:
        """Give mean and deviation of each attention value (Eqs. 4 to 10); arguments and errors as of a call."""
        check_call(self, regions, query, mask, region_dim=self.region_dim)
        check_query(self, query, self.query_dim)
        check_grid(type(self).__name__, regions)
        context = self.context(clean(regions, mask).permute(0, 3, 1, 2))  # Eq. 9, (B, t, H, W)
        pushed = None
        if self.from_query is not None and query is not None:
            pushed = torch.einsum("sgq,bq->sgb", self.from_query, query)
        read = _RUNS[self.kernel](context, self.from_context, self.from_state, self.bias, self.heads, pushed, mask)
        read = torch.unflatten(read + self.head_bias[:, None, :, None, None], 2, (self.maps, 2))  # (2, B, M, 2, H, W)
        left, right = ((side[:, :, 0], ops.deviation(side[:, :, 1])) for side in read)  # Eqs. 5 and 6
        if self.combine is None or self.combine_bias is None:
            return Distribution(*ops.product_of_gaussians(left, right))
        return Distribution(*ops.learned_combination(left, right, self.combine, self.combine_bias))  # Eq. 10

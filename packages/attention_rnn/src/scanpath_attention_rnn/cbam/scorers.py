"""Scorers that see of each cell no more than its largest and its mean channel: CBAM's own, and any other.

Source: Woo et al., ECCV 2018, Eq. 3, before its sigmoid; what the published code does beside the paper (no bias, and a
batch normalisation whose weight begins at 0) is done here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from torch import Tensor, nn

from scanpath.attention import create_scorer
from scanpath.attention.checks import check_call, check_odd, check_positive, check_query
from scanpath.attention.creation import check_scorer_options
from scanpath.layers.options import named
from scanpath.ops import clean
from scanpath_attention_rnn.cbam.ops import describe_cells
from scanpath_attention_rnn.checks import check_grid


class CBAMGate(nn.Module):
    """s = BN(K * [max_d v_d, mean_d v_d]), a k x k convolution at equal size from two channels to one.

    The weight of the normalisation begins at 0, so that all scores do: a sigmoid lets half of every cell through until
    it has learnt. In training mode the cells behind a mask count in the normalisation's statistics, as the zeros beyond
    the edge count in those near it.

    Args:
        region_dim: D.
        query_dim: Q, if it is called with a query; the question is not read.
        kernel: k, odd: 3 in the AttentionRNN paper, 7 in CBAM's own.
    """

    def __init__(self, *, region_dim: int, query_dim: int | None = None, kernel: int = 3) -> None:
        super().__init__()
        check_positive("CBAMGate", region_dim=region_dim, query_dim=query_dim)
        check_odd("CBAMGate", kernel=kernel)
        self.maps = 1
        self.region_dim = region_dim
        self.query_dim = query_dim
        self.convolution = nn.Conv2d(2, 1, kernel, padding=kernel // 2, bias=False)
        self.norm = nn.BatchNorm2d(1, eps=1e-5, momentum=0.01)
        nn.init.kaiming_normal_(self.convolution.weight, mode="fan_out")
        nn.init.zeros_(self.norm.weight)

    def forward(self, regions: Tensor, query: Tensor | None = None, mask: Tensor | None = None) -> Tensor:
        """Score the cells of a grid (B, H, W, D), given a query (B, Q) and a mask (B, H, W): (B, 1, H, W).

        Raises:
            ShapeError: What does not fit, such as boxes in place of a grid.
        """
        check_call(self, regions, query, mask, region_dim=self.region_dim)
        check_query(self, query, self.query_dim)
        check_grid(type(self).__name__, regions)
        pooled = describe_cells(clean(regions, mask))  # (B, H, W, 2)
        scores: Tensor = self.norm(self.convolution(pooled.permute(0, 3, 1, 2)))
        return scores


class PooledChannels(nn.Module):
    """scorer([max_d v_d, mean_d v_d], query): any scorer in the place of CBAM's convolution, with what that sees.

    AttentionRNN reads all channels in CBAM by itself; this is the other reading of "only the spatial attention is
    replaced".

    Args:
        region_dim: D.
        query_dim: Q; None scores the regions without a question.
        scorer: A name, or ``{"name": .., **options}``; it is built for regions of two channels, so an AttentionRNN
            needs its ``hidden`` told.
    """

    def __init__(
        self, *, region_dim: int, query_dim: int | None = None, scorer: str | Mapping[str, Any] = "cbam_gate"
    ) -> None:
        super().__init__()
        check_positive("PooledChannels", region_dim=region_dim, query_dim=query_dim)
        name, options = named(scorer, "scorer")
        self.region_dim = region_dim
        self.query_dim = query_dim
        self.scorer: Any = create_scorer(name, region_dim=2, query_dim=query_dim, **options)
        self.maps: int = self.scorer.maps

    @staticmethod
    def check_options(options: Mapping[str, Any]) -> None:
        """Refuse what the scorer would refuse, before anything is built."""
        check_scorer_options(*named(options.get("scorer", "cbam_gate"), "scorer"))

    def forward(self, regions: Tensor, query: Tensor | None = None, mask: Tensor | None = None) -> Tensor:
        """Score regions (B, *S, D), given a query (B, Q) and a mask (B, *S): (B, M, *S)."""
        check_call(self, regions, query, mask, region_dim=self.region_dim)
        scores: Tensor = self.scorer(describe_cells(clean(regions, mask)), query, mask)
        return scores

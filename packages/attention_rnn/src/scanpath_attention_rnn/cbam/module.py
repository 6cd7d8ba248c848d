"""CBAM for any feature map: the channel gate, and a spatial gate that holds any scorer of one map.

Source: Woo et al., ECCV 2018, Eqs. 1 to 3. Khandelwal and Sigal, ICCV 2019, sec. 4.2, put AttentionRNN in the spatial
gate's place; it reads the refined map F' with its own 3 x 3 context there, which the paper leaves open.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from torch import Tensor, nn

from scanpath.attention.checks import check_call, check_positive
from scanpath.errors import ConfigError
from scanpath.ops import clean
from scanpath_attention_rnn.cbam.ops import describe_channels
from scanpath_attention_rnn.cbam.scorers import CBAMGate

ScorerFactory = Callable[..., Any]
"""Of a Scorer that is a module; called with the keywords ``region_dim`` and ``query_dim``, which is None."""


class Gated(NamedTuple):
    """What CBAM makes of a feature map, and where it let it through."""

    regions: Tensor
    """F'', (B, *S, D)."""
    weights: Tensor | None
    """M_s in [0, 1], (B, 1, *S), 0 behind the mask; None without a spatial gate."""


class ChannelGate(nn.Module):
    """M_c(F) = sigma(MLP(AvgPool(F)) + MLP(MaxPool(F))), the MLP D -> D / r -> ReLU -> D with biases (Eq. 2).

    Args:
        region_dim: D.
        reduction: r; the hidden layer is one unit wide at least.
    """

    def __init__(self, *, region_dim: int, reduction: int = 16) -> None:
        super().__init__()
        check_positive("ChannelGate", region_dim=region_dim, reduction=reduction)
        hidden = max(1, region_dim // reduction)
        layers = nn.Linear(region_dim, hidden), nn.Linear(hidden, region_dim)
        for linear in layers:
            nn.init.zeros_(linear.bias)
        self.mlp = nn.Sequential(layers[0], nn.ReLU(), layers[1])

    def forward(self, regions: Tensor, mask: Tensor | None = None) -> Tensor:
        """Weigh the channels of regions (B, *S, D), given a mask (B, *S): (B, D) in [0, 1]."""
        mean, largest = describe_channels(regions, mask)
        scores: Tensor = self.mlp(mean) + self.mlp(largest)
        return scores.sigmoid()


class CBAM(nn.Module):
    """F' = M_c(F) F and F'' = M_s(F') F' (Eq. 1), M_s the sigmoid of a scorer's map.

    It is an encoder of regions, so that ``Contextual(CBAM(region_dim=D), attention)`` is an attention.

    Args:
        region_dim: D.
        scorer: Of the spatial gate, with one map: CBAM's own by default, ``AttentionRNN``, or any other; None gates
            the channels alone.
        reduction: See :class:`ChannelGate`.

    Raises:
        ConfigError: A scorer of several maps, or a number that cannot be.
    """

    def __init__(self, *, region_dim: int, scorer: ScorerFactory | None = CBAMGate, reduction: int = 16) -> None:
        super().__init__()
        self.region_dim = region_dim
        self.output_dim = region_dim
        self.channels = ChannelGate(region_dim=region_dim, reduction=reduction)
        self.scorer = None if scorer is None else scorer(region_dim=region_dim, query_dim=None)
        if self.scorer is not None and self.scorer.maps != 1:
            raise ConfigError(f"CBAM gates by one map of scores, and a scorer has {self.scorer.maps}: build one.")

    def gate(self, regions: Tensor, mask: Tensor | None = None) -> Gated:
        """Gate regions (B, *S, D), given a mask (B, *S).

        Raises:
            ShapeError: What does not fit, such as boxes where the scorer takes a grid.
        """
        check_call(self, regions, None, mask, region_dim=self.region_dim)
        weights = self.channels(regions, mask).to(regions.dtype)  # (B, D); a narrow map stays as narrow as it is
        refined = clean(regions, mask) * weights.view(len(regions), *[1] * (regions.dim() - 2), -1)
        if self.scorer is None:
            return Gated(refined, None)
        seen = self.scorer(refined, None, mask).sigmoid()  # (B, 1, *S)
        if mask is not None:
            seen = seen.masked_fill(~mask.unsqueeze(1), 0.0)
        return Gated(refined * seen.movedim(1, -1).to(refined.dtype), seen)

    def forward(self, regions: Tensor, mask: Tensor | None = None) -> Tensor:
        """Gate regions (B, *S, D), given a mask (B, *S): (B, *S, D), 0 behind the mask."""
        return self.gate(regions, mask).regions

"""T: features changed towards an attribute's value, where a mask says so."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor, nn

from scanpath.errors import ConfigError
from scanpath.types import Scorer
from scanpath_attention_rnn.modular_gan.residual import Normalisation, ResidualBlock, normalised

ScorerFactory = Callable[..., Scorer]


class Transformed(NamedTuple):
    """What a transformer returns."""

    features: Tensor
    """(B, D, H, W)."""
    mask: Tensor
    """How much of each cell is new, from 0 to 1, (B, 1, H, W)."""


def gate(scores: Tensor) -> Tensor:
    """G = (1 + tanh(s)) / 2, the mask of scores (ModularGAN's, Fig. 10 of AttentionRNN's supplement)."""
    return (1 + torch.tanh(scores)) / 2


def blended(mask: Tensor, new: Tensor, old: Tensor) -> Tensor:
    """G * f + (1 - g) * x: new features where the mask is 1, the old ones where it is 0."""
    return mask * new + (1 - mask) * old


class Transformer(nn.Module):
    """f = blocks(conv([x, code])), g = gate(scorer(f)), and g * f + (1 - g) * x.

    The code stands in each cell beside its features; the scorer, of one map, reads f. A reading: one public
    re-implementation multiplies the mask with x in place of f, which its own description contradicts.

    Args:
        region_dim: D.
        code_dim: c, numbers that say the attribute's value: one of a yes or no, one-hot of several.
        scorer: Gives the mask; called with ``region_dim`` and ``query_dim=None``.
        blocks: Residual blocks; 6 as published.
        normalisation: "instance", "layer" or "none".

    Raises:
        ConfigError: A scorer of several maps.
    """

    def __init__(
        self,
        *,
        region_dim: int,
        code_dim: int,
        scorer: ScorerFactory,
        blocks: int = 6,
        normalisation: Normalisation = "instance",
    ) -> None:
        super().__init__()
        first = nn.Conv2d(region_dim + code_dim, region_dim, 3, padding=1, bias=False)
        behind = (ResidualBlock(region_dim, normalisation) for _ in range(blocks))
        self.change = nn.Sequential(normalised(first, normalisation), *behind)
        self.scorer = scorer(region_dim=region_dim, query_dim=None)
        if self.scorer.maps != 1:
            raise ConfigError(f"a transformer got a scorer of {self.scorer.maps} maps, expected one: it has one mask.")

    def forward(self, features: Tensor, code: Tensor) -> Transformed:
        """Change features (B, D, H, W) towards what a code (B, c) says."""
        tiled = code[:, :, None, None].expand(-1, -1, *features.shape[2:])
        new = self.change(torch.cat([features, tiled], dim=1))
        mask = gate(self.scorer(new.permute(0, 2, 3, 1)))  # channels last, a view; (B, 1, H, W)
        return Transformed(blended(mask, new, features), mask)

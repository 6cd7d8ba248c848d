"""What each unit of a network is told of the other side: how words reach the places of regions, and regions of words.

Source: Osman and Samek (2018), section 3.2, "the result from the above-mentioned layers is concatenated"; K regions and
T words are no two maps of one size, and how they become such the text does not say. Three readings, all from
P_v (B, K, E) and P_q (B, T, E) to what stands beside P_v and beside P_q.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import torch
from torch import Tensor, nn

from scanpath.errors import ConfigError, ShapeError
from scanpath.ops import clean, masked_mean
from scanpath_drau import ops
from scanpath_drau.activations import Activation, create_activation
from scanpath_drau.unit import activated_linear

Exchange = Literal["mean", "tied", "query"]


class Sides(NamedTuple):
    """What an exchange may read; what it does not need it leaves alone."""

    regions: Tensor
    """P_v, (B, K, E)."""
    words: Tensor
    """P_q, (B, T, E)."""
    query: Tensor | None
    """(B, Q)."""
    region_mask: Tensor | None
    """(B, K) bool, True where real."""
    word_mask: Tensor | None
    """(B, T) bool, True where real."""


class MeanExchange(nn.Module):
    """Either side's mean over its real places, at each place of the other: any K, any T, no parameters.

    It is :class:`TiedExchange` with all weights 1 / L, biases 0 and no PReLU.
    """

    def forward(self, sides: Sides) -> tuple[Tensor, Tensor]:
        """Tell regions of words and back: (B, 1, E), the same for each place of either."""
        return masked_mean(sides.words, sides.word_mask).unsqueeze(1), masked_mean(
            sides.regions, sides.region_mask
        ).unsqueeze(1)


class TiedExchange(nn.Module):
    """PReLU(W_TK P_q + b) for K regions, PReLU(W_KT P_v + b) for T words: learnt for just so many of both.

    Source: the authors' code: 1x1 convolutions whose channels are the places. A masked place adds nothing.

    Args:
        regions: K.
        words: T.
        activation: After both.
        slope: What a PReLU begins with.
    """

    def __init__(self, *, regions: int, words: int, activation: Activation, slope: float) -> None:
        super().__init__()
        self.sizes = regions, words
        self.to_regions = nn.Parameter(torch.empty(regions, words))  # W_TK
        self.to_regions_bias = nn.Parameter(torch.zeros(regions))
        self.to_regions_activation = create_activation(activation, slope=slope)
        self.to_words = nn.Parameter(torch.empty(words, regions))  # W_KT
        self.to_words_bias = nn.Parameter(torch.zeros(words))
        self.to_words_activation = create_activation(activation, slope=slope)

    def forward(self, sides: Sides) -> tuple[Tensor, Tensor]:
        """Tell regions of words and back: (B, K, E) and (B, T, E).

        Raises:
            ShapeError: Another K or T than it was built for.
        """
        got = sides.regions.shape[1], sides.words.shape[1]
        if got != self.sizes:
            raise ShapeError(
                f"exchange='tied' has parameters for {self.sizes[0]} regions and {self.sizes[1]} words, and got "
                f"{got[0]} and {got[1]}: build it with positions={got}, or take exchange='mean', which knows no size."
            )
        return (
            self.to_regions_activation(
                ops.resampled(clean(sides.words, sides.word_mask), self.to_regions, self.to_regions_bias)
            ),
            self.to_words_activation(
                ops.resampled(clean(sides.regions, sides.region_mask), self.to_words, self.to_words_bias)
            ),
        )


class QueryExchange(nn.Module):
    """P = PReLU(W q) of the question's vector at each region, and the regions' mean at each word.

    So the regions are asked as :class:`scanpath_drau.RVAU` alone asks them.

    Args:
        query_dim: Q.
        joint_dim: E.
        activation: After W.
        slope: What a PReLU begins with.
    """

    def __init__(self, *, query_dim: int, joint_dim: int, activation: Activation, slope: float) -> None:
        super().__init__()
        self.query = activated_linear(query_dim, joint_dim, activation, slope)

    def forward(self, sides: Sides) -> tuple[Tensor, Tensor]:
        """Tell regions of the query and words of regions: (B, 1, E), the same for each place of either."""
        return self.query(sides.query).unsqueeze(1), masked_mean(sides.regions, sides.region_mask).unsqueeze(1)


def create_exchange(
    exchange: Exchange,
    *,
    positions: tuple[int, int] | None,
    query_dim: int | None,
    joint_dim: int,
    activation: Activation,
    slope: float,
) -> nn.Module:
    """Build an exchange by name.

    Args:
        exchange: "mean", "tied" or "query".
        positions: (K, T), for "tied" alone.
        query_dim: Q, which "query" needs.
        joint_dim: E.
        activation: After each linear map.
        slope: What a PReLU begins with.

    Raises:
        ConfigError: An unknown name, positions that are missing, too many or no two numbers, or no query to ask with.
    """
    if exchange not in ("mean", "tied", "query"):
        raise ConfigError(f"a DRAU got exchange={exchange!r}, expected 'mean', 'tied' or 'query'.")
    if exchange != "tied" and positions is not None:
        raise ConfigError(
            f"a DRAU got positions={positions!r} with exchange={exchange!r}, which has none: leave it out."
        )
    if exchange == "mean":
        return MeanExchange()
    if exchange == "query":
        if query_dim is None:
            raise ConfigError("a DRAU got exchange='query' and no query to exchange: build it with query_dim.")
        return QueryExchange(query_dim=query_dim, joint_dim=joint_dim, activation=activation, slope=slope)
    if not _are_sizes(positions):
        raise ConfigError(
            f"a DRAU got positions={positions!r} with exchange='tied', expected (K, T), the numbers of regions and of "
            "words that each sample has: give both, or take exchange='mean', which knows no size."
        )
    regions, words = positions  # type: ignore[misc]  # two numbers, as seen above
    return TiedExchange(regions=regions, words=words, activation=activation, slope=slope)


def _are_sizes(positions: object) -> bool:
    return (
        isinstance(positions, tuple | list)
        and len(positions) == 2
        and all(isinstance(one, int) and not isinstance(one, bool) and one > 0 for one in positions)
    )

"""Correct mechanisms, one a role: each test breaks one line of them and asks whether the kit names the fault."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from scanpath.types import Attended, CoAttended


class Additive(nn.Module):
    """A correct Scorer, in steps that a twin can break one at a time."""

    maps = 2

    def __init__(self, *, region_dim: int, query_dim: int | None = None):
        super().__init__()
        self.key = nn.Linear(region_dim, 23)
        self.ask = nn.Linear(query_dim, 23, bias=False) if query_dim else None
        self.score = nn.Linear(23, self.maps, bias=False)

    def clean(self, regions: Tensor, mask: Tensor | None) -> Tensor:
        if mask is None:
            return regions
        if mask.shape != regions.shape[:-1]:
            raise ValueError("the mask does not fit")
        return torch.where(mask.unsqueeze(-1), regions, 0)

    def hidden(self, regions: Tensor, query: Tensor | None) -> Tensor:
        keys = self.key(regions)
        if self.ask is None:
            return torch.tanh(keys)
        if len(query) != len(regions):
            raise ValueError("one query a sample")
        return torch.tanh(keys + self.ask(query).view(len(regions), *[1] * (regions.dim() - 2), -1))

    def forward(self, regions: Tensor, query: Tensor | None = None, mask: Tensor | None = None) -> Tensor:
        return self.score(self.hidden(self.clean(regions, mask), query)).movedim(-1, 1)


class Soft(nn.Module):
    """A correct Attention, in steps that a twin can break one at a time."""

    kind = "soft"
    axis = "glimpse"
    scorer_class = Additive

    def __init__(self, *, region_dim: int, query_dim: int | None = None):
        super().__init__()
        self.scorer = self.scorer_class(region_dim=region_dim, query_dim=query_dim)
        self.context_dim = self.scorer.maps * region_dim

    def normalise(self, scores: Tensor, mask: Tensor | None) -> Tensor:
        if mask is None:
            return scores.flatten(2).softmax(-1).view(scores.shape)
        hidden = ~mask.unsqueeze(1)
        weights = scores.masked_fill(hidden, torch.finfo(scores.dtype).min).flatten(2).softmax(-1).view(scores.shape)
        return weights.masked_fill(hidden, 0)

    def pool(self, weights: Tensor, regions: Tensor, mask: Tensor | None) -> Tensor:
        values = self.scorer.clean(regions, mask).flatten(1, -2)
        return torch.bmm(weights.flatten(2).to(values.dtype), values).flatten(1)

    def forward(self, regions: Tensor, query: Tensor | None = None, mask: Tensor | None = None) -> Attended:
        weights = self.normalise(self.scorer(regions, query, mask), mask)
        return Attended(self.pool(weights, regions, mask), weights, {})


class Affinity(nn.Module):
    """A correct CoAttention: each side is asked with the other side's mean."""

    kind = "soft"
    axis = "glimpse"

    def __init__(self, *, region_dim: int, token_dim: int, query_dim: int | None = None):
        super().__init__()
        self.see = Soft(region_dim=region_dim, query_dim=token_dim)
        self.read = Soft(region_dim=token_dim, query_dim=region_dim)
        self.context_dims = (self.see.context_dim, self.read.context_dim)

    def mean(self, values: Tensor, mask: Tensor | None) -> Tensor:
        values = values.flatten(1, -2)
        if mask is None:
            return values.mean(1)
        mask = mask.flatten(1).unsqueeze(-1)
        return torch.where(mask, values, 0).sum(1) / mask.sum(1).clamp_min(1)

    def forward(
        self,
        regions: Tensor,
        tokens: Tensor,
        query: Tensor | None = None,
        region_mask: Tensor | None = None,
        token_mask: Tensor | None = None,
    ) -> CoAttended:
        return CoAttended(
            self.see(regions, self.mean(tokens, token_mask), region_mask),
            self.read(tokens, self.mean(regions, region_mask), token_mask),
        )


@pytest.fixture
def scorer() -> type[Additive]:
    return Additive


@pytest.fixture
def attention() -> type[Soft]:
    return Soft


@pytest.fixture
def co_attention() -> type[Affinity]:
    return Affinity

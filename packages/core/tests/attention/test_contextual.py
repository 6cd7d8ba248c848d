"""An encoder in front of an attention is an attention."""

from __future__ import annotations

import torch
from torch import nn

from scanpath.attention import AdditiveScorer, Contextual, SoftAttention
from scanpath.ops import masked_mean
from scanpath.testing import check_attention


class Surrounded(nn.Module):
    """Each region with the mean of the real ones beside it."""

    def forward(self, regions, mask=None):
        mean = masked_mean(regions, mask)
        return torch.cat([regions, mean.view(len(mean), *[1] * (regions.dim() - 2), -1).expand_as(regions)], -1)


def surrounded(*, region_dim, query_dim=None):
    scorer = AdditiveScorer(region_dim=2 * region_dim, query_dim=query_dim)
    return Contextual(Surrounded(), SoftAttention(scorer, region_dim=2 * region_dim))


def alone(*, region_dim, query_dim=None):
    scorer = AdditiveScorer(region_dim=11, query_dim=query_dim)
    return Contextual(nn.Linear(region_dim, 11), SoftAttention(scorer, region_dim=11))


def test_contract():
    check_attention(surrounded, backend=None)


def test_an_encoder_that_asks_gets_the_question():
    class Shifted(nn.Module):
        def forward(self, regions, query):
            return regions + query.mean(1).view(-1, 1, 1)

    inner = SoftAttention(AdditiveScorer(region_dim=5, query_dim=7), region_dim=5)
    regions, query = torch.randn(2, 3, 5), torch.randn(2, 7)
    expected = inner(regions + query.mean(1).view(2, 1, 1), query)
    torch.testing.assert_close(Contextual(Shifted(), inner)(regions, query).context, expected.context)


def test_facts_are_those_of_the_attention():
    attention = alone(region_dim=5)
    assert (attention.context_dim, attention.kind, attention.axis) == (11, "soft", "glimpse")

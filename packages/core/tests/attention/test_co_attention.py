"""Two attentions side by side, and the image that reads the words."""

from __future__ import annotations

import functools

import pytest
import torch

from scanpath.attention import IndependentCoAttention, MeanPooling, SumPooling, create_attention, create_co_attention
from scanpath.errors import ConfigError
from scanpath.testing import check_co_attention


@pytest.mark.parametrize("options", [{"cross": True}, {"regions": {"name": "dot", "maps": 2}, "tokens": "additive"}])
def test_contract(options):
    check_co_attention(functools.partial(create_co_attention, "independent", **options), query=True, backend=None)


@pytest.mark.parametrize("cross", [True, False])
def test_each_side_is_its_attention(cross):
    regions, tokens, query = torch.randn(3, 2, 5, 7), torch.randn(3, 11, 13), torch.randn(3, 17)
    region_mask, token_mask = torch.rand(3, 2, 5) > 0.5, torch.rand(3, 11) > 0.5
    looks = create_attention("dot", region_dim=7, query_dim=17)
    reads = create_attention("additive", region_dim=13, query_dim=7 if cross else 17)
    out = IndependentCoAttention(looks, reads, cross=cross)(regions, tokens, query, region_mask, token_mask)
    count = region_mask.sum((1, 2)).clamp_min(1).unsqueeze(1)
    asked = (regions * region_mask.unsqueeze(-1)).sum((1, 2)) / count if cross else query
    torch.testing.assert_close(out.regions.context, looks(regions, query, region_mask).context)
    torch.testing.assert_close(out.tokens.weights, reads(tokens, asked, token_mask).weights)


def test_two_kinds_do_not_go_together():
    with pytest.raises(ConfigError, match="one kind"):
        IndependentCoAttention(MeanPooling(region_dim=5), SumPooling(region_dim=5))


def test_a_side_without_a_name():
    with pytest.raises(ConfigError, match="'name'"):
        create_co_attention("independent", region_dim=5, token_dim=7, regions={"maps": 2})

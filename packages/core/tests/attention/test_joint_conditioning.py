"""Co-attention under a joint condition against its loop, hop by hop."""

from __future__ import annotations

import functools

import pytest
import torch

from scanpath.attention import JointConditioning, create_co_attention, reference
from scanpath.errors import ConfigError
from scanpath.testing import check_co_attention


def test_contract():
    check_co_attention(functools.partial(create_co_attention, "joint_conditioning", hops=3), query=False, backend=None)


@pytest.mark.parametrize("query_dim", [7, None])
@pytest.mark.parametrize("hops", [1, 3])
def test_equals_its_loop(with_gradient, query_dim, hops):
    both = JointConditioning(region_dim=5, token_dim=11, query_dim=query_dim, hops=hops, hidden_dim=2, score_dim=3)
    masks = torch.rand(4, 13) > 0.4, torch.rand(4, 17) > 0.4
    masks[0][1], masks[1][2] = False, False
    parameters = [
        tuple((one.keys.weight, one.condition.weight, one.condition.bias, one.weight) for one in hop)
        for hop in zip(both.regions, both.tokens, strict=True)
    ]

    def fast(regions, tokens, *query):
        out = both(regions, tokens, *(query or (None,)), *masks)
        return torch.cat([part.flatten(1) for side in out for part in side[:2]], 1)

    def slow(regions, tokens, *query):
        sides = both.embed_regions(regions), both.embed_tokens(tokens)
        means = [
            torch.stack([side[b, real].sum(0) / max(int(real.sum()), 1) for b, real in enumerate(mask)])
            for side, mask in zip(sides, masks, strict=True)
        ]
        z = means[0] + (both.query(query[0]) if query else means[1])
        out = reference.joint_conditioning(sides, z, parameters, masks)
        return torch.cat([part.flatten(1) for side in out for part in side], 1)

    inputs = [torch.randn(4, 13, 5), torch.randn(4, 17, 11)] + ([torch.randn(4, 7)] if query_dim else [])
    torch.testing.assert_close(with_gradient(fast, *inputs), with_gradient(slow, *inputs), rtol=1e-4, atol=1e-5)


def test_each_side_asks_with_what_both_have_found():
    both = JointConditioning(region_dim=5, token_dim=11, query_dim=7, hops=2)
    regions, tokens, query = torch.randn(2, 3, 13, 5), torch.randn(2, 17, 11), torch.randn(2, 7)
    before, after = both(regions, tokens, query), both(regions, tokens + 1.0, query)
    torch.testing.assert_close(before.regions.weights[:, 0], after.regions.weights[:, 0])
    assert not torch.allclose(before.regions.weights[:, 1], after.regions.weights[:, 1])


def test_context_is_the_sum_of_the_hops():
    both = JointConditioning(region_dim=5, token_dim=11, query_dim=7, hops=3)
    out = both(torch.randn(2, 3, 13, 5), torch.randn(2, 17, 11), torch.randn(2, 7))
    assert out.regions.weights.shape == (2, 3, 3, 13)
    assert out.tokens.weights.shape == (2, 3, 17)
    for side in out:
        torch.testing.assert_close(side.context, side.extras["contexts"].sum(1))
    assert (both.context_dims, both.kind, both.axis) == ((5, 5), "soft", "hop")


def test_no_hops():
    with pytest.raises(ConfigError, match="hops=0"):
        JointConditioning(region_dim=5, token_dim=11, hops=0)

"""Stacked attention against its loop, hop by hop."""

from __future__ import annotations

import functools

import pytest
import torch

from scanpath.attention import MultiHopAttention, reference
from scanpath.errors import ConfigError
from scanpath.testing import check_attention


def test_contract():
    check_attention(
        functools.partial(MultiHopAttention, hops=3, hidden_dim=11, score_dim=7, double_tanh=True), backend=None
    )


@pytest.mark.parametrize("hidden_dim", [None, 11])
@pytest.mark.parametrize("double", [True, False])
@pytest.mark.parametrize("hops", [1, 3])
def test_equals_its_loop(with_gradient, hidden_dim, double, hops):
    attention = MultiHopAttention(region_dim=5, query_dim=7, hops=hops, hidden_dim=hidden_dim, double_tanh=double)
    if double:
        score = reference.san_code_score
        sides = zip(attention.regions, attention.queries, attention.weights, attention.biases, strict=True)
        parameters = [(r.weight, r.bias, q.weight, q.bias, w, b) for r, q, w, b in sides]
    else:
        score = reference.san_score
        sides = zip(attention.regions, attention.queries, attention.weights, strict=True)
        parameters = [(r.weight, q.weight, q.bias, w) for r, q, w in sides]
    mask = torch.rand(3, 13) > 0.3
    mask[1] = False

    def slow(regions, query):
        values = regions if hidden_dim is None else torch.tanh(attention.embed(regions))
        return torch.cat(_flat(*reference.multi_hop(values, attention.query(query, 3), parameters, mask, score)), 1)

    def fast(regions, query):
        out = attention(regions, query, mask)
        return torch.cat(_flat(out.context, out.weights), 1)

    inputs = torch.randn(3, 13, 5), torch.randn(3, 7)
    torch.testing.assert_close(with_gradient(fast, *inputs), with_gradient(slow, *inputs), rtol=1e-4, atol=1e-5)


def _flat(*tensors):
    return [tensor.flatten(1) for tensor in tensors]


def test_context_is_the_sum_of_the_hops_without_the_question():
    attention = MultiHopAttention(region_dim=5, query_dim=7, hops=3)
    out = attention(torch.randn(2, 3, 11, 5), torch.randn(2, 7))
    assert out.weights.shape == (2, 3, 3, 11)
    torch.testing.assert_close(out.context, out.extras["contexts"].sum(1))
    assert (attention.kind, attention.axis, attention.context_dim) == ("soft", "hop", 5)


def test_the_first_hop_is_asked_by_the_question_alone():
    one, two = (MultiHopAttention(region_dim=5, query_dim=7, hops=hops) for hops in (1, 2))
    one.load_state_dict({name: two.state_dict()[name][: len(tensor)] for name, tensor in one.state_dict().items()})
    regions, query = torch.randn(2, 11, 5), torch.randn(2, 7)
    torch.testing.assert_close(one(regions, query).weights, two(regions, query).weights[:, :1])


def test_no_hops():
    with pytest.raises(ConfigError, match="hops=0"):
        MultiHopAttention(region_dim=5, hops=0)

"""The rungs: a mean and a learnt sum."""

from __future__ import annotations

import functools

import torch

from scanpath.attention import MeanPooling, SumPooling, reference
from scanpath.testing import check_attention


def test_contract():
    check_attention(functools.partial(SumPooling, hidden_dim=11), backend=None)


def test_mean_is_the_mean_of_real_regions():
    regions, mask = torch.randn(2, 3, 5), torch.tensor([[True, False, True], [False, True, False]])
    out = MeanPooling(region_dim=5)(regions, None, mask)
    torch.testing.assert_close(out.context, torch.stack([(regions[0, 0] + regions[0, 2]) / 2, regions[1, 1]]))
    torch.testing.assert_close(out.weights[0, 0], torch.tensor([0.5, 0.0, 0.5]))


def test_sum_equals_its_loop(with_gradient):
    pooling = SumPooling(region_dim=5, query_dim=7, hidden_dim=11)
    layers = [(layer.weight, layer.bias) for layer in (pooling.regions[0], pooling.regions[2])]
    mask = torch.rand(3, 13) > 0.4
    mask[1] = False

    def slow(regions, query):
        question = torch.relu(pooling.query_out(torch.relu(pooling.query.linear(query))))
        return reference.sum_pooling(regions, question, layers, mask)

    inputs = torch.randn(3, 13, 5), torch.randn(3, 7)
    torch.testing.assert_close(
        with_gradient(lambda r, q: pooling(r, q, mask).context, *inputs), with_gradient(slow, *inputs)
    )
    assert (pooling(*inputs, mask).weights[:, 0] == mask).all()

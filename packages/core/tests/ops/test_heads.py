"""Attention in heads: masks, the row that has nothing to look at, and one query against its loop."""

from __future__ import annotations

import torch

from scanpath import ops
from scanpath.attention import reference


def test_only_real_regions_are_found(with_gradient):
    inputs = [torch.randn(2, 3, 5, 7) for _ in range(3)]  # (B, heads, K, d)
    mask = torch.tensor([[True, False, True, True, False], [True] * 5])

    def slow(queries, keys, values):
        rows = []
        for q, k, v, real in zip(queries, keys, values, mask, strict=True):
            weights = torch.softmax(q @ k[:, real].transpose(1, 2) / 7**0.5, -1)
            rows.append(weights @ v[:, real])
        return torch.stack(rows)

    fast = with_gradient(lambda q, k, v: ops.region_attention(q, k, v, mask), *inputs)
    torch.testing.assert_close(fast, with_gradient(slow, *inputs))
    everything = ops.region_attention(*inputs, torch.ones(2, 5, dtype=torch.bool))
    torch.testing.assert_close(ops.region_attention(*inputs), everything)


def test_a_row_of_nothing_is_finite(with_gradient):
    mask = torch.zeros(2, 5, dtype=torch.bool)
    results = with_gradient(lambda *qkv: ops.region_attention(*qkv, mask), *torch.randn(3, 2, 1, 5, 3))
    assert all(result.isfinite().all() for result in results)


def test_one_query_equals_its_loop(with_gradient):
    inputs = torch.randn(2, 7, 5), torch.randn(2, 3, 11), torch.randn(33, 5), torch.randn(33, 5)
    mask = torch.rand(2, 7) > 0.4

    def fast(regions, queries, keys, values):
        weights = ops.masked_softmax(ops.head_scores(regions, queries, keys), mask)
        return torch.cat([ops.head_values(weights, regions, values), weights.flatten(1)], 1)

    def slow(regions, queries, keys, values):
        found, maps = reference.heads(regions, queries, mask, keys.split(11), values.split(11))
        return torch.cat([found, maps.flatten(1)], 1)

    torch.testing.assert_close(with_gradient(fast, *inputs), with_gradient(slow, *inputs), rtol=1e-4, atol=1e-5)


def test_heads_keep_the_grid():
    grid, keys = torch.randn(2, 5, 7, 3), torch.randn(22, 3)
    scores = ops.head_scores(grid, torch.randn(2, 2, 11), keys)
    assert scores.shape == (2, 2, 5, 7)
    assert ops.head_values(scores, grid, keys).shape == (2, 22)

"""Attention in heads: masks, and the row that has nothing to look at."""

from __future__ import annotations

import torch

from scanpath import ops


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

"""Pooling against loops, on boxes and grids, with and without masks."""

from __future__ import annotations

import torch

from scanpath import ops
from scanpath.attention import reference


def test_weighted_pooling_equals_its_loop(with_gradient):
    weights, regions = torch.rand(3, 2, 7), torch.randn(3, 7, 5)
    torch.testing.assert_close(
        with_gradient(ops.weighted_pooling, weights, regions),
        with_gradient(reference.weighted_pooling, weights, regions),
    )


def test_weighted_pooling_concatenates_map_by_map():
    weights, regions = torch.rand(3, 2, 5, 7), torch.randn(3, 5, 7, 11)
    out = ops.weighted_pooling(weights, regions)
    assert out.shape == (3, 22)
    torch.testing.assert_close(out[:, 11:], ops.weighted_pooling(weights[:, 1:], regions))


def test_weighted_pooling_takes_fp32_maps_of_bf16_regions():
    assert ops.weighted_pooling(torch.rand(2, 1, 3), torch.randn(2, 3, 5).bfloat16()).dtype == torch.bfloat16


def test_sum_and_mean_of_real_regions():
    regions = torch.randn(3, 2, 5, 7)
    mask = torch.rand(3, 2, 5) > 0.5
    mask[0] = False
    mask[1] = True
    poisoned = torch.where(mask.unsqueeze(-1), regions, float("nan"))
    total = torch.stack([regions[b][mask[b]].sum(0) for b in range(3)])
    count = mask.flatten(1).sum(1, keepdim=True).clamp_min(1)
    torch.testing.assert_close(ops.masked_sum(poisoned, mask), total)
    torch.testing.assert_close(ops.masked_mean(poisoned, mask), total / count)
    torch.testing.assert_close(ops.masked_mean(regions), regions.mean((1, 2)))


def test_gradient_of_the_mean_stays_before_the_mask(with_gradient):
    mask = torch.tensor([[True, False, True], [False, False, False]])
    regions = torch.full((2, 3, 5), float("nan")).masked_fill(mask.unsqueeze(-1), 1.0)
    _, gradient = with_gradient(lambda r: ops.masked_mean(r, mask), regions)
    assert gradient.isfinite().all()
    assert (gradient[~mask] == 0).all()


def test_uniform_weights_sum_to_one_or_zero():
    mask = torch.tensor([[True, True, False], [False, False, False]])
    expected = torch.tensor([[[0.5, 0.5, 0.0]], [[0.0, 0.0, 0.0]]])
    torch.testing.assert_close(ops.uniform_weights(torch.randn(2, 3, 5), mask), expected)

"""Affinity and weights of channels against loops, outputs and gradients."""

from __future__ import annotations

import pytest
import torch

from scanpath import ops
from scanpath.attention.encoders import reference


@pytest.mark.parametrize("pooling", ["mean", "max"])
def test_equals_its_loop_and_does_not_read_what_is_masked(with_gradient, pooling):
    mask = torch.tensor([[True, False, True], [False, False, False]])
    regions = torch.randn(2, 3, 5)
    inputs = regions.masked_fill(~mask.unsqueeze(-1), float("nan")), torch.randn(2, 5)

    def fast(regions, query):
        return ops.channel_weights(ops.channel_affinity(regions, query, mask, pooling=pooling))

    out = with_gradient(fast, *inputs)
    slow = with_gradient(lambda r, q: reference.channel(r, q, mask, pooling=pooling)[0], *inputs)
    torch.testing.assert_close(out, slow)


def test_affinity_of_a_grid_worked_by_hand():
    grid = torch.tensor([[[[1.0, -2.0], [3.0, 4.0]]]])  # (1, 1, 2, 2): two cells of two channels
    query = torch.tensor([[2.0, -1.0]])
    assert ops.channel_affinity(grid, query).tolist() == [[4.0, -1.0]]
    assert ops.channel_affinity(grid, query, pooling="max").tolist() == [[6.0, 2.0]]


def test_equal_affinities_leave_regions_as_they_are():
    torch.testing.assert_close(ops.channel_weights(torch.zeros(2, 7)), torch.ones(2, 7))

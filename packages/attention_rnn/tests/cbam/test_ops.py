"""What the gates read equals slow loops, gradients included; what lies behind a mask is not read."""

from __future__ import annotations

import pytest
import torch

from scanpath_attention_rnn.cbam import ops, reference


def grid(*shape):
    return torch.randn(shape, dtype=torch.float64, requires_grad=True)


@pytest.mark.parametrize("masked", [False, True])
def test_channels_are_described_over_real_cells(masked, assert_twins):
    regions = grid(3, 2, 5, 7)
    mask = torch.rand(3, 2, 5) > 0.4 if masked else None
    found, expected = (torch.stack(one.describe_channels(regions, mask)) for one in (ops, reference))
    assert_twins(found, expected, [regions])


def test_nothing_is_described_as_zeros():
    mask = torch.tensor([[True, False], [False, False]])
    mean, largest = ops.describe_channels(torch.full((2, 2, 3), -5.0), mask)
    assert mean.tolist() == largest.tolist() == [[-5.0] * 3, [0.0] * 3]


def test_cells_are_described_by_their_largest_channel_and_the_mean():
    found = ops.describe_cells(torch.tensor([[[[1.0, 4.0, 4.0], [-3.0, -1.0, -2.0]]]]))
    assert found.tolist() == [[[[4.0, 3.0], [-1.0, -2.0]]]]

"""One convolution: the sum over a window of each cell, of what is there and not masked."""

from __future__ import annotations

import pytest
import torch

from scanpath.errors import ConfigError, ShapeError
from scanpath.testing import check_scorer
from scanpath_attention_rnn.modular_gan import LocalMask


def slow(layer, regions, mask):
    """Equation by loops: s_ij = b + sum over the window of W v, over cells that are there and real."""
    batch, rows, columns, _ = regions.shape
    half = layer.kernel_size // 2
    weight = layer.scores.weight.permute(2, 3, 1, 0)  # (k, k, D, M)
    found = layer.scores.bias.view(1, -1, 1, 1).expand(batch, layer.maps, rows, columns).clone()
    for row in range(rows):
        for column in range(columns):
            for down in range(-half, half + 1):
                for right in range(-half, half + 1):
                    y, x = row + down, column + right
                    if 0 <= y < rows and 0 <= x < columns:
                        cell = torch.where(mask[:, y, x, None], regions[:, y, x], 0.0)
                        found[:, :, row, column] += cell @ weight[down + half, right + half]
    return found


@pytest.mark.parametrize(("kernel_size", "maps"), [(3, 1), (7, 2)])
def test_it_is_the_sum_over_a_window(kernel_size, maps, assert_twins):
    layer = LocalMask(region_dim=5, kernel_size=kernel_size, maps=maps).double()
    regions = torch.randn(2, 3, 7, 5, dtype=torch.float64, requires_grad=True)
    mask = torch.rand(2, 3, 7) > 0.3
    leaves = [regions, *layer.parameters()]
    assert_twins(layer(regions, mask=mask), slow(layer, regions, mask), leaves)


def test_it_is_a_scorer():
    check_scorer(LocalMask, boxes=False, query="ignored", backend=None)


def test_what_does_not_fit_is_refused():
    with pytest.raises(ShapeError, match="grid"):
        LocalMask(region_dim=5)(torch.ones(2, 7, 5))
    with pytest.raises(ConfigError, match="kernel_size"):
        LocalMask(region_dim=5, kernel_size=4)

"""The small CNN."""

from __future__ import annotations

import pytest
import torch

from scanpath.errors import ShapeError
from scanpath.layers import SmallCNN


def test_a_grid_channels_last():
    cnn = SmallCNN(channels=(5, 7))
    assert cnn(torch.rand(3, 3, 12, 20)).shape == (3, 3, 5, 7)
    assert cnn.output_dim == 7


def test_bytes_are_the_floats_they_stand_for():
    cnn = SmallCNN(channels=(5, 7)).eval()
    pictures = torch.randint(0, 256, (2, 3, 11, 13), dtype=torch.uint8)
    torch.testing.assert_close(cnn(pictures), cnn(pictures.float() / 255))


@pytest.mark.parametrize("shape", [(2, 1, 8, 8), (3, 8, 8), (2, 8, 8, 3)])
def test_shapes_raise(shape):
    with pytest.raises(ShapeError, match=r"pictures \(N, 3, H, W\)"):
        SmallCNN()(torch.rand(shape))

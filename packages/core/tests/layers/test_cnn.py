"""The small CNN."""

from __future__ import annotations

import pytest
import torch

from scanpath.errors import ConfigError, ShapeError
from scanpath.layers import SmallCNN


def test_a_grid_channels_last():
    cnn = SmallCNN(channels=(5, 7))
    assert cnn(torch.rand(3, 3, 12, 20)).shape == (3, 3, 5, 7)
    assert cnn.output_dim == 7


def test_bytes_are_the_floats_they_stand_for():
    cnn = SmallCNN(channels=(5, 7)).eval()
    pictures = torch.randint(0, 256, (2, 3, 11, 13), dtype=torch.uint8)
    torch.testing.assert_close(cnn(pictures), cnn(pictures.float() / 255))


def test_standardised_pictures_are_not_centred_again():
    torch.manual_seed(0)
    cnn = SmallCNN(channels=(5, 7), centre=0.0).eval()
    usual = SmallCNN(channels=(5, 7)).eval()
    usual.load_state_dict(cnn.state_dict())
    pictures = torch.rand(2, 3, 11, 13)
    torch.testing.assert_close(cnn(pictures - 0.5), usual(pictures))


@pytest.mark.parametrize("shape", [(2, 1, 8, 8), (3, 8, 8), (2, 8, 8, 3)])
def test_shapes_raise(shape):
    with pytest.raises(ShapeError, match=r"pictures \(N, 3, H, W\)"):
        SmallCNN()(torch.rand(shape))


def test_each_block_has_its_filters():
    cnn = SmallCNN(channels=(5, 7), kernels=(7, 3))
    assert [block[0].kernel_size for block in cnn.blocks] == [(7, 7), (3, 3)]
    assert cnn(torch.rand(2, 3, 11, 13)).shape == (2, 3, 4, 7)


@pytest.mark.parametrize("kernels", [(3,), (3, 4)])
def test_filters_that_do_not_fit_raise(kernels):
    with pytest.raises(ConfigError, match="2 blocks got kernels"):
        SmallCNN(channels=(5, 7), kernels=kernels)

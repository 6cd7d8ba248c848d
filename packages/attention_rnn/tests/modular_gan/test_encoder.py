from __future__ import annotations

import pytest
import torch

from scanpath.errors import ConfigError
from scanpath_attention_rnn.modular_gan import Encoder


@pytest.mark.parametrize(("width", "blocks", "kernel_size"), [(3, 0, 7), (5, 2, 3)])
def test_features_are_a_quarter_as_high_and_four_times_as_wide(width, blocks, kernel_size):
    encoder = Encoder(width=width, blocks=blocks, kernel_size=kernel_size)
    assert encoder(torch.zeros(2, 3, 12, 20)).shape == (2, 4 * width, 3, 5)
    assert encoder.output_dim == 4 * width


def test_the_published_sizes():
    shapes = [tuple(one.shape) for one in Encoder().parameters() if one.dim() == 4]
    assert shapes == [(64, 3, 7, 7), (128, 64, 4, 4), (256, 128, 4, 4)]
    with pytest.raises(ConfigError, match="kernel_size"):
        Encoder(kernel_size=2)

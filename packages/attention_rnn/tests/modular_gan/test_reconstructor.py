from __future__ import annotations

import pytest
import torch

from scanpath.errors import ConfigError
from scanpath_attention_rnn.modular_gan import Reconstructor


def test_pictures_are_four_times_as_high_and_lie_between_minus_one_and_one():
    found = Reconstructor(width=3)(100 * torch.randn(2, 12, 3, 5))
    assert found.shape == (2, 3, 12, 20)
    assert found.abs().max() <= 1


def test_the_published_sizes():
    shapes = [tuple(one.shape) for one in Reconstructor().parameters() if one.dim() == 4]
    assert shapes == [(256, 128, 4, 4), (128, 64, 4, 4), (3, 64, 7, 7)]
    with pytest.raises(ConfigError, match="kernel_size"):
        Reconstructor(kernel_size=4)

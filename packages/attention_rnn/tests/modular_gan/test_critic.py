from __future__ import annotations

import pytest
import torch

from scanpath.errors import ConfigError
from scanpath_attention_rnn.modular_gan import Critic


def test_patches_and_values():
    critic = Critic(side=24, code_dim=5, width=3, layers=3)
    found = critic(torch.randn(2, 3, 24, 24))
    assert found.real.shape == (2, 1, 3, 3)
    assert found.values.shape == (2, 5)


def test_a_patch_sees_its_surroundings_alone():
    """Of two layers a patch of the head sees 10 + 2 * 4 pixels."""
    critic = Critic(side=32, code_dim=1, width=3, layers=2)
    pictures = torch.randn(1, 3, 32, 32, requires_grad=True)
    critic(pictures).real[0, 0, 4, 4].backward()
    seen = pictures.grad[0].abs().sum(0).nonzero()
    assert (seen.max(0).values - seen.min(0).values + 1).tolist() == [18, 18]


def test_the_published_sizes():
    shapes = [tuple(one.shape) for one in Critic(side=128, code_dim=3).parameters() if one.dim() == 4]
    assert [shape[0] for shape in shapes] == [64, 128, 256, 512, 1024, 2048, 1, 3]
    assert shapes[-2:] == [(1, 2048, 3, 3), (3, 2048, 2, 2)]


@pytest.mark.parametrize(("side", "layers"), [(20, 3), (8, 4)])
def test_a_side_that_cannot_be_halved_is_refused(side, layers):
    with pytest.raises(ConfigError, match=f"{2**layers} divides, or fewer critic_layers"):
        Critic(side=side, code_dim=1, layers=layers)

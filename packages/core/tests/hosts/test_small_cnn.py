"""The host around the small CNN."""

from __future__ import annotations

import functools

import torch

from scanpath.attention import create_attention
from scanpath.features.preprocessing import HALF
from scanpath.hosts.small_cnn import small_cnn


def test_cells_are_regions_and_every_parameter_is_learnt() -> None:
    torch.manual_seed(0)
    attention = functools.partial(create_attention, "multi_hop", hops=2)
    model = small_cnn(
        classes=11, statistics=HALF, attention=attention, cnn_channels=(5, 7), cnn_kernels=(3, 5), hidden_dim=13
    )
    output = model(torch.randint(0, 256, (3, 1, 28, 28), dtype=torch.uint8))
    assert output.logits.shape == (3, 11)
    assert output.maps["regions"].shape == (3, 2, 7, 7)
    output.logits.square().sum().backward()
    assert all(parameter.grad is not None for parameter in model.parameters())

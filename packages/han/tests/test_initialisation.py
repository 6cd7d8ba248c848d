"""First weights: what goes through keeps its variance."""

from __future__ import annotations

import torch
from torch import nn

from scanpath_han.initialisation import keep_variance


def test_variance_is_kept_and_biases_begin_at_zero():
    torch.manual_seed(0)
    net = nn.Sequential(nn.Linear(257, 263), nn.Sequential(nn.Linear(263, 269)))
    keep_variance([net])
    given = torch.randn(1009, 257)
    assert 0.9 < net(given).var() / given.var() < 1.1
    assert all(layer.bias.eq(0).all() for layer in (net[0], net[1][0]))


def test_parts_of_one_layer_are_drawn_as_the_one():
    torch.manual_seed(0)
    left, right = nn.Linear(131, 257, bias=False), nn.Linear(127, 257, bias=False)
    keep_variance([left, right], fan_in=258)
    given = torch.randn(1009, 258)
    assert 0.9 < (left(given[:, :131]) + right(given[:, 131:])).var() / given.var() < 1.1

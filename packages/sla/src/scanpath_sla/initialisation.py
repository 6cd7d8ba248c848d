"""First weights after Glorot and Bengio, as Sec. 4.1.2 has them."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn


@torch.no_grad()
def glorot(*blocks: Tensor, fan_in: int, fan_out: int) -> None:
    """Draw the blocks of one matrix from U(-a, a), a = sqrt(6 / (fan_in + fan_out)).

    Args:
        blocks: Tensors that side by side are the matrix.
        fan_in: Its columns, of all blocks together.
        fan_out: Its rows.
    """
    bound = math.sqrt(6 / (fan_in + fan_out))
    for block in blocks:
        block.uniform_(-bound, bound)


@torch.no_grad()
def glorot_linear(layer: nn.Linear) -> None:
    """Draw a linear map by itself; its bias is 0."""
    glorot(layer.weight, fan_in=layer.in_features, fan_out=layer.out_features)
    if layer.bias is not None:
        layer.bias.zero_()

"""The end of a stream: "a separate convolutional and pooling layer". Source: Fan and Zhou, CVPR 2018, Sec. 3.4."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from scanpath_sla.initialisation import glorot
from scanpath_sla.latent_path import Look
from scanpath_sla.ops import stream_output


class StreamOutput(nn.Module):
    """mean_i relu(W_c z_i^(T) + b) with z = [s; a]: a convolution of 1 x 1, then the mean over real positions.

    Args:
        hidden_dim: m; 0 where z = a, which has no positions to pool.
        value_dim: Width of a.
        output_dim: o.
    """

    def __init__(self, hidden_dim: int, value_dim: int, output_dim: int) -> None:
        super().__init__()
        self.of_s = nn.Parameter(torch.empty(output_dim, hidden_dim)) if hidden_dim else None  # W_c, the columns of s
        self.of_content = nn.Parameter(torch.empty(output_dim, value_dim))  # and those of a
        blocks = [self.of_content] if self.of_s is None else [self.of_s, self.of_content]
        glorot(*blocks, fan_in=hidden_dim + value_dim, fan_out=output_dim)
        self.bias = nn.Parameter(torch.zeros(output_dim))

    def forward(self, look: Look, mask: Tensor | None = None) -> Tensor:
        """Give a stream's vector from its last look and its mask (B, K): (B, o)."""
        if self.of_s is None:
            return torch.relu(torch.nn.functional.linear(look.content, self.of_content, self.bias))
        return stream_output(look.s, look.content, self.of_s, self.of_content, self.bias, mask)

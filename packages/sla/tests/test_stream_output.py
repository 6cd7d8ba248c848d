"""The end of a stream: a convolution of z written out and its mean, or one vector where z has no places."""

from __future__ import annotations

import torch

from scanpath_sla.latent_path import Look
from scanpath_sla.stream_output import StreamOutput


def test_it_is_a_convolution_and_a_mean():
    end, look = StreamOutput(5, 7, 3), Look(torch.randn(2, 11, 5), torch.randn(2, 7), torch.rand(2, 1, 11))
    mask = torch.arange(11) < torch.tensor([[11], [4]])
    z = torch.cat([look.s, look.content.unsqueeze(1).expand(-1, 11, -1)], 2)
    rows = torch.relu(z @ torch.cat([end.of_s, end.of_content], 1).t() + end.bias)
    torch.testing.assert_close(end(look, mask), torch.stack([rows[0].mean(0), rows[1, :4].mean(0)]))


def test_first_weights_are_glorots(assert_glorot):
    end = StreamOutput(53, 97, 31)
    assert_glorot(end.of_s, 150, 31)
    assert_glorot(end.of_content, 150, 31)
    assert_glorot(StreamOutput(0, 97, 31).of_content, 97, 31)
    assert not end.bias.any()


def test_a_vector_alone_has_nothing_to_pool():
    end, look = StreamOutput(0, 7, 3), Look(torch.randn(2, 11, 5), torch.randn(2, 7), torch.rand(2, 1, 11))
    assert end.of_s is None
    torch.testing.assert_close(end(look), torch.relu(look.content @ end.of_content.t()))

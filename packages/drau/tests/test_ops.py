"""Each equation by numbers worked out by hand, and against torch's own layer of the same name."""

from __future__ import annotations

import math

import torch
from torch import nn

from scanpath_drau import ops


def test_a_stack_is_joined_as_the_authors_convolution_joins_it():
    """Two maps as channels of one picture, E x K: a 1x1 convolution from 2 channels to 1."""
    convolution = nn.Conv2d(2, 1, 1)
    seen, said = torch.randn(3, 7, 5), torch.randn(3, 7, 5)
    expected = convolution(torch.stack([seen, said], 1))[:, 0]
    found = ops.joined_stack([seen, said], convolution.weight.flatten(), convolution.bias[0])
    torch.testing.assert_close(found, expected)
    broadcast = ops.joined_stack([seen, said[:, :1]], convolution.weight.flatten(), convolution.bias[0])
    torch.testing.assert_close(broadcast, convolution(torch.stack([seen, said[:, :1].expand(3, 7, 5)], 1))[:, 0])


def test_channels_are_joined_as_a_linear_map_of_all_of_them():
    linear = nn.Linear(5 + 3, 11)
    seen, said = torch.randn(2, 7, 13, 5), torch.randn(2, 1, 1, 3)
    expected = linear(torch.cat([seen, said.expand(2, 7, 13, 3)], -1))
    torch.testing.assert_close(ops.joined_channels([seen, said], linear.weight, linear.bias), expected)
    alone = nn.Linear(5, 11)
    torch.testing.assert_close(ops.joined_channels([seen], alone.weight, alone.bias), alone(seen))


def test_places_are_resampled_as_a_convolution_whose_channels_are_places():
    convolution = nn.Conv1d(7, 5, 1)
    states = torch.randn(3, 7, 11)
    found = ops.resampled(states, convolution.weight[:, :, 0], convolution.bias)
    torch.testing.assert_close(found, convolution(states))


def test_resampled_by_hand():
    states = torch.tensor([[[1.0, 2.0], [10.0, 20.0], [100.0, 200.0]]])
    weight, bias = torch.tensor([[1.0, 1.0, 0.0], [0.0, -1.0, 2.0]]), torch.tensor([0.5, 0.0])
    expected = torch.tensor([[[11.5, 22.5], [190.0, 380.0]]])
    torch.testing.assert_close(ops.resampled(states, weight, bias), expected)


def test_glimpses_are_scored_as_a_convolution_over_places():
    convolution = nn.Conv2d(11, 2, 1)
    states = torch.randn(3, 5, 7, 11)
    found = ops.glimpse_scores(states, convolution.weight[:, :, 0, 0], convolution.bias)
    torch.testing.assert_close(found, convolution(states.permute(0, 3, 1, 2)))


def test_the_cell_of_a_grid_lstm_is_that_of_an_lstm():
    cell = nn.LSTMCell(5, 3)
    x, h, m = torch.randn(7, 5), torch.randn(7, 3), torch.randn(7, 3)
    gates = x @ cell.weight_ih.t() + cell.bias_ih + h @ cell.weight_hh.t() + cell.bias_hh
    for ours, theirs in zip(ops.grid_lstm_cell(gates, m), cell(x, (h, m)), strict=True):
        torch.testing.assert_close(ours, theirs)


def test_the_cell_by_hand():
    """With f = 1/2, u = 3/4, o = 1/5, c = ln 2: m' = 2/2 + 3/4 * 3/5 and h' = tanh(m') / 5."""
    gates = torch.tensor([math.log(3), 0.0, math.log(2), -math.log(4)], dtype=torch.float64)  # tanh(ln 2) = 3/5
    output, memory = ops.grid_lstm_cell(gates, torch.tensor([2.0], dtype=torch.float64))
    assert math.isclose(memory.item(), 1 + 0.45)
    assert math.isclose(output.item(), math.tanh(1.45) / 5)

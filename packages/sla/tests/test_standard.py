"""One look by hand: two regions, a hidden layer of two, every number on paper."""

from __future__ import annotations

import math

import torch

from scanpath_sla import StandardAttention


def test_one_look_by_hand():
    """Of the regions (1, 0) and (0, 2) s is relu((1, 2) + (0, -1)) = (1, 1) and relu((2, -2) + (0, -1)) = (2, 0)."""
    attention = StandardAttention(region_dim=2, query_dim=1, hidden_dim=2)
    with torch.no_grad():
        attention.reasoning.values.weight.copy_(torch.tensor([[1.0, 1.0], [2.0, -1.0]]))
        attention.reasoning.states[0].linear.weight.copy_(torch.tensor([[0.0], [-1.0]]))
        attention.scores.copy_(torch.tensor([[1.0, 3.0]]))
    context, weights, extras = attention(torch.tensor([[[1.0, 0.0], [0.0, 2.0]]]), torch.tensor([[1.0]]))
    assert extras["scores"].tolist() == [[[4.0, 2.0]]]
    first = 1 / (1 + math.exp(-2))
    torch.testing.assert_close(weights, torch.tensor([[[first, 1 - first]]]))
    torch.testing.assert_close(context, torch.tensor([[first, 2 * (1 - first)]]))
    assert attention.context_dim == 2

"""First weights lie within Glorot's bound, of the whole matrix where it stands in blocks, and fill it evenly."""

from __future__ import annotations

import torch
from torch import nn

from scanpath_sla.initialisation import glorot, glorot_linear


def test_blocks_share_the_bound_of_their_matrix():
    left, right = torch.empty(300, 200), torch.empty(300, 100)
    glorot(left, right, fan_in=300, fan_out=300)
    bound = (6 / 600) ** 0.5
    for block in (left, right):
        assert 0.99 * bound < block.abs().max().item() <= bound
        torch.testing.assert_close(block.std().item(), bound / 3**0.5, rtol=0.02, atol=0)


def test_it_is_torchs_own_for_one_matrix():
    layer = nn.Linear(17, 29)
    torch.manual_seed(3)
    glorot_linear(layer)
    expected = torch.empty(29, 17)
    torch.manual_seed(3)
    nn.init.xavier_uniform_(expected)
    torch.testing.assert_close(layer.weight.detach(), expected)
    assert not layer.bias.any()

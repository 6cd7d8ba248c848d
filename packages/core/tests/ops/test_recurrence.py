"""A step of an LSTM is torch's own."""

from __future__ import annotations

import torch
from torch import nn

from scanpath.ops import lstm_step


def test_it_is_torchs() -> None:
    cell = nn.LSTMCell(3, 5).double()
    given, state = torch.randn(2, 3, dtype=torch.float64), torch.randn(2, 2, 5, dtype=torch.float64).unbind(0)
    gates = nn.functional.linear(given, cell.weight_ih, cell.bias_ih) + nn.functional.linear(
        state[0], cell.weight_hh, cell.bias_hh
    )
    torch.testing.assert_close(lstm_step(gates, state[1]), cell(given, state))

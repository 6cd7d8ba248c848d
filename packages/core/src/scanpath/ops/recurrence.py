"""One step of an LSTM, for hosts that look between two steps and so cannot leave the loop to torch."""

from __future__ import annotations

import torch
from torch import Tensor


def lstm_step(gates: Tensor, cell: Tensor) -> tuple[Tensor, Tensor]:
    """C = sigmoid(f) c + sigmoid(i) tanh(g) and h = sigmoid(o) tanh(c), with gates in torch's order i, f, g, o.

    Source: Hochreiter and Schmidhuber 1997, with forget gates.

    Args:
        gates: What the gates see, weighted and summed, (B, 4H).
        cell: c of the step before, (B, H).

    Returns:
        h and c, each (B, H).
    """
    enter, forget, new, leave = gates.chunk(4, -1)
    cell = torch.sigmoid(forget) * cell + torch.sigmoid(enter) * torch.tanh(new)
    return torch.sigmoid(leave) * torch.tanh(cell), cell

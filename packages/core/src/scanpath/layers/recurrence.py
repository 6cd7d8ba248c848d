"""An LSTM or GRU over a whole batch in one call of torch's own, exact under padding.

Places that are masked are moved behind the last real one before the recurrence reads, and its states back to where
they belong: so no padding touches a state, without packing and without asking the device for a length.
"""

from __future__ import annotations

import contextlib
from typing import Any

import torch
from torch import Tensor, nn

from scanpath.ops import clean, reading_orders, reordered, restored


def run_recurrence(recurrent: nn.RNNBase, x: Tensor) -> Tensor:
    """Run one layer in one direction over every place.

    On a CPU it is left out of autocast: its bf16 took 1.2 to 1.5 times as long there.

    Args:
        recurrent: ``batch_first``; begins with a state of zeros.
        x: (B, L, D).

    Returns:
        (B, L, h), the state after each place.
    """
    weight: Any = recurrent.weight_ih_l0  # torch.compile can follow this way to its type, not that of all_weights
    with torch.autocast("cpu", enabled=False) if x.device.type == "cpu" else contextlib.nullcontext():
        states: Tensor = recurrent(x.to(weight.dtype))[0]
    return states


def run_over_real(
    forwards: nn.RNNBase, x: Tensor, mask: Tensor | None = None, *, backwards: nn.RNNBase | None = None
) -> Tensor:
    """Run one layer, in one direction or two, over the real places alone, wherever they stand.

    What lies behind the mask, NaN included, changes no state and gets no gradient.

    Args:
        forwards: Reads from the first real place to the last; ``batch_first``.
        x: (B, L, D).
        mask: (B, L) bool, True where real; None when all are.
        backwards: Reads from the last to the first, where a second direction is wanted.

    Returns:
        (B, L, h), or both directions' states side by side (B, L, 2 h); 0 behind the mask.
    """
    if mask is None:
        states = [run_recurrence(forwards, x)]
        if backwards is not None:
            states.append(run_recurrence(backwards, x.flip(1)).flip(1))
    else:
        x, directions = clean(x, mask), (forwards, backwards)
        states = [
            restored(run_recurrence(direction, reordered(x, order)), order)
            for direction, order in zip(directions, reading_orders(mask), strict=True)
            if direction is not None
        ]
    return clean(states[0] if len(states) == 1 else torch.cat(states, -1), mask)

"""How much the Triton kernels multiply, for torch's counter of operations; nobody who does not run them imports it.

That counter imports Triton where it is installed, which takes longer than the rest of the package.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import torch
from torch.utils.flop_counter import register_flop_formula

from scanpath_attention_rnn import launching  # noqa: F401 - which defines the operators

Shape = Sequence[int]


@register_flop_formula(torch.ops.scanpath_attention_rnn.states)
def states(pushed: Shape, from_state: Shape, *_rest: Any, **_more: Any) -> int:
    """Count K^h (2, 4t, 2t) once for each cell (2, B, H * W, 4t) that there is, two operations a product."""
    return 2 * math.prod(pushed[:-1]) * math.prod(from_state[1:])


@register_flop_formula(torch.ops.scanpath_attention_rnn.states_backward)
def states_backward(gradient: Shape, from_state: Shape, *_rest: Any, **_more: Any) -> int:
    """Count its transpose as often; the gradient (2, B, H * W, t) has as many cells."""
    return states(gradient, from_state)

"""The equations as pure functions on tensors: one function an equation, which names it.

Source: Osman and Samek (2018), section 3, whose equations the text at hand has lost; they are read from its words and
the authors' published code, https://github.com/ahmedmagdiosman/compress-vqa. Of a unit with input x and features f
over places n = 1 .. L::

    c   = PReLU(W_a x)                      joined_stack, joined_channels
    h_n = LSTM(c_n, h_{n-1})                torch's own; grid_lstm_cell over a grid
    s   = W_g h + b                         glimpse_scores
    p   = softmax(s) over the places        scanpath.ops.masked_softmax
    att = sum_n p_n f_n, glimpse by glimpse scanpath.ops.weighted_pooling
    y   = PReLU(W_out att)                  a linear map, where the unit is

and between the units ``resampled``.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional as F


def joined_stack(maps: Sequence[Tensor], weight: Tensor, bias: Tensor) -> Tensor:
    """Join maps as channels of one picture, c = w_1 P_1 + w_2 P_2 + b: the unit's first 1x1 convolution, W_a x.

    Source: the authors' code: a convolution from 2 maps to 1, two weights and a bias in all.

    Args:
        maps: Two or more, (B, *S, E) or, the same at every place, (B, 1, .., E).
        weight: One number a map, (maps,).
        bias: ().

    Returns:
        (B, *S, E).
    """
    joined = bias
    for one, factor in zip(reversed(maps), weight.flip(0), strict=True):  # what is the same everywhere is often last
        joined = torch.addcmul(joined, one, factor)  # one pass over the places in place of two
    return joined


def joined_channels(maps: Sequence[Tensor], weight: Tensor, bias: Tensor) -> Tensor:
    """Join maps by all their channels, c = W_a [P_1; P_2] + b: the paper's words.

    A map that is the same at every place is multiplied once.

    Args:
        maps: One or more, (B, *S, E_i) or (B, 1, .., E_i).
        weight: W_a, (E, sum E_i).
        bias: b, (E,).

    Returns:
        (B, *S, E).
    """
    parts = torch.split(weight, [one.shape[-1] for one in maps], 1)
    joined = F.linear(maps[0], parts[0], bias)
    for one, part in zip(maps[1:], parts[1:], strict=True):
        joined = joined + F.linear(one, part)
    return joined


def resampled(states: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    """Move states from L places to N others, r_n = sum_l W_nl s_l + b_n.

    Source: the authors' code: a 1x1 convolution whose channels are the places, K regions to T words and back.

    Args:
        states: (B, L, E).
        weight: W, (N, L).
        bias: b, (N,).

    Returns:
        (B, N, E).
    """
    return torch.matmul(weight, states) + bias.unsqueeze(-1)  # (N, L) x (B, L, E), (N, 1)


def glimpse_scores(states: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    """Score each place for each glimpse, s_gn = W_g h_n + b_g.

    Args:
        states: The recurrence's, (B, *S, H).
        weight: W_g, (G, H).
        bias: b, (G,); a softmax over the places cancels it.

    Returns:
        (B, G, *S).
    """
    return F.linear(states, weight, bias).movedim(-1, 1)


def grid_lstm_cell(gates: Tensor, memory: Tensor) -> tuple[Tensor, Tensor]:
    """Step one dimension of a Grid LSTM: m' = f * m + u * tanh(c), h' = o * tanh(m').

    Source: Kalchbrenner et al. (2015), Grid LSTM; h' as its common implementations have it, which is an LSTM's; the
    paper's text prints tanh(o * m').

    Args:
        gates: W [x; h_1; h_2] + b, its quarters are u, f, c and o in torch's order of an LSTM, (.., 4 h).
        memory: m of this dimension, (.., h).

    Returns:
        h' and m', (.., h) each.
    """
    entry, keep, new, leave = gates.chunk(4, -1)
    memory = keep.sigmoid() * memory + entry.sigmoid() * new.tanh()
    return leave.sigmoid() * memory.tanh(), memory

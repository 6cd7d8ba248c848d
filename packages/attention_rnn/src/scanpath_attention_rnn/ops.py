"""The equations of AttentionRNN as pure functions on tensors, slow and clear: the plain form of the layer.

Source: Khandelwal and Sigal, "AttentionRNN: A Structured Spatial Attention Mechanism", ICCV 2019, secs. 3.1-3.3; what
the paper compresses is read as in PixelRNN (van den Oord et al., 2016), which it follows.

Letters beside those of :mod:`scanpath.types`: t, the width of the hidden state; S = 2 streams, the left one from the
top left corner to the bottom right, the right one from the top right to the bottom left.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

LEAST_DEVIATION = 1e-4
"""What is added to a deviation, so that it is never 0."""


def skew(grid: Tensor) -> Tensor:
    """Offset each row by one cell to the row above (Fig. 3): (B, C, H, W) to (B, C, H, H + W - 1).

    A diagonal of the map is a column then. The paper prints a width of 2n - 1, which is H + W - 1 of a square map.
    """
    rows = grid.shape[2]
    return torch.stack([F.pad(grid[:, :, row], (row, rows - 1 - row)) for row in range(rows)], 2)


def unskew(skewed: Tensor, width: int) -> Tensor:
    """Undo :func:`skew`: (B, C, H, H + W - 1) to (B, C, H, W)."""
    return torch.stack([skewed[:, :, row, row : row + width] for row in range(skewed.shape[2])], 2)


def cell(pushed: Tensor, before: Tensor) -> tuple[Tensor, Tensor]:
    """One step of the LSTM, Eq. 8: c = f . c' + i . g and h = o . tanh(c).

    The paper writes one sigma over all four gates; as in PixelRNN, which says so, g goes through tanh.

    Args:
        pushed: K^h * h' + K^x * X^c, the gates o, f, i, g in this order before their non-linearity, (B, 4t, H).
        before: c', (B, t, H).

    Returns:
        h and c, (B, t, H) each.
    """
    o, f, i, g = pushed.chunk(4, 1)
    memory = f.sigmoid() * before + i.sigmoid() * g.tanh()
    return o.sigmoid() * memory.tanh(), memory


def stream(
    context: Tensor, from_context: Tensor, from_state: Tensor, constant: Tensor, mask: Tensor | None = None
) -> Tensor:
    """Run one stream over a map, column by column of the skewed map (Eqs. 7 and 8).

    Args:
        context: X^c, (B, F, H, W).
        from_context: K^x, (4t, F).
        from_state: K^h, (4t, 2t): the state on the left, then the state above.
        constant: What every cell is pushed by, the bias and the query's share of K^x, (4t, B) or (4t, 1).
        mask: True where a cell is real, (B, H, W); the state of others is 0, as beyond the edge.

    Returns:
        h, (B, t, H, W).
    """
    batch, _, rows, columns = context.shape
    width = from_state.shape[1] // 2
    real = context.new_ones(batch, 1, rows, columns) if mask is None else mask.unsqueeze(1).to(context.dtype)
    pushed = torch.einsum("gf,bfrc->bgrc", from_context, skew(context)) + constant.T[:, :, None, None]
    inside = skew(real)  # 0 in the corners that skewing filled, and where the mask says so
    above, left = from_state[:, width:], from_state[:, :width]
    kernel = torch.stack([above, left], 2)  # 2 x 1: rows r - 1 and r of the column before
    state = memory = context.new_zeros(batch, width, rows)
    states = []
    for column in range(rows + columns - 1):
        recurrent = F.conv1d(F.pad(state, (1, 0)), kernel)
        state, memory = cell(pushed[..., column] + recurrent, memory)
        state, memory = state * inside[..., column], memory * inside[..., column]
        states.append(state)
    return unskew(torch.stack(states, 3), columns)


def shift_down(grid: Tensor) -> Tensor:
    """Move a map (.., H, W) down by one row, zeros on top: what the right stream may not see yet (sec. 3.1)."""
    return F.pad(grid, (0, 0, 1, 0))[..., :-1, :]


def scan(
    context: Tensor,
    from_context: Tensor,
    from_state: Tensor,
    constant: Tensor,
    heads: Tensor,
    mask: Tensor | None = None,
) -> Tensor:
    """Run both streams and read what f_l and f_r say of their states, but for their biases (Eqs. 5 to 8).

    The right stream runs on the mirrored map and its states are mirrored back, then shifted down by one row. Since
    f_r is linear it is read first and shifted afterwards.

    Args:
        context: X^c, (B, F, H, W), what both streams read.
        from_context: K^x of each stream, (2, 4t, F).
        from_state: K^h of each stream, (2, 4t, 2t), as in :func:`stream`.
        constant: Of each stream, (2, 4t, B) or (2, 4t, 1), as in :func:`stream`.
        heads: f_l and f_r, (2, R, t).
        mask: True where a cell is real, (B, H, W).

    Returns:
        (2, B, R, H, W).
    """
    mirrored = None if mask is None else mask.flip(-1)
    left = stream(context, from_context[0], from_state[0], constant[0], mask)
    right = stream(context.flip(-1), from_context[1], from_state[1], constant[1], mirrored).flip(-1)
    read = torch.einsum("srt,sbthw->sbrhw", heads, torch.stack([left, right]))
    return torch.stack([read[0], shift_down(read[1])])


def deviation(raw: Tensor) -> Tensor:
    """Make a standard deviation of any number: softplus, and a little more (the paper does not say how)."""
    return F.softplus(raw) + LEAST_DEVIATION


def product_of_gaussians(left: tuple[Tensor, Tensor], right: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor]:
    """Combine two estimates as if they were independent (sec. 3.2, ARNN_ind): mean and deviation of their product.

    mean = (m_l s_r^2 + m_r s_l^2) / (s_l^2 + s_r^2), deviation^2 = s_l^2 s_r^2 / (s_l^2 + s_r^2).

    Args:
        left: Means and deviations.
        right: The other's.
    """
    (mean_l, deviation_l), (mean_r, deviation_r) = left, right
    share = deviation_r.square() / (deviation_l.square() + deviation_r.square())  # of the left mean
    return mean_l * share + mean_r * (1 - share), deviation_l * share.sqrt()


def learned_combination(
    left: tuple[Tensor, Tensor], right: tuple[Tensor, Tensor], weight: Tensor, bias: Tensor
) -> tuple[Tensor, Tensor]:
    """Combine two estimates by one linear layer at every cell (Eq. 10).

    Args:
        left: Means and deviations (B, M, H, W).
        right: The other's.
        weight: Of each map, from (mean_l, deviation_l, mean_r, deviation_r) to (mean, raw deviation), (M, 2, 4).
        bias: (M, 2).
    """
    given = torch.stack([*left, *right], -1)  # (B, M, H, W, 4)
    mean, raw = (torch.einsum("bmhwi,moi->bmhwo", given, weight) + bias[:, None, None]).unbind(-1)
    return mean, deviation(raw)


def blocks(size: int, gamma: int) -> int:
    """Count the blocks of gamma cells that cover ``size`` cells; the last may reach beyond the edge."""
    return -(-size // gamma)

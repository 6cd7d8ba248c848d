"""A 2-D Grid LSTM over the places of a grid: each knows what is above it and what is on its left.

Source: Kalchbrenner et al. (2015), Grid Long Short-Term Memory. Osman and Samek (2018), section 4.4, only suggest it
for a unit, where one dimension may limit several glimpses: an extension, with no number printed anywhere.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from scanpath.attention.checks import check_call, check_positive
from scanpath.errors import ConfigError, ShapeError
from scanpath.ops import clean
from scanpath_drau import ops


class GridLSTM(nn.Module):
    """h'_d, m'_d = LSTM([x_ij; h_1; h_2], m_d; W_d); h_1 and m_1 are those of (i, j-1), h_2 and m_2 of (i-1, j).

    It has as many parameters as an LSTM of the same widths. Cells of one diagonal are computed together, so that a grid
    takes H + W - 1 steps in place of H * W. A masked cell is stepped over: it hands on what reaches it.

    Args:
        input_dim: E.
        hidden_dim: H, the width of both dimensions' states side by side; even.
    """

    def __init__(self, *, input_dim: int, hidden_dim: int) -> None:
        super().__init__()
        check_positive("a Grid LSTM", input_dim=input_dim, hidden_dim=hidden_dim)
        if hidden_dim % 2:
            raise ConfigError(
                f"a Grid LSTM got hidden_dim={hidden_dim}, expected an even number: half is for the rows, half for the "
                "columns."
            )
        self.from_input = nn.Parameter(torch.empty(4 * hidden_dim, input_dim))
        self.from_state = nn.Parameter(torch.empty(4 * hidden_dim, hidden_dim))
        self.bias = nn.Parameter(torch.zeros(4 * hidden_dim))
        bound = hidden_dim**-0.5
        for weight in (self.from_input, self.from_state):
            nn.init.uniform_(weight, -bound, bound)

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        """Read a grid (B, H, W, E) with a mask (B, H, W): the states of each cell (B, H, W, hidden_dim), 0 if masked.

        Raises:
            ShapeError: Boxes in place of a grid, another width, or a mask of another grid.
        """
        if x.dim() != 4:
            raise ShapeError(
                f"GridLSTM got {tuple(x.shape)}, expected a grid (B, H, W, {self.from_input.shape[1]}): boxes have no "
                "rows; take recurrence='lstm' for them."
            )
        check_call(self, x, None, mask, region_dim=self.from_input.shape[1])
        batch, height, width, _ = x.shape
        rows = torch.arange(height, device=x.device)  # (H,)
        steps = torch.arange(height + width - 1, device=x.device).unsqueeze(1)  # (N, 1)
        columns = steps - rows  # (N, H): of diagonal n, the column of its cell in each row
        real = ((columns >= 0) & (columns < width)).expand(batch, -1, -1)  # (B, N, H)
        columns = columns.clamp(0, width - 1)
        if mask is not None:
            real = real & mask[:, rows, columns]
        arriving = F.linear(clean(x, mask), self.from_input, self.bias)  # (B, H, W, 4 h)
        states = self._sweep(arriving[:, rows, columns], real.unsqueeze(-1))  # (B, N, H, h)
        across = rows.unsqueeze(1) + torch.arange(width, device=x.device)  # (H, W): the diagonal of each cell
        return clean(states[:, across, rows.unsqueeze(1)], mask)

    def _sweep(self, arriving: Tensor, real: Tensor) -> Tensor:
        """Run over diagonals, (B, N, H, 4 h) and (B, N, H, 1): (B, N, H, h)."""
        half = self.from_state.shape[1] // 2
        dtype = torch.promote_types(arriving.dtype, torch.float32)
        along_row, row_memory, down, down_memory = arriving.new_zeros(
            (4, len(arriving), arriving.shape[2], half), dtype=dtype
        )
        found = []
        for entering, here in zip(arriving.unbind(1), real.unbind(1), strict=True):
            # what comes from above was in the row above one diagonal before
            above, above_memory = _one_row_on(down), _one_row_on(down_memory)
            gates = entering + F.linear(torch.cat([along_row, above], -1), self.from_state)
            of_row, of_column = gates.chunk(2, -1)  # (B, H, 2 h) each: four gates of half the width
            stepped = ops.grid_lstm_cell(of_row, row_memory) + ops.grid_lstm_cell(of_column, above_memory)
            before = along_row, row_memory, above, above_memory
            along_row, row_memory, down, down_memory = (
                torch.where(here, new, old) for new, old in zip(stepped, before, strict=True)
            )
            found.append(torch.cat([along_row, down], -1))
        return torch.stack(found, 1)


def _one_row_on(states: Tensor) -> Tensor:
    """Hand each row's state (B, H, h) to the row below; nothing reaches the first."""
    return F.pad(states[:, :-1], (0, 0, 1, 0))

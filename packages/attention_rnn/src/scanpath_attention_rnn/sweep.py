"""Both streams of AttentionRNN in one sweep over the diagonals, with a backward through time by hand.

It is ``ops.scan`` on any device, forward and backward, and what makes it faster:

* only cells that exist are computed, where a skewed map is half empty;
* both streams and all samples share each product, of K^x, K^h and the bias at once;
* features lie channels first with the samples innermost, (C, H * W, B): a gate is a contiguous block, the state of the
  row above is the same memory one row further up, and a diagonal is read with a stride, never gathered;
* beside X^c the backward pass is left gates and memories alone, and makes everything else of them again; where nobody
  goes backward, those of two diagonals are all that lives at a time.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from scanpath_attention_rnn.diagonals import Diagonal, diagonals

SIDES = 2
"""S, the streams: left and right."""


class Kept(NamedTuple):
    """What the forward pass leaves for the backward pass; each tensor is flat, diagonal behind diagonal."""

    gates: Tensor
    """o, f, i, g behind their non-linearity: of each diagonal (2, 4t, cells * B)."""
    memories: Tensor
    """c: of each diagonal (2, t, cells * B)."""


class Shape(NamedTuple):
    """Sizes of a sweep."""

    features: int
    """F."""
    hidden: int
    """t."""
    rows: int
    columns: int
    batch: int
    keep: bool = True
    """Whether what a diagonal leaves is kept, or its place is taken by the one after the next."""

    @property
    def diagonals(self) -> tuple[Diagonal, ...]:
        """The diagonals of the map."""
        return diagonals(self.rows, self.columns)

    @property
    def longest(self) -> int:
        """Columns of the longest diagonal's products."""
        return min(self.rows, self.columns) * self.batch

    def allocate(self, like: Tensor) -> Kept:
        """Allocate what the forward pass writes into."""
        columns = self.rows * self.columns * self.batch if self.keep else 2 * self.longest
        return Kept(*(like.new_empty(SIDES * width * columns) for width in (4 * self.hidden, self.hidden)))

    def part(self, flat: Tensor, diagonal: Diagonal, width: int) -> Tensor:
        """Return a diagonal's part of a flat tensor, (2, width, cells * B)."""
        start = diagonal.start * self.batch if self.keep else diagonal.number % 2 * self.longest
        count = diagonal.cells * self.batch
        return flat[SIDES * width * start : SIDES * width * (start + count)].view(SIDES, width, count)

    def along(self, diagonal: Diagonal, grid: Tensor) -> tuple[Tensor, Tensor]:
        """Look at a diagonal's cells of a contiguous map (C, H * W, B), as each stream sees it: (C, cells, B) twice."""
        per_channel, count, start = grid.stride(0), diagonal.cells, grid.storage_offset()
        size, batch = (grid.shape[0], count, self.batch), self.batch
        left = grid.as_strided(size, (per_channel, (self.columns - 1) * batch, 1), start + diagonal.left * batch)
        right = grid.as_strided(size, (per_channel, (self.columns + 1) * batch, 1), start + diagonal.right * batch)
        return left, right


class Inputs:
    """What the product of a diagonal reads, (2, F + 2t + 1, H + 1, B): features, state beside, state above, ones.

    A state is written where the next diagonal reads it: in its own row for the cell beside, one row further down for
    the cell below. Rows that no cell was written to are those beyond the edge, and 0.
    """

    def __init__(self, shape: Shape, like: Tensor) -> None:
        width = shape.features + 2 * shape.hidden + 1
        self.shape = shape
        self.stacked = like.new_zeros(SIDES, width, shape.rows + 1, shape.batch)
        self.stacked[:, -1] = 1
        self.features = self.stacked[:, : shape.features]
        self.beside = self.stacked[:, shape.features : shape.features + shape.hidden]
        self.above = self.stacked[:, shape.features + shape.hidden : -1]

    def read(self, diagonal: Diagonal, context: Tensor) -> Tensor:
        """Put a diagonal's features beside the states: (2, F + 2t + 1, cells * B)."""
        for side, seen in enumerate(self.shape.along(diagonal, context)):
            self.features[side, :, diagonal.first : diagonal.end] = seen
        return self.stacked[:, :, diagonal.first : diagonal.end].flatten(2)

    def write(self, diagonal: Diagonal, gate: Tensor, squashed: Tensor) -> Tensor:
        """Write h = o . tanh(c) of a diagonal, and return it, (2, t, cells * B)."""
        rows = self.beside[:, :, diagonal.first : diagonal.end]
        states = rows.flatten(2)
        torch.mul(gate, squashed, out=states)
        self.above[:, :, diagonal.first + 1 : diagonal.end + 1] = rows
        return states

    def forget(self, diagonal: Diagonal, before: Diagonal | None) -> None:
        """Empty what lies beyond the edge for a diagonal, where a later one has written, when going backwards."""
        if before is None or diagonal.end > before.end:
            self.beside[:, :, diagonal.end - 1] = 0
        if diagonal.first == 0:
            self.above[:, :, 0] = 0


def forward(
    context: Tensor,
    weights: Tensor,
    heads: Tensor,
    rows: int,
    columns: int,
    constant: Tensor | None = None,
    mask: Tensor | None = None,
    *,
    keep: bool = True,
) -> tuple[Tensor, Kept]:
    """Sweep over a map.

    Args:
        context: X^c, (F, H * W, B), contiguous.
        weights: K^x, K^h and the bias of each stream, (2, 4t, F + 2t + 1).
        heads: f_l and f_r, (2, R, t).
        rows: H.
        columns: W.
        constant: What each sample's cells are pushed by beside the bias, (2, 4t, B); None for nothing.
        mask: 1 where a cell is real and 0 elsewhere, (1, H * W, B).
        keep: Whether somebody goes backward.

    Returns:
        What f_l and f_r read at every cell, (2, R, H * W, B), the right one of its own cell still; and what the
        backward pass needs, empty tensors where there is none.
    """
    t, batch = heads.shape[2], context.shape[2]
    shape = Shape(context.shape[0], t, rows, columns, batch, keep)
    read = context.new_empty(SIDES, heads.shape[1], rows * columns, batch)
    kept = shape.allocate(context)
    inputs, room = Inputs(shape, context), context.new_empty(SIDES * t * shape.longest)
    before: tuple[Diagonal, Tensor] | None = None
    for diagonal in shape.diagonals:
        gates, memory = shape.part(kept.gates, diagonal, 4 * t), shape.part(kept.memories, diagonal, t)
        torch.bmm(weights, inputs.read(diagonal, context), out=gates)
        if constant is not None:
            gates.view(SIDES, 4 * t, -1, batch).add_(constant.unsqueeze(2))
        gates[:, : 3 * t].sigmoid_()
        o, f, i, g = gates.chunk(4, 1)
        torch.mul(i, g.tanh_(), out=memory)
        if before is not None:
            now, past = overlap(diagonal, before[0], batch)
            memory[:, :, :now].addcmul_(f[:, :, :now], before[1][:, :, past:])
        if mask is not None:
            memory.mul_(mask_along(shape, diagonal, mask))
        squashed = torch.tanh(memory, out=room[: memory.numel()].view_as(memory))
        seen = torch.unflatten(torch.bmm(heads, inputs.write(diagonal, o, squashed)), 2, (-1, batch))
        for side in range(SIDES):
            shape.along(diagonal, read[side])[side].copy_(seen[side])
        before = diagonal, memory
    return read, kept if keep else Kept(context.new_empty(0), context.new_empty(0))


def overlap(diagonal: Diagonal, before: Diagonal, batch: int) -> tuple[int, int]:
    """Tell which cells have one beside them: the first so many columns, and where its columns begin."""
    return (before.end - diagonal.first) * batch, (diagonal.first - before.first) * batch


def mask_along(shape: Shape, diagonal: Diagonal, mask: Tensor) -> Tensor:
    """Return a diagonal's part of a mask (1, H * W, B), as each stream sees it: (2, 1, cells * B)."""
    return torch.stack(shape.along(diagonal, mask)).flatten(2)

# ruff: noqa: ANN001, ANN201, ANN202, N803 - what is jitted is in Triton's language, whose types are the launch's
# mypy: ignore-errors
"""The sweep as one Triton kernel a direction of time: a program for each sample and stream, memories kept on chip.

Not measured on a GPU yet, so nothing takes it unasked (``kernel="triton"``); tests run it in Triton's interpreter.
A diagonal's states are read from where the one before wrote them, so programs wait at a barrier between diagonals,
and only for themselves. Two things are known to be left on the table: there are 2 B programs, 64 of a batch of 32 where
a large GPU has twice as many processors; and each works on all rows of a map, of which a diagonal has half on average.
Importing this module imports Triton.
"""

from __future__ import annotations

import triton
import triton.language as tl

LEAST = 16
"""What the hardware multiplies at least: smaller maps and states are filled up to it."""
LARGEST_HIDDEN = 32
"""Eight tiles of K^h have room in the shared memory of a small GPU up to here; twice that wants 143 KB and more."""
LARGEST_ROWS = 128


@triton.jit
def _tanh(x):
    return 2 * tl.sigmoid(2 * x) - 1


@triton.jit
def _tile(weights, gate, part, units, hidden):
    """Load what one gate reads of one neighbour, (t, t), from K^h (4t, 2t): rows are what is read."""
    from_unit, to_unit = units[:, None], units[None, :]
    known = (from_unit < hidden) & (to_unit < hidden)
    return tl.load(weights + (gate * hidden + to_unit) * (2 * hidden) + part * hidden + from_unit, known, 0.0)


@triton.jit
def _place(row, column, columns, side):
    """Give the raster index of a cell, whose column the right stream counts from the other end."""
    return row * columns + tl.where(side == 0, column, columns - 1 - column)


@triton.jit
def _both(beside, above, tile_beside, tile_above):
    found = tl.dot(beside, tile_beside, input_precision="ieee")
    return tl.dot(above, tile_above, found, input_precision="ieee")


@triton.jit
def forward_kernel(
    pushed, weights, mask, gates, memories, states, rows, columns, hidden,
    HAS_MASK: tl.constexpr, KEEP: tl.constexpr, ROWS: tl.constexpr, UNITS: tl.constexpr,
):  # fmt: skip
    """From what cells are pushed by (2, B, H * W, 4t) to gates, memories and states (2, B, H * W, t); grid (B, 2).

    Without ``KEEP`` gates and memories are not written.
    """
    sample, side, batch = tl.program_id(0), tl.program_id(1), tl.num_programs(0)
    first = (side * batch + sample).to(tl.int64) * rows * columns
    pushed, gates = pushed + first * 4 * hidden, gates + first * 4 * hidden
    memories, states = memories + first * hidden, states + first * hidden
    weights += side * 8 * hidden * hidden
    units, row = tl.arange(0, UNITS), tl.arange(0, ROWS)
    of_unit = units[None, :] < hidden
    o_beside, o_above = _tile(weights, 0, 0, units, hidden), _tile(weights, 0, 1, units, hidden)
    f_beside, f_above = _tile(weights, 1, 0, units, hidden), _tile(weights, 1, 1, units, hidden)
    i_beside, i_above = _tile(weights, 2, 0, units, hidden), _tile(weights, 2, 1, units, hidden)
    g_beside, g_above = _tile(weights, 3, 0, units, hidden), _tile(weights, 3, 1, units, hidden)
    memory = tl.zeros((ROWS, UNITS), tl.float32)
    for number in range(rows + columns - 1):
        column = number - row
        inside = (row < rows) & (column >= 0) & (column < columns)
        cell = _place(row, column, columns, side)
        known = inside[:, None] & of_unit
        left = _place(row, column - 1, columns, side)[:, None] * hidden + units[None, :]
        up = _place(row - 1, column, columns, side)[:, None] * hidden + units[None, :]
        beside = tl.load(states + left, known & (column > 0)[:, None], 0.0)
        above = tl.load(states + up, known & (row > 0)[:, None], 0.0)
        at = cell[:, None] * (4 * hidden) + units[None, :]
        o = tl.sigmoid(tl.load(pushed + at, known, 0.0) + _both(beside, above, o_beside, o_above))
        f = tl.sigmoid(tl.load(pushed + at + hidden, known, 0.0) + _both(beside, above, f_beside, f_above))
        i = tl.sigmoid(tl.load(pushed + at + 2 * hidden, known, 0.0) + _both(beside, above, i_beside, i_above))
        g = _tanh(tl.load(pushed + at + 3 * hidden, known, 0.0) + _both(beside, above, g_beside, g_above))
        real = inside
        if HAS_MASK:
            real = real & (tl.load(mask + sample.to(tl.int64) * rows * columns + cell, inside, 0) != 0)
        memory = tl.where(real[:, None], f * memory + i * g, 0.0)
        here = cell[:, None] * hidden + units[None, :]
        if KEEP:
            tl.store(gates + at, o, known)
            tl.store(gates + at + hidden, f, known)
            tl.store(gates + at + 2 * hidden, i, known)
            tl.store(gates + at + 3 * hidden, g, known)
            tl.store(memories + here, memory, known)
        tl.store(states + here, o * _tanh(memory), known)
        tl.debug_barrier()  # states are written for all threads, and none is read ahead of that


@triton.jit
def _to_neighbour(o, f, i, g, tile_o, tile_f, tile_i, tile_g):
    """Multiply the gradients of four gates (rows, t) with the transposed tiles of one neighbour."""
    found = tl.dot(o, tl.trans(tile_o), input_precision="ieee")
    found = tl.dot(f, tl.trans(tile_f), found, input_precision="ieee")
    found = tl.dot(i, tl.trans(tile_i), found, input_precision="ieee")
    return tl.dot(g, tl.trans(tile_g), found, input_precision="ieee")


@triton.jit
def backward_kernel(
    gradient, weights, mask, gates, memories, found, handed_up, rows, columns, hidden,
    HAS_MASK: tl.constexpr, ROWS: tl.constexpr, UNITS: tl.constexpr,
):  # fmt: skip
    """From the gradient of the states (2, B, H * W, t) to that of what cells were pushed by, in ``found``.

    ``handed_up`` (2, B, H * W, t) is room for what each cell hands to the one above it; what it hands to the one beside
    it stays on chip, in the same row.
    """
    sample, side, batch = tl.program_id(0), tl.program_id(1), tl.num_programs(0)
    first = (side * batch + sample).to(tl.int64) * rows * columns
    gates, found = gates + first * 4 * hidden, found + first * 4 * hidden
    memories, gradient, handed_up = memories + first * hidden, gradient + first * hidden, handed_up + first * hidden
    weights += side * 8 * hidden * hidden
    units, row = tl.arange(0, UNITS), tl.arange(0, ROWS)
    of_unit = units[None, :] < hidden
    o_beside, o_above = _tile(weights, 0, 0, units, hidden), _tile(weights, 0, 1, units, hidden)
    f_beside, f_above = _tile(weights, 1, 0, units, hidden), _tile(weights, 1, 1, units, hidden)
    i_beside, i_above = _tile(weights, 2, 0, units, hidden), _tile(weights, 2, 1, units, hidden)
    g_beside, g_above = _tile(weights, 3, 0, units, hidden), _tile(weights, 3, 1, units, hidden)
    handed_memory = tl.zeros((ROWS, UNITS), tl.float32)
    handed_back = tl.zeros((ROWS, UNITS), tl.float32)
    for step in range(rows + columns - 1):
        column = rows + columns - 2 - step - row
        inside = (row < rows) & (column >= 0) & (column < columns)
        cell = _place(row, column, columns, side)
        known = inside[:, None] & of_unit
        here = cell[:, None] * hidden + units[None, :]
        at = cell[:, None] * (4 * hidden) + units[None, :]
        below = _place(row + 1, column, columns, side)[:, None] * hidden + units[None, :]
        state = tl.load(gradient + here, known, 0.0) + handed_back
        state += tl.load(handed_up + below, known & (row + 1 < rows)[:, None], 0.0)
        o, f = tl.load(gates + at, known, 0.0), tl.load(gates + at + hidden, known, 0.0)
        i, g = tl.load(gates + at + 2 * hidden, known, 0.0), tl.load(gates + at + 3 * hidden, known, 0.0)
        squashed = _tanh(tl.load(memories + here, known, 0.0))
        left = _place(row, column - 1, columns, side)[:, None] * hidden + units[None, :]
        before = tl.load(memories + left, known & (column > 0)[:, None], 0.0)
        real = inside
        if HAS_MASK:
            real = real & (tl.load(mask + sample.to(tl.int64) * rows * columns + cell, inside, 0) != 0)
        memory = tl.where(real[:, None], state * o * (1 - squashed * squashed) + handed_memory, 0.0)
        of_o, of_f = state * squashed * o * (1 - o), memory * before * f * (1 - f)
        of_i, of_g = memory * g * i * (1 - i), memory * i * (1 - g * g)
        tl.store(found + at, of_o, known)
        tl.store(found + at + hidden, of_f, known)
        tl.store(found + at + 2 * hidden, of_i, known)
        tl.store(found + at + 3 * hidden, of_g, known)
        handed_memory = memory * f
        handed_back = _to_neighbour(of_o, of_f, of_i, of_g, o_beside, f_beside, i_beside, g_beside)
        to_above = _to_neighbour(of_o, of_f, of_i, of_g, o_above, f_above, i_above, g_above)
        tl.store(handed_up + here, to_above, known)
        tl.debug_barrier()

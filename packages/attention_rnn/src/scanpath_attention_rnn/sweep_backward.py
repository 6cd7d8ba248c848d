"""The backward pass of :mod:`scanpath_attention_rnn.sweep`: through time by hand, last diagonal first."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from scanpath_attention_rnn.diagonals import Diagonal
from scanpath_attention_rnn.sweep import SIDES, Inputs, Kept, Shape, beside, real

_through_sigmoid = torch.ops.aten.sigmoid_backward.grad_input
_through_tanh = torch.ops.aten.tanh_backward.grad_input


class Gradients(NamedTuple):
    """Of the arguments of :func:`scanpath_attention_rnn.sweep.forward`, in their shapes."""

    context: Tensor
    weights: Tensor
    heads: Tensor
    constant: Tensor | None


class Step(NamedTuple):
    """One diagonal as the forward pass left it; n = cells * B."""

    diagonal: Diagonal
    gates: Tensor
    """(2, 4t, n)."""
    memory: Tensor
    """c, (2, t, n)."""
    squashed: Tensor
    """tanh(c), (2, t, n)."""


class Later(NamedTuple):
    """What a diagonal hands back to the one before it."""

    diagonal: Diagonal
    inputs: Tensor
    """Gradient of what its product read, (2, F + 2t, n)."""
    memory: Tensor
    """Gradient of its memory, (2, t, n)."""
    forget: Tensor
    """Its gate f, (2, t, n)."""


class Rooms:
    """Memory that each diagonal uses again, so that it stays in a processor's cache."""

    def __init__(self, shape: Shape, like: Tensor) -> None:
        def room(width: int) -> Tensor:
            return like.new_empty(SIDES * width * shape.longest)

        t = shape.hidden
        self.states, self.pushed, self.inputs = room(t), room(4 * t), room(shape.features + 2 * t)
        self.memories, self.squashed = (room(t), room(t)), (room(t), room(t))
        """In turn, since a diagonal needs its neighbour's too."""


def take(room: Tensor, width: int, columns: int) -> Tensor:
    """Return the beginning of a room as (2, width, columns)."""
    return room[: SIDES * width * columns].view(SIDES, width, columns)


def backward(
    gradient: Tensor,
    context: Tensor,
    weights: Tensor,
    heads: Tensor,
    kept: Kept,
    rows: int,
    columns: int,
    *,
    has_constant: bool = False,
    mask: Tensor | None = None,
) -> Gradients:
    """Go back through a sweep.

    Args:
        gradient: Of what the heads read, (2, R, H * W, B).
        context: As in the forward pass, like all that follows.
        weights: (2, 4t, F + 2t + 1).
        heads: (2, R, t).
        kept: What the forward pass left.
        rows: H.
        columns: W.
        has_constant: Whether the cells were pushed by more than the bias.
        mask: (1, H * W, B).
    """
    t, batch = heads.shape[2], context.shape[2]
    shape = Shape(context.shape[0], t, rows, columns, batch)
    pushed_alike = context.new_zeros(SIDES, 4 * t, batch) if has_constant else None
    zeros = torch.zeros_like
    found = Gradients(zeros(context), zeros(weights), zeros(heads), pushed_alike)
    gradient, inputs, rooms = gradient.contiguous(), Inputs(shape, context), Rooms(shape, context)
    back = weights[:, :, :-1].transpose(1, 2).contiguous()  # nobody asks for the gradient of the ones
    up = heads.transpose(1, 2).contiguous()
    steps = [*shape.diagonals]
    now, later = _left(shape, kept, steps.pop(), rooms), None
    states = inputs.write(now.diagonal, now.gates[:, :t], now.squashed)
    while True:
        seen = torch.stack([shape.on(now.diagonal, one)[side] for side, one in enumerate(gradient)]).flatten(2)
        state = torch.bmm(up, seen, out=take(rooms.states, t, seen.shape[2]))
        _accumulate(found.heads, seen, states)
        if later is not None:
            _from_later(state, later, now.diagonal, shape)
        before = _left(shape, kept, steps.pop(), rooms) if steps else None
        room = rooms.memories[now.diagonal.number % 2]
        memory = _through_output(state, now, later, take(rooms.pushed, 4 * t, seen.shape[2]), room, batch)
        if mask is not None:
            memory.mul_(real(shape, now.diagonal, mask))
        pushed = _through_gates(memory, now, before, take(rooms.pushed, 4 * t, seen.shape[2]), batch)
        if before is not None:
            states = inputs.write(before.diagonal, before.gates[:, :t], before.squashed)
        inputs.forget(now.diagonal, before and before.diagonal)
        _accumulate(found.weights, pushed, inputs.read(now.diagonal, context))
        if found.constant is not None:
            found.constant.add_(torch.unflatten(pushed, 2, (-1, batch)).sum(2))
        given = torch.bmm(back, pushed, out=take(rooms.inputs, back.shape[1], seen.shape[2]))
        for side, one in enumerate(shape.on(now.diagonal, found.context)):
            one.add_(torch.unflatten(given[side, : shape.features], 1, (-1, batch)))
        if before is None:
            return found
        later, now = Later(now.diagonal, given, memory, now.gates[:, t : 2 * t]), before


def _accumulate(total: Tensor, left: Tensor, right: Tensor) -> None:
    """Add left @ right^T of both sides to ``total``."""
    torch.baddbmm(total, left, right.transpose(1, 2), out=total)


def _left(shape: Shape, kept: Kept, diagonal: Diagonal, rooms: Rooms) -> Step:
    """Find what the forward pass left of a diagonal."""
    memory = shape.block(kept.memories, diagonal, shape.hidden)
    squashed = take(rooms.squashed[diagonal.number % 2], shape.hidden, memory.shape[2])
    gates = shape.block(kept.gates, diagonal, 4 * shape.hidden)
    return Step(diagonal, gates, memory, torch.tanh(memory, out=squashed))


def _from_later(state: Tensor, later: Later, diagonal: Diagonal, shape: Shape) -> None:
    """Add to the gradient of a diagonal's states what the next one read of them: beside each cell, and above it."""
    t, batch = shape.hidden, shape.batch
    of_beside, of_above = later.inputs[:, -2 * t : -t], later.inputs[:, -t:]
    count, start = beside(later.diagonal, diagonal, batch)
    state[:, :, start:].add_(of_beside[:, :, :count])
    of_above = of_above[:, :, batch if later.diagonal.first == 0 else 0 :]  # the first row has none above
    count = min(state.shape[2], of_above.shape[2])
    state[:, :, :count].add_(of_above[:, :, :count])


def _through_output(state: Tensor, now: Step, later: Later | None, pushed: Tensor, room: Tensor, batch: int) -> Tensor:
    """From the gradient of h = o . tanh(c) to those of o, which is put into ``pushed``, and of c."""
    t = state.shape[1]
    torch.mul(state, now.squashed, out=pushed[:, :t])
    memory = torch.mul(state, now.gates[:, :t], out=take(room, t, state.shape[2]))
    _through_tanh(memory, now.squashed, grad_input=memory)
    if later is not None:
        count, start = beside(later.diagonal, now.diagonal, batch)
        memory[:, :, start:].addcmul_(later.memory[:, :, :count], later.forget[:, :, :count])
    return memory


def _through_gates(memory: Tensor, now: Step, before: Step | None, pushed: Tensor, batch: int) -> Tensor:
    """From the gradient of c = f . c' + i . g, and that of o, to those before the gates' non-linearity."""
    t = memory.shape[1]
    _, f, i, g = pushed.chunk(4, 1)
    count = 0
    if before is not None:
        count, start = beside(now.diagonal, before.diagonal, batch)
        torch.mul(memory[:, :, :count], before.memory[:, :, start:], out=f[:, :, :count])
    if count < f.shape[2]:
        f[:, :, count:] = 0
    _, _, i_gate, g_gate = now.gates.chunk(4, 1)
    torch.mul(memory, g_gate, out=i)
    torch.mul(memory, i_gate, out=g)
    _through_sigmoid(pushed[:, : 3 * t], now.gates[:, : 3 * t], grad_input=pushed[:, : 3 * t])
    _through_tanh(g, g_gate, grad_input=g)
    return pushed

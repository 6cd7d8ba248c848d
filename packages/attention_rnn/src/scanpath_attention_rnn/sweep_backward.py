"""The backward pass of :mod:`scanpath_attention_rnn.sweep`: through time by hand, last diagonal first.

A name that begins with ``of_`` is the gradient of what it names.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from scanpath_attention_rnn.diagonals import Diagonal
from scanpath_attention_rnn.sweep import SIDES, Inputs, Kept, Shape, mask_along, overlap

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
    of_inputs: Tensor
    """Of what its product read, but for the ones, (2, F + 2t, n)."""
    of_memory: Tensor
    """(2, t, n)."""
    forget: Tensor
    """Its gate f, (2, t, n)."""


class Rooms:
    """Memory that each diagonal uses again, so that it stays in a processor's cache."""

    def __init__(self, shape: Shape, like: Tensor) -> None:
        def room(width: int) -> Tensor:
            return like.new_empty(SIDES * width * shape.longest)

        t = shape.hidden
        self.of_states, self.of_gates, self.of_inputs = room(t), room(4 * t), room(shape.features + 2 * t)
        self.of_memories, self.squashed = (room(t), room(t)), (room(t), room(t))
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
    shape = Shape(context.shape[0], heads.shape[2], rows, columns, context.shape[2])
    of_constant = context.new_zeros(SIDES, 4 * shape.hidden, shape.batch) if has_constant else None
    found = Gradients(torch.zeros_like(context), torch.zeros_like(weights), torch.zeros_like(heads), of_constant)
    gradient, inputs, rooms = gradient.contiguous(), Inputs(shape, context), Rooms(shape, context)
    to_inputs = weights[:, :, :-1].transpose(1, 2).contiguous()  # nobody asks for the gradient of the ones
    to_states = heads.transpose(1, 2).contiguous()
    later: Later | None = None
    now = _restored(shape, kept, shape.diagonals[-1], rooms)
    states = inputs.write(now.diagonal, now.gates[:, : shape.hidden], now.squashed)
    for earlier in [*reversed(shape.diagonals[:-1]), None]:
        before = None if earlier is None else _restored(shape, kept, earlier, rooms)
        of_read = torch.stack([shape.along(now.diagonal, one)[side] for side, one in enumerate(gradient)]).flatten(2)
        _accumulate(found.heads, of_read, states)
        of_states = torch.bmm(to_states, of_read, out=take(rooms.of_states, shape.hidden, of_read.shape[2]))
        of_memory, of_gates = _through_cells(of_states, now, before, later, shape, rooms, mask)
        if before is not None:
            states = inputs.write(before.diagonal, before.gates[:, : shape.hidden], before.squashed)
        inputs.forget(now.diagonal, earlier)
        of_inputs = torch.bmm(to_inputs, of_gates, out=take(rooms.of_inputs, to_inputs.shape[1], of_gates.shape[2]))
        _spread(found, of_gates, of_inputs, inputs.read(now.diagonal, context), now.diagonal, shape)
        if before is not None:
            later, now = (
                Later(now.diagonal, of_inputs, of_memory, now.gates[:, shape.hidden : 2 * shape.hidden]),
                before,
            )
    return found


def _restored(shape: Shape, kept: Kept, diagonal: Diagonal, rooms: Rooms) -> Step:
    """Find what the forward pass left of a diagonal, and make what it did not."""
    memory = shape.part(kept.memories, diagonal, shape.hidden)
    squashed = take(rooms.squashed[diagonal.number % 2], shape.hidden, memory.shape[2])
    gates = shape.part(kept.gates, diagonal, 4 * shape.hidden)
    return Step(diagonal, gates, memory, torch.tanh(memory, out=squashed))


def _accumulate(total: Tensor, left: Tensor, right: Tensor) -> None:
    """Add left @ right^T of both sides to ``total``."""
    torch.baddbmm(total, left, right.transpose(1, 2), out=total)


def _spread(
    found: Gradients, of_gates: Tensor, of_inputs: Tensor, inputs: Tensor, diagonal: Diagonal, shape: Shape
) -> None:
    """Add a diagonal's part to the gradients of what its product multiplied: weights, features, and the constant."""
    _accumulate(found.weights, of_gates, inputs)
    if found.constant is not None:
        found.constant.add_(torch.unflatten(of_gates, 2, (-1, shape.batch)).sum(2))
    for side, one in enumerate(shape.along(diagonal, found.context)):
        one.add_(torch.unflatten(of_inputs[side, : shape.features], 1, (-1, shape.batch)))


def _through_cells(
    of_states: Tensor,
    now: Step,
    before: Step | None,
    later: Later | None,
    shape: Shape,
    rooms: Rooms,
    mask: Tensor | None,
) -> tuple[Tensor, Tensor]:
    """Go from what the heads read of a diagonal's states to its memories and to its gates before non-linearities."""
    t, batch, columns = shape.hidden, shape.batch, of_states.shape[2]
    of_gates = take(rooms.of_gates, 4 * t, columns)
    if later is not None:
        _from_later(of_states, later, now.diagonal, shape)
    of_memory = take(rooms.of_memories[now.diagonal.number % 2], t, columns)
    _through_output(of_states, now, later, of_gates, of_memory, batch)
    if mask is not None:
        of_memory.mul_(mask_along(shape, now.diagonal, mask))
    _through_gates(of_memory, now, before, of_gates, batch)
    return of_memory, of_gates


def _from_later(of_states: Tensor, later: Later, diagonal: Diagonal, shape: Shape) -> None:
    """Add what the next diagonal read of these states: beside each of its cells, and above it."""
    t, batch = shape.hidden, shape.batch
    of_beside, of_above = later.of_inputs[:, -2 * t : -t], later.of_inputs[:, -t:]
    count, start = overlap(later.diagonal, diagonal, batch)
    of_states[:, :, start:].add_(of_beside[:, :, :count])
    of_above = of_above[:, :, batch if later.diagonal.first == 0 else 0 :]  # the first row has none above
    count = min(of_states.shape[2], of_above.shape[2])
    of_states[:, :, :count].add_(of_above[:, :, :count])


def _through_output(
    of_states: Tensor, now: Step, later: Later | None, of_gates: Tensor, of_memory: Tensor, batch: int
) -> None:
    """From h = o . tanh(c) to o, put into ``of_gates``, and to c, put into ``of_memory``."""
    t = of_states.shape[1]
    torch.mul(of_states, now.squashed, out=of_gates[:, :t])
    torch.mul(of_states, now.gates[:, :t], out=of_memory)
    _through_tanh(of_memory, now.squashed, grad_input=of_memory)
    if later is not None:
        count, start = overlap(later.diagonal, now.diagonal, batch)
        of_memory[:, :, start:].addcmul_(later.of_memory[:, :, :count], later.forget[:, :, :count])


def _through_gates(of_memory: Tensor, now: Step, before: Step | None, of_gates: Tensor, batch: int) -> None:
    """From c = f . c' + i . g, and from o, to the gates before their non-linearities, in place."""
    t = of_memory.shape[1]
    _, of_f, of_i, of_g = of_gates.chunk(4, 1)
    count = 0
    if before is not None:
        count, start = overlap(now.diagonal, before.diagonal, batch)
        torch.mul(of_memory[:, :, :count], before.memory[:, :, start:], out=of_f[:, :, :count])
    if count < of_f.shape[2]:
        of_f[:, :, count:] = 0
    _, _, i, g = now.gates.chunk(4, 1)
    torch.mul(of_memory, g, out=of_i)
    torch.mul(of_memory, i, out=of_g)
    _through_sigmoid(of_gates[:, : 3 * t], now.gates[:, : 3 * t], grad_input=of_gates[:, : 3 * t])
    _through_tanh(of_g, g, grad_input=of_g)

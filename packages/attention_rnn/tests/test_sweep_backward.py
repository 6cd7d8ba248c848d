"""The backward pass's parts by hand; the whole is tested where it is one operator, in test_scan.py."""

from __future__ import annotations

import torch

from scanpath_attention_rnn import sweep
from scanpath_attention_rnn.sweep_backward import Rooms, backward, take


def test_a_room_is_taken_from_its_beginning():
    room = torch.arange(24.0)
    assert take(room, 2, 3).shape == (2, 2, 3)
    assert take(room, 2, 3).flatten().tolist() == [*range(12)]


def test_rooms_hold_the_longest_diagonal():
    shape = sweep.Shape(features=3, hidden=2, rows=4, columns=7, batch=5)
    rooms = Rooms(shape, torch.zeros(()))
    assert rooms.of_gates.numel() == 2 * 4 * 2 * 4 * 5
    assert rooms.of_inputs.numel() == 2 * (3 + 2 * 2) * 4 * 5
    assert rooms.of_memories[0].data_ptr() != rooms.of_memories[1].data_ptr()


def test_gradients_have_the_shapes_of_what_they_are_of():
    context, weights, heads, constant = (
        torch.randn(3, 6, 5),
        torch.randn(2, 8, 8),
        torch.randn(2, 4, 2),
        torch.randn(2, 8, 5),
    )
    read, kept = sweep.forward(context, weights, heads, 2, 3, constant)
    found = backward(torch.ones_like(read), context, weights, heads, kept, 2, 3, has_constant=True)
    assert [one.shape for one in found] == [one.shape for one in (context, weights, heads, constant)]
    assert backward(torch.ones_like(read), context, weights, heads, kept, 2, 3).constant is None


def test_what_the_forward_pass_kept_is_left_as_it_is():
    context, weights, heads = torch.randn(3, 6, 5), torch.randn(2, 8, 8), torch.randn(2, 4, 2)
    read, kept = sweep.forward(context, weights, heads, 2, 3)
    before = [one.clone() for one in kept]
    gradient = torch.ones_like(read)
    backward(gradient, context, weights, heads, kept, 2, 3)
    assert all(torch.equal(one, other) for one, other in zip(kept, before, strict=True))
    assert gradient.eq(1).all()

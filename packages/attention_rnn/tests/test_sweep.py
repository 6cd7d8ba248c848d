"""The sweep's parts by hand; that it is the plain form is tested where it is one operator, in test_scan.py."""

from __future__ import annotations

import itertools

import torch

from scanpath_attention_rnn.diagonals import diagonals
from scanpath_attention_rnn.sweep import Shape, forward, mask_along, overlap

SHAPE = Shape(features=3, hidden=2, rows=2, columns=3, batch=5)


def grid(*channels):
    return torch.arange(6.0).view(1, 6, 1).expand(*channels, 6, 5).contiguous()


def test_diagonals_are_read_with_a_stride():
    left, right = SHAPE.along(diagonals(2, 3)[1], grid(3))
    assert left[:, :, 0].tolist() == [[1, 3]] * 3
    assert right[:, :, 0].tolist() == [[1, 5]] * 3
    assert left.data_ptr() != grid(3).data_ptr()


def test_a_part_of_a_larger_map_is_read_where_it_begins():
    whole = grid(2, 3)
    left, _ = SHAPE.along(diagonals(2, 3)[1], whole[1])
    left.fill_(-1)
    assert whole[0].eq(grid(3)).all()
    assert whole[1, :, [1, 3]].eq(-1).all()


def test_which_cells_have_one_beside_them():
    spans = diagonals(2, 3)
    assert [overlap(one, before, 5) for before, one in itertools.pairwise(spans)] == [(5, 0), (10, 0), (5, 5)]


def test_a_mask_is_read_as_each_stream_sees_it():
    mask = torch.tensor([1.0, 0, 1, 1, 1, 0]).view(1, 6, 1).expand(1, 6, 5).contiguous()
    found = mask_along(SHAPE, diagonals(2, 3)[1], mask)  # cells 1 and 3 of the left stream, 1 and 5 of the right one
    assert found.view(2, 1, 2, 5)[..., 0].tolist() == [[[0, 1]], [[0, 0]]]


def test_what_is_kept_is_gates_and_memories_of_real_cells_alone():
    context, weights, heads = torch.randn(3, 6, 5), torch.randn(2, 8, 8), torch.randn(2, 4, 2)
    read, kept = forward(context, weights, heads, 2, 3)
    assert read.shape == (2, 4, 6, 5)
    assert kept.gates.numel() == 2 * 8 * 6 * 5
    assert kept.memories.numel() == 2 * 2 * 6 * 5


def test_where_nobody_goes_backward_two_diagonals_take_turns():
    context, weights, heads, constant = (
        torch.randn(3, 35, 2),
        torch.randn(2, 8, 8),
        torch.randn(2, 4, 2),
        torch.randn(2, 8, 2),
    )
    mask = (torch.rand(1, 35, 2) > 0.3).float()
    expected, _ = forward(context, weights, heads, 5, 7, constant, mask)
    read, kept = forward(context, weights, heads, 5, 7, constant, mask, keep=False)
    assert torch.equal(read, expected)
    assert [one.numel() for one in kept] == [0, 0]
    shape = SHAPE._replace(rows=5, columns=7, keep=False)
    assert shape.allocate(context).gates.numel() == 2 * 8 * 2 * 5 * 5
    assert [shape.part(torch.arange(800), one, 8)[0, 0, 0].item() for one in diagonals(5, 7)[:4]] == [0, 400, 0, 400]

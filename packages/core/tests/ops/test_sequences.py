"""Reading orders: real regions first, each direction in its order, and back again."""

from __future__ import annotations

import torch
from hypothesis import given, strategies as st

from scanpath import ops


@given(st.lists(st.booleans(), min_size=1, max_size=13), st.integers(0, 12))
def test_real_ones_come_first_in_both_directions(row, turn):
    mask = torch.tensor([row, row[turn:] + row[:turn], [False] * len(row), [True] * len(row)])
    for order, step in zip(ops.reading_orders(mask), (1, -1), strict=True):
        for places, real in zip(order.tolist(), mask.tolist(), strict=True):
            expected = [i for i, one in enumerate(real) if one][::step]
            assert places[: len(expected)] == expected
            assert sorted(places) == list(range(len(real)))


def test_restored_undoes_reordered(with_gradient):
    regions, mask = torch.randn(3, 7, 5), torch.rand(3, 7) > 0.5
    for order in ops.reading_orders(mask):
        there_and_back = with_gradient(lambda r, o=order: ops.restored(ops.reordered(r, o), o), regions)
        torch.testing.assert_close(there_and_back, with_gradient(lambda r: r, regions))
    row = ops.reordered(regions, torch.tensor([[6, 5, 4, 3, 2, 1, 0]]).expand(3, 7))
    torch.testing.assert_close(row, regions.flip(1))

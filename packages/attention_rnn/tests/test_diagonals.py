"""Diagonals by hand, and that every cell lies on one, its neighbours on the one before."""

import itertools

from hypothesis import given, strategies as st

from scanpath_attention_rnn.diagonals import diagonals

SIDES = st.integers(1, 9)


def places(diagonal, columns):
    """List (row, column) of the left stream's cells, and of the right one's, by the strides that a sweep reads with."""
    left = [divmod(diagonal.left + n * (columns - 1), columns) for n in range(diagonal.cells)]
    right = [divmod(diagonal.right + n * (columns + 1), columns) for n in range(diagonal.cells)]
    return left, right


def test_two_rows_of_three_by_hand():
    found = [places(one, 3) for one in diagonals(2, 3)]
    assert [left for left, _ in found] == [[(0, 0)], [(0, 1), (1, 0)], [(0, 2), (1, 1)], [(1, 2)]]
    assert [right for _, right in found] == [[(0, 2)], [(0, 1), (1, 2)], [(0, 0), (1, 1)], [(1, 0)]]
    assert [(one.number, one.start, one.first, one.end) for one in diagonals(2, 3)] == [
        (0, 0, 0, 1), (1, 1, 0, 2), (2, 3, 0, 2), (3, 5, 1, 2),
    ]  # fmt: skip


@given(SIDES, SIDES)
def test_every_cell_lies_on_one(rows, columns):
    found = diagonals(rows, columns)
    for side in (0, 1):
        cells = [cell for one in found for cell in places(one, columns)[side]]
        assert sorted(cells) == [(row, column) for row in range(rows) for column in range(columns)]
    assert [one.start for one in found] == [sum(one.cells for one in found[:n]) for n in range(len(found))]


@given(SIDES, SIDES)
def test_neighbours_lie_on_the_diagonal_before(rows, columns):
    found = diagonals(rows, columns)
    assert len(found) == rows + columns - 1
    for before, one in itertools.pairwise(found):
        left, right = places(before, columns)
        for (row, column), (same, mirrored) in zip(*places(one, columns), strict=True):
            assert row == same
            assert column == 0 or (row, column - 1) in left
            assert row == 0 or (row - 1, column) in left
            assert mirrored == columns - 1 or (row, mirrored + 1) in right
            assert row == 0 or (row - 1, mirrored) in right

"""The plain form against loops over cells, and the small equations by hand or against torch's own."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given, strategies as st

from scanpath_attention_rnn import ops, reference

SIZES = st.integers(1, 5)


def test_skewing_by_hand():
    grid = torch.arange(1.0, 7).view(1, 1, 2, 3)
    assert ops.skew(grid)[0, 0].tolist() == [[1, 2, 3, 0], [0, 4, 5, 6]]


@given(SIZES, SIZES)
def test_unskewing_undoes_it(rows, columns):
    grid = torch.randn(2, 3, rows, columns)
    assert ops.skew(grid).shape == (2, 3, rows, rows + columns - 1)
    assert torch.equal(ops.unskew(ops.skew(grid), columns), grid)


def test_a_cell_is_that_of_torchs_lstm():
    """Torch orders the gates i, f, g, o."""
    width, lstm = 5, torch.nn.LSTMCell(3, 5).double()
    seen, state, memory = (torch.randn(2, size, dtype=torch.float64) for size in (3, width, width))
    pushed = seen @ lstm.weight_ih.T + lstm.bias_ih + state @ lstm.weight_hh.T + lstm.bias_hh
    i, f, g, o = pushed.chunk(4, 1)
    found = ops.cell(torch.cat([o, f, i, g], 1).unsqueeze(2), memory.unsqueeze(2))
    torch.testing.assert_close([one.squeeze(2) for one in found], list(lstm(seen, (state, memory))))


@pytest.mark.parametrize(("rows", "columns"), [(2, 3), (3, 2), (1, 5), (5, 1), (1, 1)])
@pytest.mark.parametrize("masked", [False, True])
def test_the_plain_form_equals_the_loops(draw, assert_twins, rows, columns, masked):
    given = draw(3, 5, 2, rows, columns, masked=masked)
    leaves = given.leaves()
    assert_twins(ops.scan(*given.plain()), reference.scan(*given.plain()), leaves)


def test_a_row_alone_is_torchs_lstm(draw):
    """On one row nothing lies above: the left stream is an LSTM along it."""
    given = draw(2, 3, 5, 1, 7, asked=False)
    lstm = torch.nn.LSTM(3, 5, batch_first=True).double()

    def reordered(weight):
        o, f, i, g = weight.chunk(4)
        return torch.cat([i, f, g, o])

    with torch.no_grad():
        lstm.weight_ih_l0.copy_(reordered(given.from_context[0]))
        lstm.weight_hh_l0.copy_(reordered(given.from_state[0, :, :5]))
        lstm.bias_ih_l0.copy_(reordered(given.bias[0]))
        lstm.bias_hh_l0.zero_()
    states = lstm(given.context[:, :, 0].transpose(1, 2))[0]  # (B, W, t)
    expected = torch.einsum("rt,bwt->brw", given.heads[0], states)
    torch.testing.assert_close(ops.scan(*given.plain())[0, :, :, 0], expected)


def test_the_right_stream_is_shifted_down():
    assert ops.shift_down(torch.tensor([[1.0, 2], [3, 4]])).tolist() == [[0, 0], [1, 2]]


def test_deviations_are_above_zero():
    raw = torch.tensor([-1000.0, 0, 1000])
    assert ops.deviation(raw).tolist() == pytest.approx([1e-4, math.log(2) + 1e-4, 1000.0001])


def test_the_product_of_gaussians_is_that_of_their_densities():
    (mean_l, deviation_l), (mean_r, deviation_r) = (0.3, 0.7), (-1.1, 1.9)
    left, right = torch.distributions.Normal(mean_l, deviation_l), torch.distributions.Normal(mean_r, deviation_r)
    grid = torch.linspace(-12, 12, 240_001, dtype=torch.float64)
    density = (left.log_prob(grid) + right.log_prob(grid)).exp()
    density /= density.sum()
    mean = (grid * density).sum()
    expected = mean.item(), ((grid - mean).square() * density).sum().sqrt().item()
    tensors = [tuple(torch.tensor(one) for one in pair) for pair in ((mean_l, deviation_l), (mean_r, deviation_r))]
    assert [one.item() for one in ops.product_of_gaussians(*tensors)] == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("learned", [False, True])
def test_combinations_equal_the_loops(learned):
    left, right = (tuple(torch.rand(2, 3, 5, 2, dtype=torch.float64) + 0.1 for _ in range(2)) for _ in range(2))
    weight, bias = torch.randn(3, 2, 4, dtype=torch.float64), torch.randn(3, 2, dtype=torch.float64)
    if learned:
        found = ops.learned_combination(left, right, weight, bias)
        of_maps = [
            reference.learned(*([one[:, m] for one in side] for side in (left, right)), weight[m], bias[m])
            for m in range(3)
        ]
        expected = tuple(torch.stack(parts, 1) for parts in zip(*of_maps, strict=True))
    else:
        found, expected = ops.product_of_gaussians(left, right), reference.independent(left, right)
    torch.testing.assert_close(found, expected)


def test_blocks_by_hand():
    assert [ops.blocks(size, 3) for size in (1, 3, 4, 112)] == [1, 1, 2, 38]

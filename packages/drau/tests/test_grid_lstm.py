"""The Grid LSTM by diagonals against the same cell by cell, and what it knows of the grid."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from scanpath.errors import ConfigError, ShapeError
from scanpath_drau import GridLSTM, reference


def mask_of(height, width):
    mask = torch.rand(3, height, width, generator=torch.Generator().manual_seed(3)) > 0.4
    mask[2] = False
    return mask


@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize(("height", "width"), [(3, 5), (7, 2), (1, 5), (5, 1), (1, 1)])
def test_equals_its_loop(drawn, assert_twins, height, width, masked):
    module = drawn(GridLSTM(input_dim=5, hidden_dim=6))
    mask = mask_of(height, width) if masked else None
    named = dict(module.named_parameters())

    def slow(x):
        real = torch.ones(3, height, width, dtype=torch.bool) if mask is None else mask
        return [torch.stack([reference.grid_lstm(named, *row) for row in zip(x, real, strict=True)])]

    x = torch.randn(3, height, width, 5, dtype=torch.float64)
    assert_twins(lambda x: [module(x, mask)], slow, x, parameters=[*module.parameters()])


def test_a_single_row_whose_columns_are_mute_is_torchs_lstm(drawn):
    """Without weights from and to the columns' half, what runs along a row is an LSTM."""
    lstm = nn.LSTM(5, 3, batch_first=True).double()
    module = drawn(GridLSTM(input_dim=5, hidden_dim=6))
    with torch.no_grad():
        module.from_state.zero_()
        module.from_state[:12, :3] = lstm.weight_hh_l0
        module.from_input[:12] = lstm.weight_ih_l0
        module.bias[:12] = lstm.bias_ih_l0 + lstm.bias_hh_l0
    x = torch.randn(2, 7, 11, 5, dtype=torch.float64)
    rows, _ = lstm(x.flatten(0, 1))
    torch.testing.assert_close(module(x)[..., :3], rows.view(2, 7, 11, 3))


def test_a_cell_knows_what_is_above_and_on_its_left_alone(drawn):
    module = drawn(GridLSTM(input_dim=5, hidden_dim=6))
    x = torch.randn(1, 5, 7, 5, dtype=torch.float64, requires_grad=True)
    module(x)[0, 2, 3].sum().backward()
    reached = x.grad[0].abs().sum(-1) > 0
    assert reached[:3, :4].all()
    assert reached.sum() == 12


def test_it_has_the_parameters_of_an_lstm():
    """But for the second bias, which torch keeps for cuDNN."""
    lstm = nn.LSTM(13, 22)
    count = sum(one.numel() for one in GridLSTM(input_dim=13, hidden_dim=22).parameters())
    assert count == sum(one.numel() for one in lstm.parameters()) - lstm.bias_hh_l0.numel()


def test_padding_of_a_grid_is_nothing(drawn):
    module = drawn(GridLSTM(input_dim=5, hidden_dim=6))
    x = torch.randn(2, 3, 5, 5, dtype=torch.float64)
    padded = torch.full((2, 5, 7, 5), float("nan"), dtype=torch.float64)
    padded[:, :3, :5] = x
    mask = torch.zeros(2, 5, 7, dtype=torch.bool)
    mask[:, :3, :5] = True
    found = module(padded, mask)
    torch.testing.assert_close(found[:, :3, :5], module(x))
    assert not found[~mask].any()


def test_what_is_refused():
    with pytest.raises(ConfigError, match=r"hidden_dim=7, expected an even number"):
        GridLSTM(input_dim=5, hidden_dim=7)
    with pytest.raises(
        ShapeError, match=r"GridLSTM got \(2, 11, 5\), expected a grid \(B, H, W, 5\): .*take recurrence"
    ):
        GridLSTM(input_dim=5, hidden_dim=6)(torch.zeros(2, 11, 5))
    with pytest.raises(ConfigError, match=r"^a Grid LSTM got input_dim=0, expected a whole number from 1 on\.$"):
        GridLSTM(input_dim=0, hidden_dim=6)
    with pytest.raises(ConfigError, match="a Grid LSTM got hidden_dim=0"):
        GridLSTM(input_dim=5, hidden_dim=0)
    module = GridLSTM(input_dim=5, hidden_dim=6)
    with pytest.raises(ShapeError, match=r"GridLSTM got regions \(2, 3, 7, 11\), expected .*5\)"):
        module(torch.zeros(2, 3, 7, 11))
    with pytest.raises(ShapeError, match=r"GridLSTM got a mask \(2, 3\)"):
        module(torch.zeros(2, 3, 7, 5), torch.ones(2, 3, dtype=torch.bool))

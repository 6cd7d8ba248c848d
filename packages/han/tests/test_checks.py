"""What cannot be built or called is told in one sentence."""

from __future__ import annotations

import pytest
import torch

from scanpath.errors import ConfigError, ShapeError
from scanpath_han.checks import check_above_zero, check_cells, check_sizes, check_switches, is_number


@pytest.mark.parametrize(
    ("value", "expected"), [(3, True), (0.5, True), (True, False), ("0.25", False), (None, False), (1j, False)]
)
def test_a_number_is_no_text_and_no_truth_value(value, expected):
    assert is_number(value) is expected


def test_sizes_are_whole_numbers_from_one_on():
    check_sizes("Hard", k=1, hidden_dim=None)
    for wrong in (True, 0, -3):
        with pytest.raises(ConfigError, match=rf"Hard got k={wrong}, expected a whole number from 1 on"):
            check_sizes("Hard", hidden_dim=7, k=wrong)


@pytest.mark.parametrize("wrong", ["1", True, 0, -0.5, float("nan")])
def test_what_is_measured_lies_above_zero(wrong):
    check_above_zero("Hard", temperature=0.1)
    with pytest.raises(ConfigError, match=r"Hard got temperature=.*, expected a number above 0"):
        check_above_zero("Hard", temperature=wrong)


@pytest.mark.parametrize("wrong", ["no", "grid", 1, None])
def test_a_switch_is_on_or_off(wrong):
    check_switches("Hard", recompute=True, question=False)
    with pytest.raises(ConfigError, match=rf"Hard got question={wrong!r}, expected true or false\."):
        check_switches("Hard", recompute=True, question=wrong)


def test_there_is_a_cell_to_choose_of():
    check_cells("Hard", torch.zeros(2, 1, 5))
    check_cells("Hard", torch.zeros(0, 3, 3, 5))
    with pytest.raises(ShapeError, match=r"Hard got regions \(2, 0, 3, 5\), expected one cell a sample at least"):
        check_cells("Hard", torch.zeros(2, 0, 3, 5))

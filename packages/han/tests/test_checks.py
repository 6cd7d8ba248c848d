"""What cannot be built or called is told in one sentence."""

from __future__ import annotations

import pytest
import torch

from scanpath.errors import ConfigError, ShapeError
from scanpath_han.checks import check_above_zero, check_cells, is_number


@pytest.mark.parametrize(
    ("value", "expected"), [(3, True), (0.5, True), (True, False), ("0.25", False), (None, False), (1j, False)]
)
def test_a_number_is_no_text_and_no_truth_value(value, expected):
    assert is_number(value) is expected


@pytest.mark.parametrize("wrong", ["1", True, 0, -0.5, float("nan")])
def test_what_is_measured_lies_above_zero(wrong):
    check_above_zero("Hard", temperature=0.1)
    with pytest.raises(ConfigError, match=r"Hard got temperature=.*, expected a number above 0"):
        check_above_zero("Hard", temperature=wrong)


def test_there_is_a_cell_to_choose_of():
    check_cells("Hard", torch.zeros(2, 1, 5))
    check_cells("Hard", torch.zeros(0, 3, 3, 5))
    with pytest.raises(ShapeError, match=r"Hard got regions \(2, 0, 3, 5\), expected one cell a sample at least"):
        check_cells("Hard", torch.zeros(2, 0, 3, 5))

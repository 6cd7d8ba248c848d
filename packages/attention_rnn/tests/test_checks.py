"""What cannot be built or called is told in one sentence."""

from __future__ import annotations

import pytest
import torch

from scanpath.errors import ConfigError, ShapeError
from scanpath_attention_rnn.checks import check_factor, check_grid


def test_factors_are_numbers_from_zero_on():
    check_factor("Layer", spread=0, other=2.5)
    for wrong in (True, -0.5, "2", float("nan"), float("inf")):
        with pytest.raises(ConfigError, match=f"Layer got spread={wrong!r}, expected a number from 0 on"):
            check_factor("Layer", spread=wrong)


def test_grids_have_rows_and_columns():
    check_grid("Layer", torch.ones(1, 1, 1, 3))
    for shape in ((2, 7, 3), (2, 0, 4, 3), (2, 4, 0, 3)):
        with pytest.raises(ShapeError, match="expected a grid"):
            check_grid("Layer", torch.ones(shape))

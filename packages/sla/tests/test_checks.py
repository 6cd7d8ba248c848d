"""Each check refuses in one sentence, and lets through what can be."""

from __future__ import annotations

import pytest
import torch

from scanpath.errors import ConfigError, ShapeError
from scanpath_sla import checks


def test_positions_are_k_or_k_and_t():
    assert [checks.regions_of("X", given) for given in (None, 6, (6, 5), [6, 5])] == [None, 6, 6, 6]
    for given in (True, 6.0, "6", (6,), (6, 5, 4), (0, 5), (True, 5)):
        with pytest.raises(ConfigError, match=r"^X got positions"):
            checks.regions_of("X", given)


def test_regions_fit_the_positions():
    checks.check_positions("X", torch.ones(2, 2, 3, 7), 6)
    checks.check_positions("X", torch.ones(2, 5, 7), None)
    with pytest.raises(ShapeError, match="X has a positional bias for 6 regions and got 5: build it with positions=5"):
        checks.check_positions("X", torch.ones(2, 5, 7), 6)


def test_a_kernel_needs_a_grid():
    checks.check_grid("X", torch.ones(2, 5, 7), 1)
    checks.check_grid("X", torch.ones(2, 2, 3, 7), 3)
    with pytest.raises(ShapeError, match=r"X with kernel=3 needs a grid \(B, H, W, D\) and got \(2, 5, 7\)"):
        checks.check_grid("X", torch.ones(2, 5, 7), 3)

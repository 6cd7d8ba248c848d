"""Small sizes that all tests of the bench share."""

from __future__ import annotations

import pytest

from scanpath_han.bench.drawing import Sizes


@pytest.fixture(scope="session")
def small():
    """Two samples of eight narrow cells."""
    return Sizes(batch=2, grid=(2, 4), wide_dim=32, repeats=1)

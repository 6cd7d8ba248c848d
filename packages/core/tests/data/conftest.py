"""One small generated world for all tests of data."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanpath.data.catalogue import make_dataset


@pytest.fixture(scope="session")
def small_world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The root of a data set of 211 training, 53 validation and 61 test pictures."""
    root = tmp_path_factory.mktemp("world")
    make_dataset("scenes", root, images=211, val_images=53, test_images=61, workers=1)
    return root

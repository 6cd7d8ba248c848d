"""One small data set for all tests of Sort-of-CLEVR."""

from __future__ import annotations

import pytest

from scanpath_han.data.sort_of_clevr.dataset import SortOfCLEVR

SIZES = {"images": 211, "val_images": 53, "test_images": 61}


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> SortOfCLEVR:
    """A data set of 211 training, 53 validation and 61 test pictures, made by one process."""
    found = SortOfCLEVR(tmp_path_factory.mktemp("data"))
    found.make(workers=1, **SIZES)
    return found

"""Places of ragged rows against loops."""

from __future__ import annotations

import numpy as np
import pytest

from scanpath.data.ragged import ragged


def test_ragged_places_are_those_of_a_loop() -> None:
    starts = np.asarray([0, 3, 3, 5])
    places, begins = ragged(starts, np.asarray([2, 1, 0, 2]))
    assert places.tolist() == [3, 4, 0, 1, 2, 3, 4]
    assert begins.tolist() == [0, 2, 2, 5, 7]
    with pytest.raises(IndexError):
        ragged(starts, np.asarray([3]))

"""How many cells are kept: rounding, real cells, and what is refused."""

from __future__ import annotations

import pytest
import torch

from scanpath.errors import ConfigError, ShapeError
from scanpath_han.quota import Quota


@pytest.mark.parametrize(
    ("fraction", "cells", "slots"), [(0.16, 100, 16), (0.25, 64, 16), (0.01, 7, 1), (1, 7, 7), (0.5, 5, 2)]
)
def test_a_fraction_is_rounded_and_never_nothing(fraction, cells, slots):
    quota = Quota.checked("Hard", None, fraction)
    assert quota.slots("Hard", cells) == slots
    assert quota.of(torch.ones(1, cells, dtype=torch.bool)).tolist() == [slots]


def test_without_either_it_is_a_quarter():
    assert Quota.checked("Hard", None, None).slots("Hard", 64) == 16


def test_of_the_real_cells():
    mask = torch.arange(11) < torch.tensor([[0], [1], [5], [11]])
    assert Quota.checked("Hard", 4, None).of(mask).tolist() == [0, 1, 4, 4]
    assert Quota.checked("Hard", None, 0.4).of(mask).tolist() == [0, 1, 2, 4]


@pytest.mark.parametrize("fraction", [i / 20 for i in range(1, 21)])
def test_a_sample_never_fills_more_slots_than_there_are(fraction):
    quota = Quota.checked("Hard", None, fraction)
    mask = torch.arange(23) < torch.arange(24).unsqueeze(1)
    assert quota.of(mask).max() == quota.slots("Hard", 23)
    assert (quota.of(mask) <= mask.sum(1)).all()


@pytest.mark.parametrize("fraction", [0, -0.1, 1.01, float("nan")])
def test_a_fraction_outside_is_refused(fraction):
    with pytest.raises(ConfigError, match=r"Hard got fraction=.*expected a number in \(0, 1\]: 0.25 keeps a quarter"):
        Quota.checked("Hard", None, fraction)


def test_impossible_numbers_are_refused():
    with pytest.raises(ConfigError, match=r"Hard got k=3 and fraction=0\.5, expected one of them"):
        Quota.checked("Hard", 3, 0.5)
    with pytest.raises(ConfigError, match="Hard got k=0, expected a whole number from 1 on"):
        Quota.checked("Hard", 0, None)
    with pytest.raises(ShapeError, match="Hard keeps k=12 cells and got 11 a sample: build it with k=11 at most"):
        Quota.checked("Hard", 12, None).slots("Hard", 11)

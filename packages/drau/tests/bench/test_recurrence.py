"""What is compared has one size: the bare recurrence multiplies what the unit multiplies, but for the question."""

from __future__ import annotations

import torch

from scanpath_drau import RVAU
from scanpath_drau.bench.recurrence import BareRecurrence, recurrence


def test_the_bare_recurrence_has_the_units_layers():
    bare, unit = BareRecurrence(6), RVAU(region_dim=6, query_dim=6)
    of_bare = {tuple(one.shape) for one in bare.parameters()}
    of_unit = {tuple(one.shape) for one in unit.parameters()}
    assert of_bare <= of_unit
    asked = {(3, 6), (3,), (1, 2), (1,)}  # W_q and its bias, W_a, slopes
    assert of_unit - of_bare <= asked
    scores, vector = bare(torch.randn(2, 3, 5, 6))
    assert (scores.shape, vector.shape) == ((2, 15, 2), (2, 6))


def test_the_unit_is_asked_to_stay_near():
    group = recurrence(8, device="cpu", batch=2, repeats=1, side=3)
    bare, unit = group.lines
    assert [one.what for one in unit.asked] == ["at most 1.15x the time"]
    assert not bare.asked
    pooled = 2 * 2 * 3 * 9 * 2 * 8  # a sum of regions for each glimpse, once forwards and twice backwards
    asked = 3 * 2 * 2 * 8 * 4  # W_q
    assert unit.cost.flops - bare.cost.flops == pooled + asked

"""What the bench draws: different tensors, and selections that keep what they are asked for."""

from __future__ import annotations

import pytest
import torch

from scanpath_han.bench.drawing import Sizes, adaptive, fixed
from scanpath_han.bench.sweep import FRACTIONS


def test_no_two_draws_are_alike():
    sizes = Sizes(batch=2)
    assert not torch.equal(sizes.draw(3, 5), sizes.draw(3, 5))
    assert torch.equal(sizes.presence, sizes.presence)


@pytest.mark.parametrize("fraction", FRACTIONS)
def test_selections_keep_what_they_are_asked_for(fraction):
    sizes = Sizes(batch=11)
    assert fixed(sizes, 3, fraction).counts == (round(fraction * 64),) * 11
    selection = adaptive(sizes, 3, fraction)
    assert len(selection.cells) == pytest.approx(fraction * 11 * 64, abs=11)
    assert fraction == 1 or len(set(selection.counts)) > 1
    assert selection.cells.is_leaf

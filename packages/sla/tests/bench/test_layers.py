"""What the pathway costs beside plain layers is asked of the right line, and adds what the formula says."""

from __future__ import annotations

import pytest

from scanpath_sla.bench.layers import HIDDEN, LAYERS, QUERY, WIDTH, layers


@pytest.fixture(scope="module")
def group():
    return layers(device="cpu", batch=4, repeats=1, hidden=32, width=128, side=3)


def test_what_is_asked(group):
    asked = [[one.what for one in line.asked] for line in group.lines]
    assert asked == [[], ["at most 1.3x the time", "at most 1.5x the peak memory"], [], []]


def test_the_sizes_are_those_of_the_promise():
    assert (LAYERS, HIDDEN, WIDTH) == (3, 512, 2048)


def test_what_it_adds_is_the_product_of_what_is_carried(group):
    """For T - 1 layers m^2 a position, forwards and twice backwards; the question asked again; and one mean of s."""
    plain, latent, *_ = (line.cost for line in group.lines)
    batch, positions, m = 4, 9, 32
    product = (LAYERS - 1) * 2 * batch * positions * m * m
    question = (LAYERS - 1) * 2 * batch * QUERY * m
    mean = 2 * batch * positions * m
    assert latent.flops - plain.flops == 3 * product + 2 * question + 2 * mean


def test_recomputing_is_paid_in_flops(group):
    _, kept, _, again = (line.cost for line in group.lines)
    assert again.flops > kept.flops
    assert again.parameters == kept.parameters

"""What skipping saves of pairs, by the two counters that say the same on every machine."""

from __future__ import annotations

import pytest
import torch

from scanpath_han import RelationNetwork
from scanpath_han.bench.drawing import Sizes, fixed
from scanpath_han.bench.pairs import Plain, pairwise_operator, related


@pytest.fixture(scope="module")
def group():
    """The relation network on its own sizes, of two samples."""
    return related(Sizes(batch=2, repeats=1))


@pytest.fixture(scope="module")
def costs(group):
    return {line.name: line.cost for line in group.lines}


def test_a_quarter_of_the_cells_costs_a_sixteenth(costs):
    plain, kept = costs["plain, all pairs built"], costs["HAN, 25 % of the cells"]
    assert plain.flops >= 16 * kept.flops
    assert plain.peak_bytes >= 12 * kept.peak_bytes


def test_factored_it_costs_less_than_plain_and_recomputed_half_the_memory(costs):
    plain, ours = costs["plain, all pairs built"], costs["ours, all cells"]
    assert plain.flops >= 1.2 * ours.flops
    assert plain.peak_bytes > ours.peak_bytes
    assert plain.peak_bytes >= 2 * costs["ours, all cells, recomputed"].peak_bytes


def test_what_is_asked_stands_beside_its_line(group):
    asked = {line.name: [one.what for one in line.asked] for line in group.lines if line.asked}
    assert asked == {
        "ours, all cells": ["not slower"],
        "ours, all cells, recomputed": ["at least 2x less peak memory"],
        "HAN, 25 % of the cells": [
            "at least 16x fewer FLOPs",
            "at least 12x less peak memory",
            "at least 15x less time",
        ],
    }


def test_the_plain_network_says_the_same(copy_to_plain, small):
    network = RelationNetwork(input_dim=24, query_dim=128).eval()
    selection, query = fixed(small, 24, 1.0), small.draw(2, 128)
    plain = Plain(network, small)
    copy_to_plain(network, plain.related)
    torch.testing.assert_close(plain(selection, query), network(selection, query), rtol=1e-4, atol=1e-4)


def test_pairs_cost_what_they_are(small):
    operator, pairs = pairwise_operator(small)
    by_part = [line.cost.flops for line in pairs.lines]
    assert by_part == [16 * by_part[2], 4 * by_part[2], by_part[2]]
    projections = [line.cost.flops - inner for line, inner in zip(operator.lines, by_part, strict=True)]
    assert projections == [4 * projections[2], 2 * projections[2], projections[2]]
    assert [one.found for line in pairs.lines for one in line.asked if "FLOPs" in one.what] == [4.0, 16.0]
    assert not any(line.asked for line in operator.lines)

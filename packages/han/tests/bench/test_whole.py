"""Whole mechanisms: the embedding sees all cells, so that it is a floor that no choice goes below."""

from __future__ import annotations

import pytest

from scanpath_han.bench.whole import whole_mechanisms


@pytest.mark.parametrize("aggregator", ["sum", "pairwise", "relation"])
def test_the_embedding_is_the_floor(small, aggregator):
    costs = {line.name: line.cost.flops for line in whole_mechanisms(small, aggregator).lines}
    adaptive = next(name for name in costs if name.startswith("AdaHAN"))
    assert 0 < int(adaptive.removesuffix("%").split()[-1]) <= 100
    embedding = costs.pop("the embedding alone, all cells")
    assert all(flops >= embedding > 0 for flops in costs.values())
    assert costs["HAN, 25 % of the cells"] <= costs[adaptive] <= costs["all cells"]
    assert aggregator == "sum" or costs["HAN, 25 % of the cells"] < costs["all cells"]


def test_the_plain_network_comes_first(small):
    plain, ours, *_ = whole_mechanisms(small, "relation").lines
    assert (plain.name, ours.name) == ("all cells, plain network", "all cells")
    assert plain.cost.flops > ours.cost.flops

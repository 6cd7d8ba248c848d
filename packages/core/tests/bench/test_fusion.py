"""The three versions of MCB are one operator, and the layer keeps the least."""

from __future__ import annotations

import pytest
import torch

from scanpath.bench.fusion import PlainMCB, measure_mcb
from scanpath.bench.table import Problem
from scanpath.layers import MCB


@pytest.mark.parametrize("tiled", [True, False])
@pytest.mark.parametrize("norm", ["sample", "location"])
@pytest.mark.parametrize("axes", [(), (11,), (2, 3)])
def test_the_versions_agree(with_gradient, tiled, norm, axes):
    layer = MCB(input_dim=5, query_dim=7, output_dim=13, norm=norm, dropout=0.0).double()
    x, query = torch.randn(3, *axes, 5).double(), torch.randn(3, 7).double()
    plain = PlainMCB(layer, tiled=tiled)
    torch.testing.assert_close(with_gradient(layer, x, query), with_gradient(plain, x, query))


def test_at_most_half_the_memory_and_fewer_operations():
    costs = measure_mcb((5, 7, 31), Problem(batch=3, query_dim=29), output_dim=211, repeats=1)
    assert costs.mcb.peak_bytes <= costs.plain.peak_bytes / 2
    assert costs.mcb.peak_bytes < costs.once.peak_bytes < costs.plain.peak_bytes
    assert costs.mcb.flops < costs.plain.flops
    assert min(cost.milliseconds for cost in costs) > 0

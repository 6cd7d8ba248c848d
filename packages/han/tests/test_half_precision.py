"""Modules that were cast to half precision: every mechanism with every aggregator, and what type comes out."""

from __future__ import annotations

import copy

import pytest
import torch

from scanpath_han import AdaptiveHardAttention, HardAttention, StraightThroughAttention

AGGREGATORS = ["sum", {"name": "pairwise", "head_dim": 3}, {"name": "relation", "hidden_dim": 3, "layers": 2}]
BUILT = [
    (mechanism, aggregator)
    for mechanism in (HardAttention, AdaptiveHardAttention, StraightThroughAttention)
    for aggregator in AGGREGATORS
    if mechanism is not StraightThroughAttention or aggregator is not AGGREGATORS[1]  # which it refuses
]


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16], ids=str)
@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize(("mechanism", "aggregator"), BUILT, ids=str)
def test_the_context_has_the_modules_type_and_is_near(mechanism, aggregator, masked, dtype):
    half = mechanism(region_dim=7, query_dim=5, aggregator=aggregator).eval().to(dtype)
    regions, query = torch.randn(3, 11, 7).to(dtype), torch.randn(3, 5).to(dtype)
    mask = torch.rand(3, 11) > 0.4 if masked else None
    found = half(regions, query, mask)
    selection = half.select(regions, query, mask)  # what rounding makes another choice is not the aggregator's
    expected = copy.deepcopy(half.aggregator).float()(selection._replace(cells=selection.cells.float()), query.float())
    assert found.context.dtype == dtype
    torch.testing.assert_close(found.context.float(), expected, rtol=0.05, atol=0.05)
    found.context.float().sum().backward()
    assert all(parameter.grad.dtype == dtype for parameter in half.aggregator.parameters())

"""Batches without a sample, samples without a cell, cells none of which is real."""

from __future__ import annotations

import pytest
import torch

from scanpath.errors import ShapeError
from scanpath_han import AdaptiveHardAttention, HardAttention, StraightThroughAttention

MECHANISMS = [HardAttention, AdaptiveHardAttention, StraightThroughAttention]
BUILT = [
    (mechanism, aggregator)
    for mechanism in MECHANISMS
    for aggregator in ("sum", "pairwise", "relation")
    if (mechanism, aggregator) != (StraightThroughAttention, "pairwise")  # which it refuses
]


@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("axes", [(11,), (2, 3)])
@pytest.mark.parametrize(("mechanism", "aggregator"), BUILT)
def test_a_batch_of_no_sample(mechanism, aggregator, axes, masked):
    attention = mechanism(region_dim=7, query_dim=5, aggregator=aggregator)
    mask = torch.ones(0, *axes, dtype=torch.bool) if masked else None
    out = attention(torch.randn(0, *axes, 7), torch.randn(0, 5), mask)
    assert (out.context.shape, out.weights.shape) == ((0, attention.context_dim), (0, 1, *axes))
    assert out.extras["kept"].shape == (0,)


@pytest.mark.parametrize(("mechanism", "aggregator"), BUILT)
def test_without_a_real_cell_every_parameter_gets_a_gradient(mechanism, aggregator):
    """Which may be zero: training on several devices waits for each."""
    attention = mechanism(region_dim=7, query_dim=5, aggregator=aggregator).eval()
    out = attention(torch.randn(3, 11, 7), torch.randn(3, 5), torch.zeros(3, 11, dtype=torch.bool))
    out.context.sum().backward()
    assert [name for name, parameter in attention.named_parameters() if parameter.grad is None] == []
    assert out.weights.sum() == 0
    assert out.context.isfinite().all()


@pytest.mark.parametrize("shape", [(3, 0, 7), (3, 2, 0, 7)])
@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_without_a_cell_there_is_nothing_to_choose(mechanism, shape):
    with pytest.raises(ShapeError, match=rf"{mechanism.__name__} got regions \(3, .*, expected one cell a sample at"):
        mechanism(region_dim=7)(torch.randn(shape))

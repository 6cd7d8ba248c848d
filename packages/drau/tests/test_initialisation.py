"""First weights: Glorot's bound for matrices, 0.08 for recurrent weights, biases 0, slopes as they were."""

from __future__ import annotations

import math

import pytest
from torch import nn

from scanpath_drau import RVAU, DualRecurrentAttention, GridLSTM, RecurrentScorer
from scanpath_drau.initialisation import draw_weights


def bounds_of(module):
    """The largest number that each drawn weight may have."""
    found = {}
    for path, part in module.named_modules():
        for name, one in part.named_parameters(recurse=False):
            recurrent = isinstance(part, nn.LSTM | GridLSTM)
            glorot = math.sqrt(6 / sum(one.shape)) if one.dim() == 2 else None
            found[f"{path}.{name}"] = 0.0 if "bias" in name else 0.08 if recurrent else glorot
    return found


@pytest.mark.parametrize(
    "module",
    [
        RecurrentScorer(region_dim=37, query_dim=29),
        RecurrentScorer(region_dim=38, recurrence="grid_lstm"),
        RVAU(region_dim=37, query_dim=29, join="channels"),
        DualRecurrentAttention(region_dim=37, token_dim=31, exchange="tied", positions=(23, 19)),
    ],
    ids=lambda module: type(module).__name__,
)
def test_each_weight_fills_its_range_and_no_more(module):
    bounds = bounds_of(module)
    seen = {name: one for name, one in module.named_parameters() if bounds[name] is not None}
    for name, one in seen.items():
        assert one.abs().max() <= bounds[name], name
        if one.numel() > 100 and bounds[name]:
            assert one.abs().max() > 0.9 * bounds[name], name
            assert abs(one.mean()) < 0.2 * bounds[name], name
    slopes = [one.item() for name, one in module.named_parameters() if name not in seen]
    assert slopes
    assert set(slopes) == {0.25}


def test_another_range():
    lstm = nn.LSTM(37, 41)
    draw_weights(lstm, bound=0.5)
    assert 0.4 < lstm.weight_ih_l0.abs().max() <= 0.5
    assert not lstm.bias_ih_l0.any()

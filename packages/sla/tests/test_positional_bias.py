"""A map from the question alone."""

from __future__ import annotations

import pytest
import torch

from scanpath.errors import ConfigError, ShapeError
from scanpath_sla import PositionalBias
from scanpath_sla.positional_bias import shown


def test_it_is_one_layer_and_a_tanh():
    bias = PositionalBias(query_dim=5, positions=6, width=2)
    query = torch.randn(3, 5)
    expected = torch.tanh(bias.linear(query)).view(3, 6, 2)
    torch.testing.assert_close(bias(query), expected)
    linear = PositionalBias(query_dim=5, positions=6, width=2, activation="linear")
    linear.load_state_dict(bias.state_dict())
    torch.testing.assert_close(linear(query).tanh(), expected)


def test_it_is_shown_on_the_regions_axes():
    bias = torch.arange(12.0).view(1, 6, 2).requires_grad_()
    (found,) = shown([bias], (2, 3)).values()
    assert found.tolist() == [[[[0, 2, 4], [6, 8, 10]], [[1, 3, 5], [7, 9, 11]]]]
    assert not found.requires_grad
    assert shown([], (2, 3)) == {}


def test_first_weights_are_glorots(assert_glorot):
    bias = PositionalBias(query_dim=31, positions=53, width=2)
    assert_glorot(bias.linear.weight, 31, 106)
    assert not bias.linear.bias.any()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"positions": 0}, "PositionalBias got positions=0, expected a whole number from 1 on"),
        ({"width": 0}, "PositionalBias got width=0, expected a whole number from 1 on"),
        ({"query_dim": 0}, "PositionalBias got query_dim=0, expected a whole number from 1 on"),
        ({"activation": "relu"}, "PositionalBias got activation='relu', expected 'tanh' or 'linear'"),
    ],
)
def test_impossible_options_are_refused(options, words):
    with pytest.raises(ConfigError, match=words):
        PositionalBias(**{"query_dim": 5, "positions": 6, **options})


def test_another_width_is_refused():
    with pytest.raises(ShapeError, match=r"PositionalBias got a query \(2, 4\), expected \(B, 5\)"):
        PositionalBias(query_dim=5, positions=6)(torch.ones(2, 4))

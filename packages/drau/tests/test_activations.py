"""PReLU with one slope for all channels, or what the paper compares it with."""

from __future__ import annotations

import pytest
import torch

from scanpath.errors import ConfigError
from scanpath_drau.activations import check_activation, create_activation

X = torch.tensor([-2.0, 0.5, 3.0])


@pytest.mark.parametrize(
    ("activation", "slope", "expected"),
    [
        ("prelu", 0.25, [-0.5, 0.5, 3.0]),
        ("prelu", 0.0, [0.0, 0.5, 3.0]),
        ("relu", 0.25, [0.0, 0.5, 3.0]),
        ("tanh", 0.25, [-0.9640276, 0.4621172, 0.9950547]),
    ],
)
def test_by_hand(activation, slope, expected):
    check_activation("RVAU", activation, slope)
    torch.testing.assert_close(create_activation(activation, slope=slope)(X), torch.tensor(expected))


def test_a_prelu_learns_one_slope():
    (slope,) = create_activation("prelu").parameters()
    assert slope.tolist() == [0.25]
    assert not [*create_activation("relu").parameters(), *create_activation("tanh").parameters()]


@pytest.mark.parametrize(
    ("activation", "slope", "words"),
    [
        ("elu", 0.25, r"^RVAU got activation='elu', expected one of 'prelu', 'relu', 'tanh'\.$"),
        ("prelu", True, "slope=True, expected a number"),
        ("prelu", "0", "slope='0', expected a number"),
        ("prelu", float("nan"), "slope=nan, expected a number"),
    ],
)
def test_what_is_refused(activation, slope, words):
    with pytest.raises(ConfigError, match=words):
        check_activation("RVAU", activation, slope)

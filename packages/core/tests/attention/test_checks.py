"""The checks of a call say what was given and what would fit."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from scanpath.attention.checks import (
    check_call,
    check_choice,
    check_odd,
    check_positive,
    check_query,
    check_switch,
    check_tokens,
)
from scanpath.errors import ConfigError, ShapeError


def test_what_fits_passes():
    mask = torch.ones(2, 3, 7, dtype=torch.bool)
    check_call(nn.Identity(), torch.randn(2, 3, 7, 5), torch.randn(2, 11), mask, region_dim=5)
    check_query(nn.Identity(), None, None)
    check_query(nn.Identity(), torch.randn(2, 11), 11)
    check_tokens(nn.Identity(), torch.randn(2, 3, 5), mask[:, :, 0], batch=2, token_dim=5)
    check_positive("it", maps=1, hidden_dim=None)


def test_a_query_nobody_asked_for():
    with pytest.raises(ShapeError, match="build it with query_dim=11"):
        check_query(nn.Identity(), torch.randn(2, 11), None)


@pytest.mark.parametrize(
    ("tokens", "mask"),
    [
        (torch.randn(3, 7, 5), None),
        (torch.randn(2, 7, 3), None),
        (torch.randn(2, 5), None),
        (torch.randn(2, 7, 5), torch.ones(2, 7)),
        (torch.randn(2, 7, 5), torch.ones(2, 3, dtype=torch.bool)),
    ],
)
def test_tokens_that_do_not_fit(tokens, mask):
    with pytest.raises(ShapeError, match=r"Identity got (a token mask|tokens) \("):
        check_tokens(nn.Identity(), tokens, mask, batch=2, token_dim=5)


@pytest.mark.parametrize("value", [0, -1, 2.0, "3", True])
def test_counts_are_whole_and_positive(value):
    with pytest.raises(ConfigError, match=rf"it got maps={value!r}, expected a whole number from 1 on\."):
        check_positive("it", hidden_dim=7, maps=value)


@pytest.mark.parametrize("value", [0, 2, True])
def test_windows_are_odd(value):
    check_odd("it", kernel_size=1)
    with pytest.raises(ConfigError, match=rf"it got kernel_size={value}, expected (an odd|a whole) number"):
        check_odd("it", kernel_size=value)


def test_choices_are_among_the_known():
    check_choice("it", "exchange", "a", ("a", "b"))
    with pytest.raises(ConfigError, match=r"^it got exchange='c', expected 'a' or 'b'\.$"):
        check_choice("it", "exchange", "c", ("a", "b"))


@pytest.mark.parametrize("value", ["no", 1, None])
def test_switches_are_on_or_off(value):
    check_switch("it", question=False)
    with pytest.raises(ConfigError, match=rf"it got question={value!r}, expected true or false\."):
        check_switch("it", question=value)

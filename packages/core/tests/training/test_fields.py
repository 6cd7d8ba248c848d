"""Kinds of numbers that settings hold."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from scanpath.settings import Settings
from scanpath.training.fields import Below1, ByName, NonNegative, Number, Positive, Share, by_name


class Section(Settings):
    number: Number = 0.0
    positive: Positive = 1.0
    non_negative: NonNegative = 0.0
    share: Share = 0.5
    below1: Below1 = 0.5


@pytest.mark.parametrize(("text", "value"), [("1e-3", 1e-3), ("7E2", 700.0), (" 2 ", 2.0)])
def test_text_that_is_a_number(text, value):
    assert Section(number=text).number == value


@pytest.mark.parametrize(
    "wrong",
    [
        {"number": "many"},
        {"number": "nan"},
        {"number": "inf"},
        {"number": True},
        {"positive": 0},
        {"non_negative": -1e-9},
        {"share": 1.01},
        {"below1": 1},
    ],
)
def test_what_is_refused(wrong):
    with pytest.raises(ValidationError):
        Section(**wrong)


def test_a_bare_name_is_a_section():
    assert by_name("sgd") == {"name": "sgd"}
    assert by_name({"name": "sgd"}) == {"name": "sgd"}
    assert ByName.func is by_name
